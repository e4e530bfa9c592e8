# The check "image": the container image on the engine that is set, with the local hub.

check_image() {
  need jdk docker curl jq ip
  build_if_changed
  engine
  hub_address
  IMAGE=edge-agent-test:$RUN_ID AGENT_BOX=edge-agent-$RUN_ID VOLUME=edge-agent-$RUN_ID
  AGENT_NETWORK=edge-agent-box-$RUN_ID BOX_MODULE=box-$RUN_ID
  SOCKET=${DOCKER_HOST#unix://} SECRET=not-for-logs-$RUN_ID
  [[ -e $HUB/ca.pem ]] || start_hub
  on_exit remove_box
  agent_image "$(platform)" "$IMAGE"
  busybox_images "edge-agent-box-$RUN_ID" >>"$LOGS/dev.log" 2>&1
  [[ -s $RUN/connection-string ]] || step "creating the device $DEVICE" create_device
  check "image: knows its version" box_version
  check "image: without credentials it says what to set, and ends with 78" box_without_credentials
  check "image: started as the README says, modules are its siblings" box_runs
  check "image: a module's Binds are the host's" box_binds
  check "image: runs unprivileged, on the module network under both names" box_is_modest
  check "image: becomes healthy" until_true 60 box_is healthy
  check "image: docker restart adopts the modules" box_adopts
  check "image: no key and no password in its log" box_keeps_secrets
  check "image: ends within 10 s when asked" box_stops
  check "image: read-only, without capabilities and new privileges" box_confined
  check "image: refuses to run beside IoT Edge" box_beside_iot_edge
  check "image: clean removes what the agent made, and nothing else" box_cleans
  check "image: the compose file, with docker compose and as a stack" box_compose
}

remove_box() {
  docker ps -aq --filter "name=$RUN_ID" | xargs -r docker rm -fv
  docker network rm "$AGENT_NETWORK"
  docker volume rm -f "$VOLUME"
  remove_images "edge-agent-test:$RUN_ID"
  remove_images "edge-agent-box-$RUN_ID"
}

# The hub's certificate is the only thing that a user of Azure does not need
run_box() { # DOCKER OPTION...
  docker run -d --name "$AGENT_BOX" -v "$SOCKET:/var/run/docker.sock" -v "$VOLUME:/var/lib/edge-agent" \
    -v "$HUB/ca.pem:/ca.pem:ro" -e EDGE_AGENT_TRUST_BUNDLE=/ca.pem -e "EDGE_AGENT_NETWORK=$AGENT_NETWORK" \
    -e CONNECTION_STRING="$(<"$RUN/connection-string")" -e AZURE_USERNAME= -e TENANT_ID= "$@" "$IMAGE"
}

box_is() { [[ $(docker inspect --format '{{.State.Health.Status}}' "$AGENT_BOX") == "$1" ]]; }
box_log() { docker logs "$AGENT_BOX" 2>&1; }
box_says() { box_log | grep -- "$1" >/dev/null; } # all of it: a log cut short is an error of docker
box_fact() { docker inspect --format "$1" "$AGENT_BOX"; }
box_module_runs() { [[ $(docker inspect --format '{{.State.Running}}' "$BOX_MODULE" 2>/dev/null) == true ]]; }

box_version() {
  docker run --rm "$IMAGE" version | grep -xF "edge-agent $(package_version)"
  [[ $(docker image inspect --format '{{index .Config.Labels "org.opencontainers.image.version"}}' "$IMAGE") == "$(package_version)" ]]
}

box_without_credentials() {
  local code=0
  docker run --rm -e CONNECTION_STRING= "$IMAGE" >"$RUN/box.log" 2>&1 || code=$?
  grep -q "set the environment variable CONNECTION_STRING" "$RUN/box.log"
  ((code == 78))
  code=0
  docker run --rm -e TENANT_URL=http://nobody -e TENANT_PASSWORD="$SECRET" "$IMAGE" >"$RUN/box.log" 2>&1 || code=$?
  grep -q "TENANT_URL, TENANT_PASSWORD is not supported" "$RUN/box.log"
  ((code == 78)) && ! grep -q "$SECRET" "$RUN/box.log"
}

box_modules() {
  jq -n --arg image "edge-agent-box-$RUN_ID:1" --arg name "$BOX_MODULE" --arg folder "$RUN/of-host" --arg secret "$SECRET" \
    '{($name): {version: "1.0", type: "docker", status: "running", restartPolicy: "always", imagePullPolicy: "never",
      env: {PASSWORD: {value: $secret}},
      settings: {image: $image, createOptions: ({HostConfig: {Binds: ["\($folder):/x"]}} | tojson)}}}'
}

box_runs() {
  run_box -e TENANT_URL=http://nobody -e TENANT_PASSWORD="$SECRET" -e AZURE_IOT_HUB_NAME=nowhere
  mkdir -p "$RUN/of-host"
  echo "of the host" >"$RUN/of-host/file"
  REGISTRY='' deploy box_modules
  until_true 60 box_module_runs || { box_log && return 1; }
  docker ps --format '{{.Names}}' | grep -cx "$AGENT_BOX\|$BOX_MODULE" | grep -qx 2
  until_true 30 box_says event=ready
}

box_binds() { [[ $(docker exec "$BOX_MODULE" cat /x/file) == "of the host" ]]; }

box_is_modest() {
  [[ $(box_fact '{{.HostConfig.Privileged}}') == false ]]
  [[ $(docker exec "$AGENT_BOX" sh -c 'grep -E "^(Uid|CapEff)" /proc/1/status' | tr -s '\t\n' ' ') == "Uid: 13622 13622 13622 13622 CapEff: 0000000000000000 " ]]
  box_fact '{{json .NetworkSettings.Networks}}' | jq -e --arg n "$AGENT_NETWORK" '.[$n].Aliases | contains(["edgeAgent", "edgeHub"])'
  docker exec "$BOX_MODULE" nslookup edgeHub 2>&1 | grep -q Address || docker exec "$BOX_MODULE" ping -c 1 -W 2 edgeHub
}

box_adopts() {
  local before
  before=$(facts "$BOX_MODULE")
  docker restart -t 10 "$AGENT_BOX"
  until_true 60 box_is healthy
  [[ $(box_log | grep -c event=ready) == 2 && $(facts "$BOX_MODULE") == "$before" ]]
}

box_keeps_secrets() {
  local key
  key=$(sed 's/.*SharedAccessKey=//; s/;.*//' "$RUN/connection-string")
  box_log >"$RUN/box.log"
  docker history --no-trunc "$IMAGE" >>"$RUN/box.log"
  [[ -n $key ]] && ! grep -qF -e "$key" -e "$SECRET" "$RUN/box.log"
}

box_stops() {
  local begin=$SECONDS
  docker stop -t 15 "$AGENT_BOX"
  ((SECONDS - begin <= 10)) && [[ $(box_fact '{{.State.ExitCode}}') =~ ^(0|143)$ ]]
  box_module_runs
}

box_confined() {
  local before
  before=$(facts "$BOX_MODULE")
  docker rm -f "$AGENT_BOX"
  docker run --rm -v "$VOLUME:/v" --entrypoint sh "$IMAGE" -c 'rm -rf /v/*'
  run_box --read-only --cap-drop ALL --security-opt no-new-privileges
  until_true 60 box_says event=ready || { box_log && return 1; }
  until_true 60 box_is healthy
  until_true 60 docker exec "$AGENT_BOX" edge-agent status
  [[ $(facts "$BOX_MODULE") == "$before" ]]
  docker rm -f "$AGENT_BOX"
  docker run --rm -v "$VOLUME:/v" --entrypoint sh "$IMAGE" -c 'rm -rf /v/*'
  run_box --read-only --user 13622 --group-add "$(stat -c %g "$SOCKET")" --cap-drop ALL
  until_true 60 box_says event=ready || { box_log && return 1; }
  until_true 60 docker exec "$AGENT_BOX" edge-agent status
  [[ $(facts "$BOX_MODULE") == "$before" ]]
}

box_beside_iot_edge() {
  local code=0
  docker run -d --name edgeHub --label "$LABEL=$RUN_ID" \
    --label net.azure-devices.edge.owner=Microsoft.Azure.Devices.Edge.Agent "edge-agent-box-$RUN_ID:1"
  docker restart "$AGENT_BOX"
  code=$(timeout 30 docker wait "$AGENT_BOX" || true)
  docker rm -f edgeHub
  box_says "IoT Edge runs on this engine (containers edgeHub)"
  [[ $code == 78 ]]
}

cleaner() { docker run --rm -v "$SOCKET:/var/run/docker.sock" "$IMAGE" clean --device "$DEVICE" "$@"; }

box_cleans() {
  docker run -d --name "foreign-$RUN_ID" --label "$LABEL=$RUN_ID" "edge-agent-box-$RUN_ID:1"
  docker rm -f "$AGENT_BOX"
  cleaner --dry-run | grep "^container  $BOX_MODULE " >/dev/null # all of it: -q would break the pipe
  if cleaner; then return 1; fi # nobody there to say yes
  docker inspect "$BOX_MODULE" >/dev/null
  cleaner --yes
  if docker inspect "$BOX_MODULE" || docker network inspect "$AGENT_NETWORK"; then return 1; fi
  docker inspect "foreign-$RUN_ID" >/dev/null
  cleaner --yes | grep "Nothing to remove" >/dev/null
  docker rm -f "foreign-$RUN_ID"
}

# The stack is deployed only to an engine of our own: it needs the engine to be in a swarm
box_compose() {
  export EDGE_AGENT_IMAGE=$IMAGE DOCKER_SOCKET_PATH=$SOCKET
  if docker compose version; then docker compose -f "$ROOT/docker/compose.yaml" config -q; fi
  [[ -n $ENGINE_IS_OURS ]] || return 0
  docker swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1 >/dev/null
  local code=0
  deploy_stack || code=$?
  docker stack rm "edge-$RUN_ID" || true
  until_true 30 no_stack_left || code=$?
  docker swarm leave --force
  docker volume rm "edge-${RUN_ID}_data" || true
  return "$code"
}

no_stack_left() { [[ -z $(docker ps -aq --filter "name=edge-$RUN_ID") ]]; }

deploy_stack() {
  CONNECTION_STRING=$(<"$RUN/connection-string") EDGE_AGENT_NETWORK=$AGENT_NETWORK \
    docker stack deploy --resolve-image never -c "$ROOT/docker/compose.yaml" "edge-$RUN_ID"
  until_true 60 stack_says event=engine_found
}

stack_says() { docker ps -q --filter "name=edge-$RUN_ID" | head -n 1 | xargs -r docker logs 2>&1 | grep "$1" >/dev/null; }
