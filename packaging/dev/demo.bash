# ./dev demo: a local hub, the agent, a button and an LED, a temperature sensor and a filter behind it.

cmd_demo() {
  options "seconds= headless simulated" "$@"
  local seconds=${OPTION[seconds]:-0} headless=${OPTION[headless]:-}
  # without a terminal nobody can end it
  if [[ ! -t 0 || ! -t 1 ]]; then headless=yes; fi
  if [[ -n $headless ]] && ((seconds == 0)); then seconds=60; fi
  need docker curl jq htpasswd ip
  build_if_changed
  engine
  registry
  module_images
  start_all
  choose_board "$headless${OPTION[simulated]:-}"
  choose_names
  show_agent_log
  show_alerts
  local deadline=$((seconds > 0 ? SECONDS + seconds : SECONDS + 86400))
  headline "Deploying $BUTTON, $LED, $SENSOR and $FILTER: one call to the hub's REST interface, as az and the portal make it"
  ROUTES=$(pipeline_routes "$SENSOR" "$FILTER")
  deploy demo_modules 1.0
  follow_deployment 180 || die 1 "the modules do not run; logs are in $LOGS"
  docker ps --filter "network=$AGENT_NETWORK" --format '  {{.Names}}: {{.Image}}, {{.Status}} {{.Ports}}'
  headline "Setting the filter's threshold: only messages above 22 °C go to the cloud"
  hub_client twin-update "$DEVICE" "$FILTER" '{"TemperatureThreshold": 22}' >>"$LOGS/dev.log"
  FOLLOWED=0 LOST=0 UPDATED=''
  play "$deadline" "$headless"
  finish_demo
}

# Builds and pushes button-acr:1.0, led-acr:1.0 and, the same under another tag, led-acr:1.1. Only what they are built
# on stays in a private engine for the next run, so that the agent has something to pull.
module_images() {
  local dockerfile module tag=${ENGINE_IS_OURS:-$RUN_ID}
  dockerfile=Dockerfile.$(platform)
  base_image debian:bookworm-slim
  base_image "$(sample_base "$(platform)")" ${PLATFORM:+arm64}
  [[ -n $ENGINE_IS_OURS ]] || on_exit remove_images "edge-agent-dev/*:$tag"
  # the first stage is the same for all; without a name it would be left behind
  step "building their Java runtime" docker build --label "$LABEL=$tag" --tag "edge-agent-dev/runtime-$(platform):$tag" \
    --target runtime --file "$ROOT/modules/led/$dockerfile" "$ROOT/modules/led"
  for module in button led temperature-sensor temperature-filter; do
    step "building the image of $module" docker build --label "$LABEL=$RUN_ID" --tag "$REGISTRY/${SAMPLES[$module]}:1.0" \
      --file "$ROOT/modules/$module/$dockerfile" "$ROOT/modules/$module"
  done
  docker tag "$REGISTRY/led-acr:1.0" "$REGISTRY/led-acr:1.1"
  step "pushing them to $REGISTRY" push button-acr:1.0 led-acr:1.0 led-acr:1.1 \
    temperature-sensor:1.0 temperature-filter:1.0
}

# The seed's createOptions name /dev/i2c-1. On other CPUs than ARM a bus of that number is the machine's own business.
choose_board() { # [anything: simulate]
  BOARD=$RUN/board/qwiic.bin
  if [[ -z $1 && -c /dev/i2c-1 && $(platform) == arm* ]]; then
    BOARD=
    say "board: the Qwiic button on /dev/i2c-1"
    return
  fi
  mkdir -m 777 "$RUN/board"
  printf '\x5d' >"$BOARD" # its id register
  truncate -s 256 "$BOARD"
  chmod 666 "$BOARD"
  say "board: simulated in a register file that both containers share; without Devices and Privileged in createOptions"
}

# Sets BUTTON, LED, SENSOR, FILTER and LED_PORT: those of the seed, unless something on this machine has them
choose_names() {
  local name
  BUTTON=button-acr LED=led-acr SENSOR=temperature-sensor FILTER=temperature-filter LED_PORT=80
  for name in "$BUTTON" "$LED" "$SENSOR" "$FILTER"; do
    docker container inspect "$name" >/dev/null 2>&1 || continue
    BUTTON+=-$RUN_ID LED+=-$RUN_ID SENSOR+=-$RUN_ID FILTER+=-$RUN_ID
    say "a container $name exists already: these are called $BUTTON, $LED, $SENSOR and $FILTER"
    break
  done
  # the lock is for two demos that start at the same time
  mkdir -p "$CACHE"
  exec 8>"$CACHE/port-80.lock"
  if ! flock -n 8 || ! port_is_free 80; then
    LED_PORT=$(free_port)
    say "port 80 of this machine is taken: the LED answers on port $LED_PORT"
  fi
}

demo_modules() { # TAG of led-acr
  jq -n --arg registry "$REGISTRY" --arg tag "$1" --arg button "$BUTTON" --arg led "$LED" --arg port "$LED_PORT" \
    --arg sensor "$SENSOR" --arg filter "$FILTER" --arg board "${BOARD%/*}" '
    (if $board != "" then {Binds: ["\($board):/board"]} else {Privileged: true,
      Devices: [{PathOnHost: "/dev/i2c-1", PathInContainer: "/dev/i2c-1", CgroupPermissions: "mrw"}]} end) as $host |
    (if $board != "" then {HARDWARE: {value: "simulated"}} else {} end) as $env |
    def edge_module(image; host; env): {version: "1.0", type: "docker", status: "running", restartPolicy: "always", env: env,
      settings: {image: "\($registry)/\(image)", createOptions: ({HostConfig: host} | tojson)}};
    {($button): edge_module("button-acr:1.0"; $host; $env + {LED_URL: {value: "http://\($led)/"}}),
     ($led): edge_module("led-acr:\($tag)"; $host + {PortBindings: {"80/tcp": [{HostPort: $port}]}}; $env),
     ($sensor): edge_module("temperature-sensor:1.0"; {}; {HARDWARE: {value: "simulated"}, MessageDelay: {value: "00:00:02"}}),
     ($filter): edge_module("temperature-filter:1.0"; {}; {})}'
}

show_agent_log() { # the lines that tell what it does with the deployment
  serve bash -c "$(declare -f agent_events); agent_events \"\$@\"" agent_events "$LOGS/agent.log" "$DIM" "$PLAIN"
  on_exit stop "$SPAWNED"
}

# What comes to the cloud of the sensor's messages by the routes of the built-in hub: the filter's alerts, of which it prints each fifth
show_alerts() {
  ALERTS=$RUN/alerts
  : >"$ALERTS"
  serve bash -c "$(declare -f hub_client print_alerts); HUB_JAR=$HUB_JAR HUB=$HUB; print_alerts \"\$@\"" print_alerts \
    "$DEVICE" "$FILTER" "$ALERTS"
  on_exit stop "$SPAWNED"
}

print_alerts() { # DEVICE FILTER FILE
  hub_client events --follow --device "$1" --module "$2" --output json | tee -a "$3" | sed -un '1~5p' | jq --unbuffered -r \
    '"  cloud: \(.properties.MessageType) of \(.moduleId): \(.body.machine.temperature) °C, message \(.properties.sequenceNumber) of the sensor"'
}

agent_events() { # LOG DIM PLAIN
  tail -n 0 -F "$1" 2>/dev/null | sed -u -nE "s/.*(event=(deployment|identities|pull|step|engine)[a-z_]*.*)/  $2agent: \1$3/p"
}

finish_demo() {
  until_true 20 test -s "$ALERTS" || true # the sensor begins with what is below the threshold
  headline "Result"
  say "  the LED followed $FOLLOWED times, failed to follow $LOST times"
  say "  $(wc -l <"$ALERTS") alerts of the filter arrived in the cloud"
  if [[ $UPDATED == only-led ]]; then say "  the update made only $LED anew"; else say "  ${RED}the update did not make $LED, and only $LED, anew${PLAIN}"; fi
  [[ -s $ALERTS && $UPDATED == only-led ]] && ((LOST == 0)) && { ((FOLLOWED > 0)) || [[ -z $BOARD ]]; } || exit 1
}
