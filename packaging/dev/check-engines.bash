# The check "engines": the engine's contract on the newest Docker, with containerd's image store, and the newest Podman of Debian,
# in a root file system of their own. Nothing of this machine's engines is read or changed.

NEWEST_PACKAGES=docker.io,podman,netavark,aardvark-dns,crun,runc,iptables,nftables,ca-certificates

check_engines() {
  if ((EUID != 0)); then
    say "the newest Docker and Podman are not checked: it needs root"
    return
  fi
  need jdk mvn ip iptables
  open_lab
  # sid's archive is signed for a week only, and a mirror may lag
  make_root newest-engines 5 sid "$(dpkg --print-architecture)" "$NEWEST_PACKAGES" \
    --aptopt='Acquire::Check-Valid-Until "false"'
  local root=$MACHINES/newest-engines bridge=eanew net=10.199.240
  mkdir -p "$root/etc/docker" "$root/engine"
  rm -rf --one-file-system "$root/engine"/*
  printf '{"features": {"containerd-snapshotter": true}, "insecure-registries": ["%s"]}\n' "$REGISTRY" >"$root/etc/docker/daemon.json"
  ip link add name "$bridge" type bridge && ip addr add "$net.1/26" dev "$bridge" && ip link set "$bridge" up
  on_exit unroute "$bridge" "$net.0/20"
  route -I "$net.0/20"
  serve_in_root "$root" dockerd --data-root /engine/data --exec-root /engine/exec --pidfile /engine/pid --host unix:///engine/docker.sock \
    --bridge "$bridge" --default-address-pool "base=$net.0/20,size=24" --iptables=false --ip6tables=false
  step "starting the newest Docker" until_ready "$SPAWNED" "$LOGS/newest-dockerd.log" 60 \
    docker -H "unix://$root/engine/docker.sock" version
  EDGE_TEST_ENGINE=unix://$root/engine/docker.sock \
    check "the engine's contract on Docker $(newest_version "$root/engine/docker.sock")" slow_test DockerEngineIT

  podman_settings "$root/engine" runc
  serve_in_root "$root" env HOME=/engine DOCKER_CONFIG=/engine CONTAINERS_CONF=/engine/containers.conf \
    CONTAINERS_REGISTRIES_CONF=/engine/registries.conf \
    podman --root /engine/podman --runroot /engine/run system service --time=0 unix:///engine/podman.sock
  step "starting the newest Podman" until_ready "$SPAWNED" "$LOGS/newest-podman.log" 30 \
    docker -H "unix://$root/engine/podman.sock" version
  EDGE_TEST_PODMAN=unix://$root/engine/podman.sock \
    check "the engine's contract on Podman $(newest_version "$root/engine/podman.sock")" slow_test PodmanEngine
}

newest_version() { docker -H "unix://$1" version --format '{{.Server.Version}}'; }

# Starts a program that sees the root file system alone, and mounts of which the machine sees nothing
serve_in_root() { # ROOT PROGRAM ARGUMENT...
  # shellcheck disable=SC2016 # variables of the inner shell
  serve unshare -m --propagation private bash -c '
    root=$1
    shift
    mount --bind "$root" "$root" && cd "$root" || exit 1
    for folder in proc sys dev; do mount --rbind "/$folder" "$folder" || exit 1; done
    mount -t tmpfs none run && cp /etc/resolv.conf etc/ && exec chroot . "$@"' serve_in_root "$@" \
    >"$LOGS/newest-$(newest_name "${@:2}").log" 2>&1
  on_exit stop "$SPAWNED"
}

newest_name() { # the program, which may come after env
  local word
  for word; do
    case $word in dockerd | podman) echo "$word" && return ;; esac
  done
}
