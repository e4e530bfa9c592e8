# A Docker Engine of our own, where none answers: folders, network and firewall rules are its own too.

private_engine() {
  need dockerd iptables ip
  root_is_possible || die 3 "no Docker Engine answers at $DOCKER_HOST, and starting one needs root: sudo systemctl start docker"
  take_slot
  say "Docker Engine: none answers at $DOCKER_HOST, starting a private one in $SLOT"
  export DOCKER_HOST=unix://$SLOT/docker.sock
  ENGINE_IS_OURS=kept
  spawn as_root bash -c "$(declare -f keep_engine route unroute); keep_engine \"\$@\"" keep_engine \
    "$$" "$SLOT" "${SLOT##*-}" "$(id -g)" >"$LOGS/engine.log" 2>&1
  on_exit end_engine "$SPAWNED"
  step "starting it" until_ready "$SPAWNED" "$LOGS/engine.log" 60 docker version
  # a run that was killed may have left some
  {
    docker ps -aq | xargs -r docker rm -f
    docker network prune -f
    docker image prune -f
  } >>"$LOGS/dev.log" 2>&1
}

# Each run has a private engine to itself, in the first folder that no other run holds; its images stay for the next.
take_slot() {
  local n
  for n in {0..15}; do
    SLOT=$CACHE/engine-$n
    mkdir -p "$SLOT"
    exec 9>"$SLOT/lock"
    if flock -n 9 && no_engine_in "$SLOT"; then
      rm -f "$SLOT/stop"
      return 0
    fi
  done
  die 1 "sixteen runs with private engines at once are too many"
}

# After a run that was killed its engine needs a few seconds to notice
no_engine_in() { # SLOT
  local pid tenths
  pid=$(cat "$1/pid" 2>/dev/null) || return 0
  for ((tenths = 0; tenths < 150; tenths++)); do
    grep -qsF -- "$1/data" "/proc/$pid/cmdline" || return 0
    sleep 0.1
  done
  return 1
}

# Runs as root as long as the engine does, so that stopping it needs no password again. Ends with the script.
# Bridge, addresses and firewall rules are its own: dockerd's would get in the way of other engines on this machine.
keep_engine() { # PID_OF_SCRIPT SLOT NUMBER_OF_SLOT GROUP
  local script=$1 slot=$2 bridge=eadev$3 net=10.199.$((16 * $3)) group=$4 engine
  unroute "$bridge" "$net.0/20" 2>/dev/null # of a run that was killed
  ip link add name "$bridge" type bridge && ip addr add "$net.1/26" dev "$bridge" && ip link set "$bridge" up || return 1
  route -I "$net.0/20"
  # with address pools of its own, dockerd deletes the interface docker0, whoever it belongs to, when it remembers a default
  # network: it must not remember any
  rm -rf "$slot/data/network"
  dockerd --data-root "$slot/data" --exec-root "$slot/exec" --pidfile "$slot/pid" --host "unix://$slot/docker.sock" \
    --group "$group" --bridge "$bridge" --default-address-pool "base=$net.0/20,size=24" --iptables=false \
    --containerd-namespace "$bridge" --containerd-plugins-namespace "$bridge-plugins" &
  engine=$!
  trap '' TERM INT
  while kill -0 "$script" && kill -0 "$engine" && [[ ! -e $slot/stop ]]; do sleep 0.2; done 2>/dev/null
  export DOCKER_HOST=unix://$slot/docker.sock
  docker ps -aq | xargs -r docker rm -f
  docker network prune -f
  kill "$engine" 2>/dev/null
  wait "$engine"
  unroute "$bridge" "$net.0/20"
}

route() { # -I|-D NETWORK: lets its containers reach each other and the world, and takes it back
  iptables -w "$1" FORWARD -s "$2" -j ACCEPT
  iptables -w "$1" FORWARD -d "$2" -j ACCEPT
  iptables -w -t nat "$1" POSTROUTING -s "$2" ! -d "$2" -j MASQUERADE
}

unroute() { # BRIDGE NETWORK
  route -D "$2"
  ip link del "$1"
}

end_engine() { # PID of its keeper
  touch "$SLOT/stop"
  wait "$1" || true
}
