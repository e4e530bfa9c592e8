# The check "foreign-roots": the package in root file systems of other CPUs, whose programs are emulated one by one.

FOREIGN_ROOTS=(bookworm-armhf bookworm-arm64 trixie-armhf trixie-arm64)

check_foreign_roots() {
  local name
  # the engine outside and the agent inside meet at a Unix socket
  need docker curl jq ip
  engine
  [[ $DOCKER_HOST == unix://* ]] || return 0
  hub_address
  run_arm_programs
  versions
  hub_is_up
  roots_in_memory
  for name in "${FOREIGN_ROOTS[@]}"; do
    check "root file system $name, made once" foreign_root "${name%-*}" "${name#*-}"
    ((OUTCOME == 0)) || continue
    DEVICE=$name-$RUN_ID
    check "package on $name, emulated: install, deploy a module, purge" foreign_root_check "$name"
    remove_tree "${ROOTS:?}/$name"
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
