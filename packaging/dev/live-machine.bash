# A Debian 12 whose init is process 1 of a process namespace, with this machine's kernel, network and Docker Engine.
# It boots in a second and needs neither systemd nor KVM here.

unified_cgroups() { awk '$3 == "cgroup2" && $4 ~ /^rw/ { print $2; exit }' /proc/mounts; }

make_live_root() { # ARCHIVE
  make_root_archive "$1" \
    systemd,systemd-sysv,dbus,bash-completion,openjdk-17-jre-headless,ca-certificates,init-system-helpers,passwd
}

# What a container engine would do, by hand. The state folder has the same name inside and outside, because the engine outside
# mounts what the agent inside names.
LIVE_INIT='
  set -eu
  root=$1 group=$2 shared=$3 socket=$4
  mkdir "$group"
  echo $$ >"$group/cgroup.procs"
  exec unshare --mount --uts --ipc --cgroup --pid --fork --kill-child=KILL sh -eu -c '\''
    root=$1 shared=$2 socket=$3
    mount --make-rprivate /
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount -t sysfs -o ro sysfs "$root/sys"
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    for name in null zero full random urandom tty; do
      touch "$root/dev/$name"
      mount --bind "/dev/$name" "$root/dev/$name"
    done
    mkdir "$root/dev/pts" "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
    mount -t tmpfs tmpfs "$root/dev/shm"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    mkdir -p "$root$shared" "$root/outside"
    mount --bind "$shared" "$root$shared"
    touch "$root/run/docker.sock"
    mount --bind "$socket" "$root/run/docker.sock"
    cd "$root"
    pivot_root . outside
    # shared: systemd mounts the credentials of a unit from elsewhere
    exec chroot . sh -c "umount -l /outside; mount --make-rshared /; exec env -i container=edge-agent PATH=/usr/sbin:/usr/bin:/sbin:/bin /sbin/init"
  '\'' live "$root" "$shared" "$socket"'

start_live() { # ARCHIVE
  local root=()
  ((EUID == 0)) || root=(sudo -n)
  LIVE=$RUN/live LIVE_SHARED=/run/live-$RUN_ID LIVE_GROUP=$(unified_cgroups)/live-$RUN_ID
  on_exit leave_live
  as_root install -d "$LIVE" "$LIVE_SHARED"
  as_root tar -C "$LIVE" --exclude='./dev/*' -xf "$1"
  as_root cp -r "$PACKAGES" "$LIVE/packages"
  as_root cp -r "$NEXT" "$LIVE/next"
  as_root install -m 644 "$HUB/ca.pem" "$LIVE/etc/ssl/hub.pem"
  # KILL: all in there end with this script
  spawn setpriv --pdeathsig KILL "${root[@]}" sh -c "$LIVE_INIT" live "$LIVE" "$LIVE_GROUP" "$LIVE_SHARED" \
    "${DOCKER_HOST#unix://}" >"$LOGS/live.log" 2>&1
  LIVE_PID=$SPAWNED
}

leave_live() {
  as_root kill -KILL -- "-$LIVE_PID"
  until_true 10 live_is_gone
  docker rm -f "$LIVE_MODULE"
  docker network rm "$LIVE_NETWORK"
  remove_tree "$LIVE" "$LIVE_SHARED"
}

live_is_gone() { as_root find "$LIVE_GROUP" -depth -type d -exec rmdir {} + && [[ ! -e $LIVE_GROUP ]]; }

in_live() {
  local init
  init=$(head -n 1 "$LIVE_GROUP/init.scope/cgroup.procs")
  as_root nsenter --target "$init" --mount --uts --ipc --cgroup --pid --root --wd env -i \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"
}

live_is_up() { in_live systemctl is-system-running; }

live_boots() {
  until_true 60 live_is_up
  in_live systemd-analyze time
}
