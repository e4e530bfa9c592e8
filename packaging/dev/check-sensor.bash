# The temperature sensor and the filter behind it, deployed by the agent, and their telemetry.

# Deploys the sensor, with its simulated board, by the agent from the local hub, and looks at what arrives there
test_sensor() {
  local sent
  need docker curl jq ip
  build_if_changed
  engine
  base_image debian:bookworm-slim
  base_image "$(sample_base "$(platform)")"
  build_sample temperature-sensor
  build_sample temperature-filter
  SENSOR=temperature-sensor-$RUN_ID FILTER=temperature-filter-$RUN_ID
  start_all
  deploy sensor_module
  follow_deployment 120 || die 1 "the module does not run; logs are in $LOGS"
  hub_client twin-update "$DEVICE" "$SENSOR" '{"SendInterval": 1}' >>"$LOGS/dev.log"
  await_telemetry 0 'any(. > 23)' || die 1 "no telemetry arrived: $(docker logs "$SENSOR" 2>&1 | tail -n 5)"
  say "  $(telemetry | tail -n 1)"
  sent=$(telemetry | wc -l)
  [[ $(hub_client method "$DEVICE" "$SENSOR" reset | jq .status) == 200 ]] || die 1 "the sensor was not reset"
  await_telemetry "$sent" 'any(. < 22.5)' || die 1 "after a reset the temperature is still $(telemetry | tail -n 1)"
  say "  $(telemetry | tail -n 1)"
  [[ $(hub_client twin "$DEVICE" "$SENSOR" | jq .properties.reported.SendInterval) == 1 ]] || die 1 "its twin does not report SendInterval"
  [[ $(docker top "$SENSOR" -eo uid,pid | awk '{ uid = $1 } END { print uid }') == 10001 ]] || die 1 "the module runs as another user than 10001"
  say "telemetry, reset and twin of the temperature sensor work, as user 10001"
  test_pipeline
}

build_sample() { # MODULE
  on_exit docker rmi "edge-agent-dev/$1:$RUN_ID"
  step "building the image of $1" docker build --label "$LABEL=$RUN_ID" --tag "edge-agent-dev/$1:$RUN_ID" \
    --file "$ROOT/modules/$1/Dockerfile.$(platform)" "$ROOT/modules/$1"
}

# From the sensor by the built-in hub through the filter to the cloud: bodies, properties and sender must be whole there
test_pipeline() {
  ROUTES=$(pipeline_routes "$SENSOR" "$FILTER")
  deploy pipeline_modules
  follow_deployment 120 || die 1 "sensor and filter do not run; logs are in $LOGS"
  hub_client twin-update "$DEVICE" "$FILTER" '{"TemperatureThreshold": 23}' >>"$LOGS/dev.log"
  until_true 60 threshold_is 23 || die 1 "the filter does not report its threshold: $(docker logs "$FILTER" 2>&1 | tail -n 5)"
  until_true 60 alerts_are_whole ||
    die 1 "no alerts arrived, or not whole: $(alerts | tail -n 1) $(docker logs "$FILTER" 2>&1 | tail -n 5)"
  say "  $(alerts | tail -n 1 | jq -c '{moduleId, body: .body.machine, properties}')"
  say "the sensor's messages went through the filter to the cloud: body, properties and sender are whole"
}

pipeline_routes() { # SENSOR FILTER
  jq -n --arg sensor "$1" --arg filter "$2" '{
    sensorToFilter: "FROM /messages/modules/\($sensor)/outputs/temperatureOutput INTO BrokeredEndpoint(\"/modules/\($filter)/inputs/input1\")",
    filterToCloud: "FROM /messages/modules/\($filter)/outputs/output1 INTO $upstream"}'
}

threshold_is() { [[ $(hub_client twin "$DEVICE" "$FILTER" | jq ".properties.reported.TemperatureThreshold == $1") == true ]]; }
alerts() { hub_client events --device "$DEVICE" --module "$FILTER" --output json; }

# Five or more, and each after the one before, none twice or left out. The temperature goes up and down a little: near the thresholds, of
# which the filter has first its own and then ours, messages are left out rightly. So it counts from well above.
alerts_are_whole() {
  alerts | jq -es '(map(.body.machine.temperature > 28) | index(true)) as $from | $from != null and (.[$from:] | length >= 5 and
    all(.[]; .properties.MessageType == "Alert" and .systemProperties["output-name"] == "output1"
      and .systemProperties["content-type"] == "application/json" and .body.machine.temperature > 23 and has("body")
      and (.body.ambient.humidity | type) == "number" and (.properties.batchId | length) == 36) and
    ([.[].properties.sequenceNumber | tonumber] | . as $n | all(range(1; length); $n[.] == $n[. - 1] + 1)))' >>"$LOGS/dev.log"
}

sensor_module() {
  jq -n --arg name "$SENSOR" --arg image "edge-agent-dev/temperature-sensor:$RUN_ID" '{($name): {type: "docker", status: "running",
    restartPolicy: "always", imagePullPolicy: "never", env: {HARDWARE: {value: "simulated"}}, settings: {image: $image, createOptions: "{}"}}}'
}

pipeline_modules() {
  sensor_module | jq --arg name "$FILTER" --arg image "edge-agent-dev/temperature-filter:$RUN_ID" '. + {($name): {type: "docker",
    status: "running", restartPolicy: "always", imagePullPolicy: "never", settings: {image: $image, createOptions: "{}"}}}'
}

telemetry() { # the bodies that the sensor has sent, in order
  hub_client events | grep -F "$DEVICE/$SENSOR" | grep -oE '\{"machine".*"timeCreated":"[^"]*"\}'
}

# A machine of 21 degrees warms up by half a degree a message
await_telemetry() { # COUNT JQ [SECONDS]: until this holds for the list of temperatures after the first COUNT
  local end=$((SECONDS + ${3:-60}))
  until telemetry | tail -n "+$(($1 + 1))" | jq -es "map(.machine.temperature) | $2" >>"$LOGS/dev.log"; do
    ((SECONDS < end)) || return 1
    sleep "$((${3:-60} / 60))" # a slow board is looked at less often
  done
}
