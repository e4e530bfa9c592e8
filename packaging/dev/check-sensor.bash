# The temperature sensor, deployed by the agent, and its telemetry.

# Deploys the sensor, with its simulated board, by the agent from the local hub, and looks at what arrives there
test_sensor() {
  local image=edge-agent-dev/temperature-sensor:$RUN_ID dockerfile sent
  need docker curl jq ip
  build_if_changed
  engine
  dockerfile=$ROOT/modules/temperature-sensor/Dockerfile.$(platform)
  base_image debian:bookworm-slim
  base_image "$(sample_base "$(platform)")"
  on_exit docker rmi "$image"
  step "building the image of temperature-sensor" docker build --label "$LABEL=$RUN_ID" --tag "$image" \
    --file "$dockerfile" "$ROOT/modules/temperature-sensor"
  SENSOR=temperature-sensor-$RUN_ID
  start_all
  deploy sensor_module "$image"
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
}

sensor_module() { # IMAGE
  jq -n --arg name "$SENSOR" --arg image "$1" '{($name): {type: "docker", status: "running", restartPolicy: "always",
    imagePullPolicy: "never", env: {HARDWARE: {value: "simulated"}}, settings: {image: $image, createOptions: "{}"}}}'
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
