# The local IoT Hub, a device in it, and an agent that follows it.

HUB=$RUN/hub HUB_PID=

start_hub() {
  serve java -jar "$HUB_JAR" run --state "$HUB" --address "$HUB_ADDRESS" >"$LOGS/hub.log" 2>&1
  HUB_PID=$SPAWNED
  on_exit stop "$SPAWNED"
  step "starting the local IoT Hub on $HUB_ADDRESS" until_ready "$SPAWNED" "$LOGS/hub.log" 60 grep -q READY "$LOGS/hub.log"
}

# The hub of an earlier check may still run
hub_is_up() { if [[ -z $HUB_PID ]] || ! kill -0 "$HUB_PID"; then start_hub; fi; }

hub() { # METHOD PATH [CURL OPTION...]: calls the hub's REST interface as az and the portal do
  curl -sS --noproxy '*' --fail-with-body --cacert "$HUB/ca.pem" -X "$1" -H "Authorization: $(<"$HUB/iothubowner.sas")" \
    -H 'Content-Type: application/json' "${@:3}" "https://$HUB_ADDRESS/$2?$API"
}

hub_client() { java -XX:TieredStopAtLevel=1 -jar "$HUB_JAR" "$@" --state "$HUB"; }

create_device() {
  hub_client device create "$DEVICE" --edge >/dev/null # it prints the key
  hub_client connection-string "$DEVICE" >"$RUN/connection-string"
}

start_agent() { # sets AGENT to its process id
  CONNECTION_STRING=$(<"$RUN/connection-string") EDGE_AGENT_ENGINE=$DOCKER_HOST EDGE_AGENT_NETWORK=$AGENT_NETWORK \
    EDGE_AGENT_TRUST_BUNDLE=$HUB/ca.pem \
    serve java "@$ROOT/packaging/jvm.options" -jar "$AGENT_JAR" run --state "$RUN/agent" ${AGENT_CONFIG:+--config "$AGENT_CONFIG"} >"$LOGS/agent.log" 2>&1
  AGENT=$SPAWNED
}

stop_agent() { stop "$AGENT"; }
agent_is_ready() { grep -q event=ready "$LOGS/agent.log"; }

remove_modules() { # what the agent leaves on purpose: stopping an agent does not stop its modules
  docker ps -aq --filter "network=$AGENT_NETWORK" | xargs -r docker rm -f
  docker network rm "$AGENT_NETWORK"
}

# Engine, local hub, a device in it and an agent that follows it
start_all() {
  hub_address
  start_hub
  step "creating the device $DEVICE" create_device
  AGENT_NETWORK=edge-agent-$RUN_ID
  on_exit remove_modules
  start_agent
  on_exit stop_agent
  step "starting the agent" until_ready "$AGENT" "$LOGS/agent.log" 60 agent_is_ready
}
