# Root file systems of other CPUs, made once, and the emulators that run their programs. They are kept in $MACHINES.

# Lets the kernel start programs of ARM CPUs, in containers and in other root file systems too
run_arm_programs() {
  local cpu table=/proc/sys/fs/binfmt_misc
  need qemu-aarch64-static arch-test
  [[ ! -e $table/qemu-arm || ! -e $table/qemu-aarch64 ]] || return 0
  [[ -e $table/register ]] || as_root mount -t binfmt_misc none "$table"
  for cpu in arm aarch64; do
    [[ -e $table/qemu-$cpu ]] || as_root tee "$table/register" <"/usr/lib/binfmt.d/qemu-$cpu.conf" >>"$LOGS/dev.log"
  done
}

# make_root NAME MINUTES SUITE ARCHITECTURE PACKAGES [OPTION...]: a folder below $MACHINES, unless it is there already
make_root() {
  local folder=$MACHINES/$1
  [[ ! -d $folder ]] || return 0
  need mmdebstrap
  root_is_possible || die 3 "making the root file system $1 needs root: install sudo, or run this as root"
  mkdir -p "$MACHINES"
  step "making the root file system $1, once: some $2 minutes" fill_root "$folder" "${@:3}"
}

fill_root() { # FOLDER SUITE ARCHITECTURE PACKAGES [OPTION...]
  remove_tree "$1.new"
  as_root env "TMPDIR=$MACHINES" nice mmdebstrap --variant=minbase --architectures="$3" --include="$4" \
    --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/locale/*' "${@:5}" \
    "$2" "$1.new" "deb $(debian_mirror) $2 main"
  as_root mv "$1.new" "$1"
}

# 12 and 13 with the Java runtime of each: 17 and 21
foreign_root() { # SUITE ARCHITECTURE
  local java=21
  if [[ $1 == bookworm ]]; then java=17; fi
  run_arm_programs
  make_root "$1-$2" 8 "$1" "$2" "openjdk-$java-jre-headless,ca-certificates,init-system-helpers,passwd,busybox-static"
}

# The emulator of Debian 13, because the one of Debian 12 knows no I2C bus of a Raspberry Pi. It runs from its own folder.
emulator() { make_root emulator 1 trixie "$(dpkg --print-architecture)" qemu-system-arm; }

board_root() {
  run_arm_programs
  make_root "$BOARD_ROOT" 20 trixie arm64 "$(tr -d ' \n' <<<"systemd,systemd-sysv,systemd-timesyncd,libpam-systemd,dbus,udev,kmod,
    linux-image-arm64,initramfs-tools,docker.io,docker-cli,iptables,iproute2,procps,openjdk-21-jre-headless,ca-certificates,
    busybox-static,i2c-tools,openssh-server")" \
    --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d"' \
    --essential-hook='printf "COMPRESS=gzip\nCOMPRESSLEVEL=1\n" >"$1/etc/initramfs-tools/conf.d/edge-agent"'
}

# Two versions, so that one is an upgrade. Sets FIRST and SECOND to their folders.
versions() {
  FIRST=$RUN/packages-1 SECOND=$RUN/packages-2
  [[ ! -d $SECOND ]] || return 0
  build_if_changed
  need dpkg-deb unzip
  step "building the packages of version 1.0~test1" build_packages "$FIRST" "1.0~test1"
  step "building the packages of version 1.0~test2" build_packages "$SECOND" "1.0~test2"
}
