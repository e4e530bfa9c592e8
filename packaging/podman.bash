# shellcheck shell=bash
# Draft: written, never run, and not yet sourced by dev.
# Sourced by dev: the engine's contract test on a private Podman; nothing of the user's Podman is read or changed.

# shellcheck disable=SC2034,SC2154 # declared in dev, as an associative array
TOOLS[podman]="podman: the other engine that the agent speaks to"
# shellcheck disable=SC2034,SC2154
TOOLS[runc]="runc: starts Podman's containers where cgroups are not version 2"

check_podman() {
  need podman runc
  local folder=$RUN/podman runtime=runc network=netavark
  mkdir -p "$folder"
  if [[ -e /sys/fs/cgroup/cgroup.controllers ]] && has crun; then runtime=crun; fi
  printf '[network]\nnetwork_backend = "%s"\n[engine]\ncgroup_manager = "cgroupfs"\nruntime = "%s"\n' "$network" "$runtime" \
    >"$folder/containers.conf"
  printf '[[registry]]\nlocation = "%s"\ninsecure = true\n' "$REGISTRY" >"$folder/registries.conf"
  CONTAINERS_CONF=$folder/containers.conf CONTAINERS_REGISTRIES_CONF=$folder/registries.conf \
    serve podman --root "$folder/root" --runroot "$folder/run" system service --time=0 "unix://$folder/podman.sock" \
    >"$LOGS/podman.log" 2>&1
  on_exit stop "$SPAWNED"
  step "starting a private Podman" until_ready "$SPAWNED" "$LOGS/podman.log" 30 docker -H "unix://$folder/podman.sock" version
  export EDGE_TEST_PODMAN=unix://$folder/podman.sock
  check "the engine's contract on Podman" slow_test PodmanEngine
}
