# The Docker Engine that a run uses, and an address on it for the local hub.

ENGINE_IS_OURS=${EDGE_DEV_ENGINE_IS_OURS:-} # set: nothing in this engine belongs to the user

# Sets DOCKER_HOST to an engine that answers: the user's, else a private one.
engine() {
  need docker curl
  DOCKER_HOST=$(engine_address)
  export DOCKER_HOST DOCKER_CONFIG=$RUN/docker DOCKER_BUILDKIT=0 DOCKER_CLI_HINTS=false
  unset DOCKER_CONTEXT
  mkdir -p "$DOCKER_CONFIG" # a login of ours must not get into the user's configuration
  if [[ $DOCKER_HOST == unix://* ]] && engine_shares_our_network; then
    [[ -n $ENGINE_IS_OURS ]] || say "Docker Engine: $DOCKER_HOST"
  else
    private_engine
  fi
}

engine_address() {
  if [[ -n ${DOCKER_HOST:-} ]]; then echo "$DOCKER_HOST"; return; fi
  docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null || echo unix:///var/run/docker.sock
}

# Docker Desktop and rootless engines live in a network of their own: their modules could not reach a hub on this host
engine_shares_our_network() {
  local facts
  facts=$(timeout 20 docker info --format '{{.OperatingSystem}} {{.SecurityOptions}}' 2>/dev/null) || return 1
  [[ ! ${facts,,} =~ desktop|rootless && -n $facts ]]
}

# arm64v8, where the modules are for the emulated board
PLATFORM=

platform() {
  if [[ -n $PLATFORM ]]; then echo "$PLATFORM" && return; fi
  case $(docker version --format '{{.Server.Arch}}') in
    arm) echo arm32v7 ;;
    arm64) echo arm64v8 ;;
    *) echo amd64 ;;
  esac
}

# Makes a network and sets HUB_ADDRESS to its gateway: an address of this host that processes and containers reach alike
hub_address() {
  local network=edge-agent-hub-$RUN_ID
  docker network create --label "$LABEL=$RUN_ID" "$network" >>"$LOGS/dev.log"
  on_exit docker network rm "$network"
  HUB_ADDRESS=$(docker network inspect --format '{{(index .IPAM.Config 0).Gateway}}' "$network")
}

free_port() { # below the range from which the kernel takes ports for outgoing connections
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    port_is_free "$port" && break
  done
  echo "$port"
}

port_is_free() { [[ -z $(ss -Hltn "sport = :$1") ]]; }
