# The check "podman": the engine's contract on a private Podman. Nothing of the user's Podman is read or changed.

check_podman() {
  if ((EUID != 0)); then
    say "the engine's contract on Podman is not checked: it needs root"
    return
  fi
  need jdk mvn
  open_lab
  open_podman
  check "the engine's contract on Podman" slow_test PodmanEngine
}

open_podman() {
  need podman netavark aardvark-dns iptables runc
  podman_service
  export EDGE_TEST_PODMAN=unix://$RUN/podman/podman.sock
}

podman_settings() { # FOLDER RUNTIME
  printf '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n[engine]\ncgroup_manager = "cgroupfs"\nruntime = "%s"\n' \
    "$2" >"$1/containers.conf"
  printf '[[registry]]\nlocation = "%s"\ninsecure = true\n' "$REGISTRY" >"$1/registries.conf"
}

podman_service() {
  local folder=$RUN/podman runtime=runc
  mkdir -p "$folder"
  if [[ -e /sys/fs/cgroup/cgroup.controllers ]] && has crun; then runtime=crun; fi
  podman_settings "$folder" "$runtime"
  # a home and a working folder of its own: no login of the user, and its monitor leaves files where it is started
  serve env --chdir="$folder" "HOME=$folder" "DOCKER_CONFIG=$folder" \
    "CONTAINERS_CONF=$folder/containers.conf" "CONTAINERS_REGISTRIES_CONF=$folder/registries.conf" \
    podman --root "$folder/root" --runroot "$folder/run" system service --time=0 "unix://$folder/podman.sock" \
    >"$LOGS/podman.log" 2>&1
  on_exit end_podman "$SPAWNED" "$folder/root/overlay"
  step "starting a private Podman" until_ready "$SPAWNED" "$LOGS/podman.log" 30 \
    docker -H "unix://$folder/podman.sock" version
}

# Podman mounts its store on itself and leaves it so
end_podman() { # PID FOLDER
  stop "$1"
  mountpoint -q "$2" && umount "$2"
}
