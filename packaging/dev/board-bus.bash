# What the samples get of the emulated Raspberry Pi's I2C bus, and the chips on it.

# the bus, and how the kernel's driver calls its controller
BUS=/dev/i2c-1 BUS_DRIVER=/sys/bus/platform/drivers/i2c-bcm2835 BUS_CONTROLLER=3f804000.i2c

BUTTON=button-acr LED=led-acr SENSOR=temperature-sensor BYSTANDER=bystander
BUS_MODULES=("$LED" "$BUTTON" "$SENSOR")
# the one that the sensor's module reads
CHIP=sht3x

# Sets CHIPS to QEMU's options. Memory chips answer as button and sensors do, whose registers are addresses and whose commands
# (of the SHT3x) are addresses too: each has what the module will read there. The button's starts empty, for QEMU's drives have
# 512 bytes or more, and a chip of that size has each register twice, to be chosen by what was read before.
chips() { # FOLDER
  # shellcheck disable=SC2054 # QEMU's commas
  CHIPS=(-device at24c-eeprom,bus=i2c-bus.1,address=0x6f,rom-size=256,address-size=1)
  # status; 25 degrees and 75 %
  chip "$1/sht3x.img" 0x44 65536 2 0xf32d:000081 0x2400:666693beef92
  # id, calibration, and the datasheet's example: 25.08 degrees, 100653 Pa
  local registers=(60 706b436718fc7d8e43d6d00b270b8c00f9ff8c3cf8c67017004b 7201001329031e 655ac07eed007530)
  chip "$1/bme280.img" 0x76 512 1 {0xd0,0x1d0}:"${registers[0]}" {0x88,0x188}:"${registers[1]}" \
    {0xe1,0x1e1}:"${registers[2]}" {0xf7,0x1f7}:"${registers[3]}"
}

chip() { # FILE ADDRESS BYTES BYTES_OF_A_REGISTER'S_NUMBER REGISTER:HEXADECIMAL...
  local bytes
  truncate -s "$3" "$1"
  for bytes in "${@:5}"; do
    printf '%b' "$(sed 's/../\\x&/g' <<<"${bytes#*:}")" | dd of="$1" bs=1 seek="$((${bytes%:*}))" conv=notrunc status=none
  done
  CHIPS+=(-drive "if=none,id=chip-$2,file=$1,format=raw"
    -device "at24c-eeprom,bus=i2c-bus.1,address=$2,rom-size=$3,address-size=$4,drive=chip-$2")
}

# device_modules TAG CREATE_OPTIONS: the samples with these options, and a module that has no devices
device_modules() {
  jq -n --arg tag "$1" --argjson options "$2" --arg led "$LED" --arg button "$BUTTON" --arg sensor "$SENSOR" --arg chip "$CHIP" \
    --arg bystander "$BYSTANDER" '
    def edge_module(image; order; options): {type: "docker", status: "running", restartPolicy: "always",
      imagePullPolicy: "never", startupOrder: order, settings: {image: image, createOptions: (options | tojson)}};
    {($led): edge_module("led-acr:\($tag)"; 1; $options | .HostConfig.PortBindings = {"80/tcp": [{HostPort: "80"}]}),
     ($button): edge_module("button-acr:1.0"; 2; $options),
     ($sensor): (edge_module("temperature-sensor:1.0"; 3; $options) + {env: {SENSOR: {value: $chip}}}),
     ($bystander): (edge_module("led-acr:1.0"; 4; {User: "10001:10001"}) + {env: {HARDWARE: {value: "simulated"}}})}'
}

board_modules() { # TAG of led-acr: neither root nor Privileged
  device_modules "$1" '{"User": "10001:10001",
    "Labels": {"io.edge-agent.devices": "i2c:1", "io.edge-agent.on-unplug": "stop"}}'
}

seed_modules() { # TAG of led-acr: as written for IoT Edge
  device_modules "$1" '{"HostConfig": {"Privileged": true,
    "Devices": [{"PathOnHost": "'$BUS'", "PathInContainer": "'$BUS'", "CgroupPermissions": "mrw"}]}}'
}

board_narrows() { # before the agent starts
  guest 'printf "\n[devices]\nprivileged = \"narrow\"\n" >>/etc/edge-agent/config.toml'
}

has_bus() { have_node "$BUS" "${BUS_MODULES[@]}"; }

# have_node NODE MODULE...: that no container is privileged, each has the node, its group and nothing more, and Java is nobody
# in particular
have_node() {
  guest docker inspect "${@:2}" | jq -c '.[] | [.Name, .Config.User,
    (.HostConfig | .Privileged, .Devices, .GroupAdd, .DeviceCgroupRules, .CapAdd)]' | tee "$RUN/got"
  jq -es --arg node "$1" --arg group "$(guest stat -c %g "$1")" --argjson count $(($# - 1)) 'length == $count and all(.[];
    .[2] == false and .[3] == [{PathOnHost: $node, PathInContainer: $node, CgroupPermissions: "rw"}] and
    .[4] == [$group] and (.[5] // []) == [] and (.[6] // []) == [])' "$RUN/got"
  guest "for module in ${*:2}; do
    grep -E '^(Name|Uid|Gid|Groups|CapEff):' /proc/\$(docker inspect --format '{{.State.Pid}}' \$module)/status; done" | tee "$RUN/processes"
  [[ $(grep -cE '^(Name:.java|[UG]id:.10001.10001.10001.10001|CapEff:.0+)$' "$RUN/processes") == $((4 * ($# - 1))) ]]
}

seed_is_narrowed() {
  deploy seed_modules 1.0
  follow_deployment 1800
  has_bus
  led_follows_button
  guest edge-agent list -o json | tee "$RUN/list"
  [[ $(grep -c 'only its devices instead of Privileged' "$RUN/list") == 3 ]]
  reported "$LED" | grep 'without Privileged'
}

bus_is_granted() {
  board_deploys
  has_bus
  guest "docker exec $LED sh -c 'id; echo \$EDGE_DEVICE_I2C_1'" | tee "$RUN/inside"
  grep '^uid=10001 gid=10001' "$RUN/inside" && grep -x "$BUS" "$RUN/inside"
}

temperature_arrives() { # DEGREES: from the chip that is chosen
  local before
  before=$(telemetry | wc -l || true) # none
  deploy board_modules 1.0
  follow_deployment 1800
  await_telemetry "$before" "any(. == $1)" 1200
  telemetry | tail -n 1
  guest docker logs --tail 20 "$SENSOR"
}

reported() { # MODULE: its status in the twin
  hub GET "twins/$DEVICE/modules/%24edgeAgent" |
    jq -r --arg name "$1" '.properties.reported.modules[$name] | "\(.runtimeStatus): \(.statusDescription)"'
}

bus_is_listed() {
  guest edge-agent devices | tee "$RUN/devices"
  grep -E "^i2c:1 +$BUS +i2c +660 +bcm2835 .* $BUTTON" "$RUN/devices"
  guest edge-agent devices -o json | tee "$RUN/devices.json"
  jq -e --arg bus "$BUS" '.devices[] | select(.path == $bus) | .grant == "i2c:1" and .group == "i2c" and
    (.label | startswith("bcm2835")) and (.usedBy | sort) == ["button-acr", "led-acr", "temperature-sensor"]' "$RUN/devices.json"
}

bus_is_unplugged() {
  guest docker inspect "$BYSTANDER" | jq '.[] | .Id, .State' >"$RUN/bystander"
  guest "echo $BUS_CONTROLLER >$BUS_DRIVER/unbind"
  until_modules false "${BUS_MODULES[@]}"
  until_reported backoff "${BUS_MODULES[@]}"
  guest edge-agent list -o json | tee "$RUN/list"
  [[ $(grep -c "$BUS is not there.*enable I2C with .*; it starts when the device appears" "$RUN/list") == 3 ]]
}

bus_is_plugged_in() {
  guest "echo $BUS_CONTROLLER >$BUS_DRIVER/bind"
  until_modules true "${BUS_MODULES[@]}"
  until_reported running "${BUS_MODULES[@]}"
  # the node's time is the one of its making
  guest "node=\$(stat -c %.3Y $BUS)
    journalctl -b -u edge-agent -o short-unix --no-pager | awk -v node=\$node '/event=device_there/ { at = \$1 }
      END { printf \"the agent saw the bus %.1f s after it was there\n\", at - node }'
    for module in ${BUS_MODULES[*]}; do
      date -d \"\$(docker inspect -f '{{.State.StartedAt}}' \$module)\" +%s.%3N |
        awk -v module=\$module -v node=\$node '{ printf \"%s ran %.1f s after the bus was there\n\", module, \$1 - node }'
    done"
  led_follows_button
  diff "$RUN/bystander" <(guest docker inspect "$BYSTANDER" | jq '.[] | .Id, .State')
}

until_modules() { # true|false MODULE...: all of them run or none
  guest "for n in \$(seq 300); do
    [ \"\$(docker inspect -f '{{.State.Running}}' ${*:2} | sort -u)\" = $1 ] && exit; sleep 1; done; docker ps -a; exit 1"
}

until_reported() { # STATUS MODULE...
  local end=$((SECONDS + 600)) module
  for module in "${@:2}"; do
    until [[ $(reported "$module") == "$1:"* ]]; do
      ((SECONDS < end)) || { reported "$module" && return 1; }
      sleep 1
    done
    reported "$module"
  done
}
