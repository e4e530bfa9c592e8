# shellcheck shell=bash disable=SC2016,SC2034,SC2153,SC2154 # dev's variables and functions; some for the shell on the board
# Slow checks of the packages on boards that this machine is not: in root file systems of other CPUs, whose programs are
# emulated one by one, and in a whole emulated Raspberry Pi 3B. Sourced by dev. What they are made of is kept in $MACHINES.

MACHINES=$CACHE/machines
TOOLS[qemu-aarch64-static]="qemu-user-static: runs programs of ARM boards on this machine"
TOOLS[ssh]="openssh-client: talks to the emulated board"
TOOLS[mkfs.ext4]="e2fsprogs: makes the emulated board's SD card"

# shellcheck source-path=SCRIPTDIR source=board.bash
. "$ROOT/packaging/board.bash"
# shellcheck source-path=SCRIPTDIR source=virt.bash
. "$ROOT/packaging/virt.bash"

# --- root file systems, made once ----------------------------------------------------------------------------------

# Lets the kernel start programs of ARM CPUs, in containers and in other root file systems too
run_arm_programs() {
  local cpu table=/proc/sys/fs/binfmt_misc
  [[ ! -e $table/qemu-arm || ! -e $table/qemu-aarch64 ]] || return 0
  need qemu-aarch64-static
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
  as_root rm -rf --one-file-system "$1.new"
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

# --- packages for the checks ---------------------------------------------------------------------------------------

# Two versions, so that one is an upgrade. Sets FIRST and SECOND to their folders.
versions() {
  FIRST=$RUN/packages-1 SECOND=$RUN/packages-2
  [[ ! -d $SECOND ]] || return 0
  build_if_changed
  need dpkg-deb unzip
  step "building the packages of version 1.0~test1" build_packages "$FIRST" "1.0~test1"
  step "building the packages of version 1.0~test2" build_packages "$SECOND" "1.0~test2"
}

# --- root file systems of other CPUs -------------------------------------------------------------------------------

FOREIGN_ROOTS=(bookworm-armhf bookworm-arm64 trixie-armhf trixie-arm64)

check_foreign_roots() {
  local name
  # the engine outside and the agent inside meet at a Unix socket
  [[ $DOCKER_HOST == unix://* ]] || return 0
  for name in "${FOREIGN_ROOTS[@]}"; do foreign_root "${name%-*}" "${name#*-}"; done
  versions
  hub_is_up
  roots_in_memory
  for name in "${FOREIGN_ROOTS[@]}"; do
    DEVICE=$name-$RUN_ID
    check "package on $name, emulated: install, deploy a module, purge" foreign_root_check "$name"
    as_root rm -rf --one-file-system "${ROOTS:?}/$name"
  done
}

foreign_root_check() { # NAME
  local root network=edge-agent-$1-$RUN_ID image=edge-agent-$1-$RUN_ID verdict=0 log=$LOGS/agent-$1.log
  root=$(open_root "$1")
  in_root "$root" sh -c 'DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    /packages/edge-agent_*_"$(dpkg --print-architecture)".deb'
  in_root "$root" edge-agent version
  create_device
  in_root "$root" edge-agent config mp <"$RUN/connection-string"
  arm_image "$root" "$image:1"
  start_agent_in "$root" "$network"
  until_ready "$AGENT" "$log" 180 grep -q event=ready "$log"
  deploy one_module "$image:1"
  follow_deployment 180 || verdict=1
  stop "$AGENT"
  docker ps -aq --filter "network=$network" | xargs -r docker rm -f
  docker network rm "$network" || true
  remove_images "$image"
  if ((verdict != 0)); then
    tail -n 40 "$log"
    return 1
  fi
  in_root "$root" apt-get purge -y edge-agent
  in_root "$root" sh -c "$LEFT_OVERS" >"$RUN/left"
  nothing_is_left "$RUN/left"
}

# in_root ROOT COMMAND...: with mounts of its own, which end with it; processes and network are this machine's. The engine's
# socket is /engine.sock, and ROOT's shared folder has the same name inside and outside: the engine mounts what the agent
# names.
in_root() {
  in_root_words "$@"
  "${WORDS[@]}"
}

in_root_words() { # sets WORDS to the command line of in_root
  WORDS=(unshare --mount bash -c '
    root=$1 shared=$2 socket=$3
    shift 3
    mount -t proc proc "$root/proc" && mount --rbind /sys "$root/sys" && mount --rbind /dev "$root/dev" &&
      mkdir -p "$root$shared" && mount --bind "$shared" "$root$shared" &&
      touch "$root/engine.sock" && mount --bind "$socket" "$root/engine.sock" && exec chroot "$root" "$@"
    ' in_root "$1" "$(shared_folder "$1")" "${DOCKER_HOST#unix://}" "${@:2}")
  if ((EUID != 0)); then WORDS=(sudo -n "${WORDS[@]}"); fi
}

# Roots live in memory, for their time: an emulated 32-bit program cannot read folders of ext4, because positions in them
# take 64 bits. Below /var/tmp, because the way to the shared folders must be open to the user edge-agent inside.
roots_in_memory() {
  ROOTS=/var/tmp/edge-agent-$RUN_ID
  as_root install -d -m 755 "$ROOTS"
  on_exit close_roots
  as_root mount -t tmpfs -o mode=755,size=3G none "$ROOTS"
}

close_roots() {
  as_root umount --lazy "$ROOTS"
  as_root rmdir "$ROOTS"
}

shared_folder() { echo "$ROOTS/shared-${1##*/}"; }

# Copies a root file system, to be thrown away afterwards, and prints the copy's folder
open_root() { # NAME
  local root=$ROOTS/$1
  as_root install -d -m 777 "$(shared_folder "$root")"
  as_root cp "$HUB/ca.pem" "$(shared_folder "$root")/hub.pem"
  as_root chmod 644 "$(shared_folder "$root")/hub.pem"
  as_root cp -a "$MACHINES/$1" "$root"
  as_root install -d "$root/packages"
  as_root cp "$FIRST"/*.deb "$root/packages"
  echo "$root"
}

# As the unit does it: as the user edge-agent, who is in the group of the engine's socket. Sets AGENT.
start_agent_in() { # ROOT NETWORK
  local shared
  shared=$(shared_folder "$1")
  in_root_words "$1" setpriv --pdeathsig TERM --reuid edge-agent --regid edge-agent --groups "$(stat -c %g "${DOCKER_HOST#unix://}")" \
    env EDGE_AGENT_ENGINE=unix:///engine.sock "EDGE_AGENT_NETWORK=$2" "EDGE_AGENT_TRUST_BUNDLE=$shared/hub.pem" \
    edge-agent run --state "$shared/state"
  serve "${WORDS[@]}" >"$LOGS/agent-${1##*/}.log" 2>&1
  AGENT=$SPAWNED
}

arm_image() { # ROOT IMAGE: a shell of that CPU, with the command of busybox_images
  local folder=$RUN/arm-image
  rm -rf "$folder"
  mkdir -p "$folder/bin" "$folder/tmp"
  cp "$1/bin/busybox" "$folder/bin/busybox"
  ln -s busybox "$folder/bin/sh"
  tar -C "$folder" -c . | docker import --change "LABEL $LABEL=$RUN_ID" \
    --change "CMD [\"/bin/sh\", \"-c\", \"trap 'exit 0' TERM; while :; do busybox sleep 3600 & wait; done\"]" - "$2"
}

one_module() { # IMAGE
  jq -n --arg image "$1" '{("arm-'"$RUN_ID"'"): {type: "docker", status: "running", restartPolicy: "always",
    imagePullPolicy: "never", settings: {image: $image}}}'
}

# Prints what of the package is still there
LEFT_OVERS='
  for folder in /etc /usr /lib /opt /root /home /srv /run /var/lib /var/cache /var/log /var/spool; do
    find "$folder" -xdev -name "*edge-agent*" -not -path "/etc/initramfs-tools/*" -not -path "/var/lib/docker/*" 2>/dev/null
  done
  getent passwd edge-agent
  getent group | grep edge-agent
  dpkg-query -W -f "\${db:Status-Abbrev} \${Package}\n" "edge-agent*" 2>/dev/null | grep -v "^un"
  if [ -d /run/systemd/system ]; then systemctl list-units --all --no-legend --plain "edge-agent*"; fi
  true'

nothing_is_left() { # FILE
  [[ ! -s $1 ]] || { echo "purge left:" && sort -u "$1" && return 1; }
}

# The hub of an earlier check may still run
hub_is_up() { if [[ -z $HUB_PID ]] || ! kill -0 "$HUB_PID"; then start_hub; fi; }
