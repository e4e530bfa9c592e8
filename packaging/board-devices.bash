# shellcheck shell=bash disable=SC2016,SC2034,SC2153,SC2154 # dev's variables and functions; some for the shell on the board
# What button and LED get of the emulated Raspberry Pi's I2C bus. Sourced by board.bash.

# the bus, and how the kernel's driver calls its controller
BUS=/dev/i2c-1 BUS_DRIVER=/sys/bus/platform/drivers/i2c-bcm2835 BUS_CONTROLLER=3f804000.i2c

# --- what is deployed ----------------------------------------------------------------------------------------------

# device_modules TAG CREATE_OPTIONS: LED and button with these options, and a module that has no devices
device_modules() {
  jq -n --arg tag "$1" --argjson options "$2" --arg led "$LED" --arg button "$BUTTON" --arg bystander "$BYSTANDER" '
    def edge_module(image; order; options): {type: "docker", status: "running", restartPolicy: "always",
      imagePullPolicy: "never", startupOrder: order, settings: {image: image, createOptions: (options | tojson)}};
    {($led): edge_module("led-acr:\($tag)"; 1; $options | .HostConfig.PortBindings = {"80/tcp": [{HostPort: "80"}]}),
     ($button): edge_module("button-acr:1.0"; 2; $options),
     ($bystander): edge_module("led-acr:1.0"; 3; {User: "10001:10001"})}'
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

# --- what they got -------------------------------------------------------------------------------------------------

has_bus() { have_node "$BUS"; }

# That neither container is privileged, and both have the node, its group and nothing more
have_node() { # NODE
  guest docker inspect "$LED" "$BUTTON" | jq -c '.[] | [.Name, .Config.User,
    (.HostConfig | .Privileged, .Devices, .GroupAdd, .DeviceCgroupRules, .CapAdd)]' | tee "$RUN/got"
  jq -es --arg node "$1" --arg group "$(guest stat -c %g "$1")" 'length == 2 and all(.[];
    .[2] == false and .[3] == [{PathOnHost: $node, PathInContainer: $node, CgroupPermissions: "rw"}] and
    .[4] == [$group] and (.[5] // []) == [] and (.[6] // []) == [])' "$RUN/got"
}

seed_is_narrowed() {
  deploy seed_modules 1.0
  follow_deployment 900
  has_bus
  led_follows_button
  guest edge-agent list -o json | tee "$RUN/list"
  [[ $(grep -c 'without Privileged, with its devices only' "$RUN/list") == 2 ]]
  reported "$LED" | grep 'without Privileged'
}

bus_is_granted() {
  board_deploys
  has_bus
  guest "docker exec $LED sh -c 'busybox id; echo \$EDGE_DEVICE_I2C_1'" | tee "$RUN/inside"
  grep '^uid=10001 gid=10001' "$RUN/inside" && grep -x "$BUS" "$RUN/inside"
}

reported() { # MODULE: its status in the twin
  hub GET "twins/$DEVICE/modules/%24edgeAgent" |
    jq -r --arg name "$1" '.properties.reported.modules[$name] | "\(.runtimeStatus): \(.statusDescription)"'
}

bus_is_listed() {
  guest edge-agent devices | tee "$RUN/devices"
  grep -E "^i2c:1 +$BUS +i2c +660 +bcm2835 .* (button-acr, led-acr|led-acr, button-acr)\$" "$RUN/devices"
  guest edge-agent devices -o json | tee "$RUN/devices.json"
  jq -e --arg bus "$BUS" '.devices[] | select(.path == $bus) | .grant == "i2c:1" and .group == "i2c" and
    (.label | startswith("bcm2835")) and (.usedBy | sort) == ["button-acr", "led-acr"]' "$RUN/devices.json"
}

# --- unplugged and plugged in --------------------------------------------------------------------------------------

bus_is_unplugged() {
  guest docker inspect "$BYSTANDER" | jq '.[] | .Id, .State' >"$RUN/bystander"
  guest "echo $BUS_CONTROLLER >$BUS_DRIVER/unbind"
  until_modules false
  until_reported backoff
  guest edge-agent list -o json | tee "$RUN/list"
  [[ $(grep -c "$BUS is not there.*enable I2C with .*; it starts when the device appears" "$RUN/list") == 2 ]]
}

bus_is_plugged_in() {
  guest "echo $BUS_CONTROLLER >$BUS_DRIVER/bind"
  until_modules true
  until_reported running
  # the node's time is the one of its making
  guest "node=\$(stat -c %.3Y $BUS)
    journalctl -b -u edge-agent -o short-unix --no-pager | awk -v node=\$node '/event=device_there/ { at = \$1 }
      END { printf \"the agent saw the bus %.1f s after it was there\n\", at - node }'
    for module in $LED $BUTTON; do
      date -d \"\$(docker inspect -f '{{.State.StartedAt}}' \$module)\" +%s.%3N |
        awk -v module=\$module -v node=\$node '{ printf \"%s ran %.1f s after the bus was there\n\", module, \$1 - node }'
    done"
  led_follows_button
  diff "$RUN/bystander" <(guest docker inspect "$BYSTANDER" | jq '.[] | .Id, .State')
}

until_modules() { # true|false: both run or neither
  guest "for n in \$(seq 100); do
    [ \"\$(docker inspect -f '{{.State.Running}}' $LED $BUTTON | sort -u)\" = $1 ] && exit; sleep 1; done; docker ps -a; exit 1"
}

until_reported() { # STATUS
  local end=$((SECONDS + 120))
  until [[ $(reported "$LED") == "$1:"* && $(reported "$BUTTON") == "$1:"* ]]; do
    ((SECONDS < end)) || { reported "$LED" && return 1; }
    sleep 1
  done
  reported "$LED"
}
