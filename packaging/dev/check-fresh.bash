# The check "fresh", a check of the checks: the two commands of the README and long checks, in a Debian 12 that has nothing but
# git, with processes, mounts and a network of its own. What the commands forget to install is missing there.

# what works inside of namespaces; the emulated boards take an hour more: FRESH_CHECKS="virt board" ./dev test --only fresh
FRESH_CHECKS=${FRESH_CHECKS:-modules kills podman foreign-roots}

check_fresh() {
  local archive=$CACHE/fresh-root-bookworm.tar name
  need mmdebstrap git ip iptables sysctl
  if ! root_is_possible; then
    say "no fresh machine is made: that needs root"
    return
  fi
  [[ -e $archive ]] || step "making a root with git alone, once" make_root_archive "$archive" git,ca-certificates
  open_fresh "$archive"
  check "fresh: ./dev demo --headless --seconds 20" in_fresh ./dev demo --headless --seconds 20
  check "fresh: ./dev test" in_fresh ./dev test
  for name in $FRESH_CHECKS; do check "fresh: ./dev test --only $name" in_fresh ./dev test --only "$name"; done
}

open_fresh() { # ARCHIVE
  FRESH=$CACHE/fresh-$RUN_ID FRESH_NAMESPACE=edge-fresh-$RUN_ID FRESH_LINK=ef$RUN_ID
  on_exit close_fresh
  as_root install -d "$FRESH"
  step "unpacking it" as_root tar -C "$FRESH" --exclude='./dev/*' -xf "$1"
  step "cloning this repository into it" as_root git clone -q "file://$ROOT" "$FRESH/root/edge-agent"
  fresh_settings
  fresh_network
}

# How this machine reaches the world is not what is tried
fresh_settings() {
  local file
  for file in /etc/resolv.conf /etc/hosts /usr/local/share/ca-certificates/*.crt; do
    [[ ! -e $file ]] || as_root install -D -m 644 "$file" "$FRESH$file"
  done
  for file in .m2/settings.xml .npmrc; do
    [[ ! -e $HOME/$file ]] || as_root install -D -m 600 "$HOME/$file" "$FRESH/root/$file"
  done
  echo "deb $(debian_mirror) bookworm main" | as_root tee "$FRESH/etc/apt/sources.list" >>"$LOGS/dev.log"
  as_root chroot "$FRESH" update-ca-certificates >>"$LOGS/dev.log" 2>&1
}

# A namespace with a cable to this machine, which passes on what comes from there
fresh_network() {
  local net=10.198.$((16#${RUN_ID:0:2}))
  as_root ip netns add "$FRESH_NAMESPACE"
  as_root ip link add "$FRESH_LINK" type veth peer name wire netns "$FRESH_NAMESPACE"
  as_root ip addr add "$net.1/30" dev "$FRESH_LINK"
  as_root ip link set "$FRESH_LINK" up
  as_root ip -n "$FRESH_NAMESPACE" addr add "$net.2/30" dev wire
  as_root ip -n "$FRESH_NAMESPACE" link set lo up
  as_root ip -n "$FRESH_NAMESPACE" link set wire up
  as_root ip -n "$FRESH_NAMESPACE" route add default via "$net.1"
  FRESH_NET=$net.0/30
  as_root sysctl -qw net.ipv4.ip_forward=1
  as_root bash -c "$(declare -f route); route -I $FRESH_NET"
}

close_fresh() {
  as_root bash -c "$(declare -f route); route -D $FRESH_NET"
  as_root ip netns delete "$FRESH_NAMESPACE"
  remove_tree "$FRESH"
}

# in_fresh COMMAND...: in the clone. Nothing of the user's environment reaches it; with its first process all end.
in_fresh() {
  as_root ip netns exec "$FRESH_NAMESPACE" unshare --mount --uts --ipc --pid --fork --kill-child=KILL sh -eu -c '
    root=$1
    shift
    mount --make-rprivate /
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs tmpfs "$root/run"
    exec chroot "$root" env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb sh -c "cd /root/edge-agent && exec \"\$@\"" sh "$@"
  ' sh "$FRESH" "$@"
}
