# Tools that commands need, and how to get them.

# tool -> Debian packages that bring it, the first that exists is taken: what it is for
declare -A TOOLS=(
  [jdk]="openjdk-17-jdk-headless default-jdk-headless: compiles and runs the agent"
  [mvn]="maven: builds the agent"
  [docker]="docker-cli docker.io: talks to the Docker Engine"
  [dockerd]="docker.io: runs the modules"
  [iptables]="iptables: the Docker Engine's networks"
  [ip]="iproute2: the private engine's network"
  [sysctl]="procps: lets the fresh machine reach the world"
  [htpasswd]="apache2-utils: the login of the local registry"
  [mmdebstrap]="mmdebstrap: makes a base image where Docker Hub is out of reach"
  [node]="nodejs: runs Azure's Node.js clients in the tests"
  [npm]="npm: installs Azure's Node.js clients"
  [tinyproxy]="tinyproxy-bin: a proxy for the agent's way to the hub in the tests"
  [mosquitto_pub]="mosquitto-clients: MQTT clients that talk to the built-in hub in the tests"
  [openssl]="openssl: makes certificates for the tests"
  [dpkg-deb]="dpkg: builds the packages"
  [unzip]="unzip: looks into the jar"
  [lintian]="lintian: checks the packages"
  [apt-ftparchive]="apt-utils: makes the apt repository"
  [gpg]="gpg: signs the apt repository"
  [systemd-analyze]="systemd: checks the unit"
  [curl]="curl: calls the local IoT Hub"
  [jq]="jq: reads and writes JSON"
  [git]="git: copies this repository"
  [shellcheck]="shellcheck: checks the scripts"
  [qemu-aarch64-static]="qemu-user-static: runs programs of ARM boards on this machine"
  [arch-test]="arch-test: tells mmdebstrap whether this machine can run programs of ARM boards"
  [ssh]="openssh-client: talks to the emulated board"
  [mkfs.ext4]="e2fsprogs: makes the emulated board's SD card"
  [fdtput]="device-tree-compiler: names lines in the emulated machine's device tree"
  [podman]="podman: the other engine that the agent speaks to"
  [netavark]="netavark: Podman's networks"
  [aardvark-dns]="aardvark-dns: names in Podman's networks"
  [runc]="runc: starts Podman's containers where cgroups are not version 2")

# Podman's helpers are programs that are in nobody's path
has() { if [[ $1 == jdk ]]; then use_jdk; else command -v "$1" >/dev/null || [[ -x /usr/lib/podman/$1 ]]; fi }

use_jdk() { # takes the first JDK that is new enough, whatever `java` in the path is
  local home version
  for home in "${JAVA_HOME:-}" "$(readlink -f "$(command -v javac)" | sed 's|/bin/javac$||')" /usr/lib/jvm/*; do
    [[ -x $home/bin/javac ]] || continue
    version=$("$home/bin/javac" -version 2>&1)
    version=${version#javac }
    if ((${version%%[!0-9]*} >= 17)); then
      export JAVA_HOME=$home PATH=$home/bin:$PATH
      return 0
    fi
  done
  return 1
}

# need TOOL...: installs those that are missing
need() {
  local tool missing=()
  for tool; do has "$tool" || missing+=("$tool"); done
  ((${#missing[@]})) || return 0
  for tool in "${missing[@]}"; do say "missing: $tool (${TOOLS[$tool]#*: })"; done
  if ! has apt-get || ! root_is_possible; then
    die 3 "install what is missing, then run this again:
  sudo apt-get update && sudo apt-get install --no-install-recommends $(packages_of "${missing[@]}")"
  fi
  local packages
  # two runs at once must not get into each other's way
  mkdir -p "$CACHE"
  exec 7>"$CACHE/apt.lock"
  flock 7
  step "apt-get update" as_root apt-get update
  read -ra packages <<<"$(packages_of "${missing[@]}")"
  step "apt-get install --no-install-recommends ${packages[*]}" as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600 "${packages[@]}"
  exec 7>&-
  for tool in "${missing[@]}"; do has "$tool" || die 3 "$tool is still missing after installing its package"; done
}

packages_of() { # TOOL...
  local tool name candidates names=()
  for tool; do
    read -ra candidates <<<"${TOOLS[$tool]%%: *}"
    for name in "${candidates[@]}" "${candidates[0]}"; do
      if apt-cache show "$name" >/dev/null 2>&1; then break; fi
    done
    [[ " ${names[*]} " == *" $name "* ]] || names+=("$name")
  done
  echo "${names[*]}"
}

# borrow PACKAGE FILE: unpacks a package beside the system and prints the path of its file. For programs that would
# start a service when installed, or push another package out.
borrow() {
  local folder=$CACHE/borrowed/$1
  if [[ ! -x $folder/$2 ]]; then
    has apt-get || die 3 "$1 is needed, and there is no apt to get it with"
    mkdir -p "$RUN/borrow"
    (cd "$RUN/borrow" && { apt-get download "$1" || { as_root apt-get update && apt-get download "$1"; }; }) >&2
    mkdir -p "$folder"
    dpkg -x "$RUN/borrow/$1"_*.deb "$folder"
  fi
  echo "$folder/$2"
}

# remove_tree FOLDER...: for folders in which something may be mounted, as after a run that was killed. rm alone would go
# through a mounted /dev/shm or a bind mount and delete what belongs to the machine. What is in use stays, with all of its folder.
remove_tree() {
  local folder point
  for folder; do
    [[ -e $folder ]] || continue
    folder=$(realpath "$folder")
    mounts_below "$folder" | while read -r point; do as_root umount "$(printf '%b' "$point")"; done
    [[ -z $(mounts_below "$folder") ]] || die 1 "not removed, because something is still mounted below $folder and in use:
$(mounts_below "$folder")"
    as_root rm -rf --one-file-system "$folder"
  done
}

# The innermost first. The kernel writes a blank in a path as \040.
mounts_below() { awk -v folder="${1// /\\\\040}" '$5 == folder || index($5, folder "/") == 1 { print $5 }' /proc/self/mountinfo | tac; }

as_root() { if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi }
root_is_possible() { ((EUID == 0)) || { has sudo && { sudo -n true 2>/dev/null || { [[ -t 0 ]] && sudo -v; }; }; }; }

# The local hub listens on 443, because Azure's SDKs know no other port, and the engine's socket belongs to root's
# friends. A user with sudo gets both for this one command by starting it again with a capability and a group more.
raise_rights() { # the command line
  local socket groups
  ((EUID != 0)) && [[ -z ${EDGE_DEV_RAISED:-} ]] || return 0
  socket=$(engine_address)
  socket=${socket#unix://}
  groups=$(id -G | tr ' ' ,)
  if [[ -S $socket && ! -w $socket ]]; then groups+=,$(stat -c %g "$socket"); fi
  if (($(</proc/sys/net/ipv4/ip_unprivileged_port_start) <= 443)) && [[ $groups == "$(id -G | tr ' ' ,)" ]]; then return 0; fi
  root_is_possible || die 3 "the local IoT Hub needs port 443: run this as root or with sudo installed, or allow the port with
  sudo sysctl net.ipv4.ip_unprivileged_port_start=443"
  trap - EXIT
  rm -rf "$RUN" "$LOGS"
  exec sudo -E setpriv --reuid "$(id -u)" --regid "$(id -g)" --groups "$groups" \
    --inh-caps +net_bind_service --ambient-caps +net_bind_service \
    env "PATH=$PATH" "HOME=$HOME" EDGE_DEV_RAISED=1 "$ROOT/dev" "$@"
}
