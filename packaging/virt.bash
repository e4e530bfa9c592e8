# shellcheck shell=bash disable=SC2016,SC2034,SC2153,SC2154 # dev's variables and functions; some for the shell on the board
# The samples in Java on real GPIO lines: QEMU's arm64 machine `virt` with the emulated Raspberry Pi's card, whose kernel finds
# a PL061 with 8 lines. The emulator's power key is a button on line 3, which it presses for 0.1 s; line 0 is an LED.
# Sourced by machines.bash.

TOOLS[fdtput]="device-tree-compiler: names lines in the emulated machine's device tree"

GPIO=/dev/gpiochip0 GPIO_DRIVER=/sys/bus/amba/drivers/pl061_gpio GPIO_CONTROLLER=9030000.pl061
# press for 0.1 s: the button has to look more often than once a second
VIRT_POLL_MS=10

# --- the machine ---------------------------------------------------------------------------------------------------

prepare_virt() {
  emulator
  board_card
  need fdtput
  versions
  hub_is_up
  DEVICE=virt-$RUN_ID
  step "creating the device $DEVICE" create_device
  open_board
  step "naming lines in the device tree of the emulated machine virt" virt_device_tree "$BOARD_FOLDER/virt.dtb"
  start_virt virt -dtb "$BOARD_FOLDER/virt.dtb"
}

# As on a board whose maker has named the lines of its header, and without Linux' own use of the button
virt_device_tree() { # FILE
  qemu
  "${QEMU[@]}" "${VIRT[@]}" -machine "dumpdtb=$1" -display none -nodefaults
  fdtput -t s "$1" /pl061@9030000 gpio-line-names LED '' '' BUTTON '' '' '' ''
  fdtput -r "$1" /gpio-keys
}

# --- what is deployed ----------------------------------------------------------------------------------------------

# virt_modules [GRANT]: the button by its line's name; the LED, which may have no grant, by the chip's
virt_modules() {
  jq -n --arg button "$BUTTON" --arg led "$LED" --arg chip "$GPIO" --arg grant "${1:-}" --arg poll "$VIRT_POLL_MS" '
    def edge_module(image; order; env; grant): {type: "docker", status: "running", restartPolicy: "always",
      imagePullPolicy: "never", startupOrder: order,
      env: ({HARDWARE: "gpio"} + env | map_values({value: .})),
      settings: {image: image, createOptions: ({User: "10001:10001"} + (if grant == "" then {} else
        {Labels: {"io.edge-agent.devices": grant, "io.edge-agent.on-unplug": "stop"}} end) | tojson)}};
    {($led): edge_module("led-acr:1.0"; 1; {GPIO_LINE: "\($chip):0"}; $grant),
     ($button): edge_module("button-acr:1.0"; 2; {POLL_MS: $poll}; "gpio:line=BUTTON")}'
}

chip_is_listed() {
  guest edge-agent devices --lines | tee "$RUN/devices"
  grep -E "^gpio:$GPIO_CONTROLLER +$GPIO +gpio +660 +$GPIO_CONTROLLER, 8 lines" "$RUN/devices"
  grep -E "^LED +$GPIO:0 +gpio:line=LED( |\$)" "$RUN/devices"
  grep -E "^BUTTON +$GPIO:3 +gpio:line=BUTTON( |\$)" "$RUN/devices"
}

chip_is_granted() {
  deploy virt_modules "gpio:$GPIO_CONTROLLER"
  follow_deployment 900
  until_samples_say
  have_node "$GPIO" "$LED" "$BUTTON"
  guest "for module in $LED $BUTTON; do docker exec \$module sh -c 'id; ls -l $GPIO; env | grep ^EDGE_DEVICE_'; done" | tee "$RUN/inside"
  [[ $(grep -c "^uid=10001 gid=10001 groups=10001,$(guest stat -c %g "$GPIO")\$" "$RUN/inside") == 2 ]]
  grep -x "EDGE_DEVICE_GPIO_BUTTON=$GPIO:3" "$RUN/inside"
  guest edge-agent devices | grep -E "^gpio:$GPIO_CONTROLLER .* ($LED, $BUTTON|$BUTTON, $LED)\$"
}

# Java is up in both: they have said which line is theirs
until_samples_say() {
  guest "for n in \$(seq 100); do
    docker logs $LED | grep -F 'GPIO line $GPIO:0' && docker logs $BUTTON | grep -F 'GPIO line $GPIO:3' && exit
    sleep 1; done; docker logs $LED; docker logs $BUTTON; exit 1"
}

# --- presses -------------------------------------------------------------------------------------------------------

press_key() { echo system_powerdown >"$RUN/monitor.in"; }

# Linux notes every value that is read from a line or written to it, with its time. The chip has 8 lines, and the number of
# its first is a multiple of that.
FORGET_LINES='cd /sys/kernel/tracing && echo 4096 >buffer_size_kb && echo 1 >events/gpio/gpio_value/enable && echo >trace'
READ_LINES='awk "/gpio_value:/ { at = \$(NF - 4) + 0; line = \$(NF - 2) % 8; value = \$NF }
  /gpio_value:/ && line == 3 && \$(NF - 1) == \"get\" { reads++; if (value && !pressed) { seen = at; presses++ }; pressed = value }
  /gpio_value:/ && line == 0 && \$(NF - 1) == \"set\" {
    writes++
    if (value && !lit) { printf \"LED on %.0f ms after the button was seen pressed\\n\", (at - seen) * 1000; switches++ }
    if (!value && lit) printf \"LED off %.0f ms after\\n\", (at - seen) * 1000
    lit = value
  }
  END { printf \"%d reads of line 3, %d writes to line 0, %d presses seen\\n\", reads, writes, presses; print lit + 0, switches + 0 }" \
  /sys/kernel/tracing/trace'

# presses_switch COUNT: until so many were followed. A press lasts 0.1 s, in which a machine with other work may not give the
# button a turn, and after a start Java takes some seconds
presses_switch() {
  local presses=0 lit=0 switches=0 end=$((SECONDS + 180))
  guest "$FORGET_LINES"
  while ((switches < $1 || lit)); do
    ((SECONDS < end)) || { cat "$RUN/lines" && guest "docker logs $BUTTON; docker logs $LED" && return 1; }
    press_key
    presses=$((presses + 1))
    sleep 1
    guest "$READ_LINES" >"$RUN/lines"
    read -r lit switches < <(tail -n 1 "$RUN/lines")
  done
  cat "$RUN/lines"
  say "$presses presses switched the LED on $switches times"
  ((switches <= presses))
}

presses_reach_led() {
  presses_switch 5 | tee "$RUN/presses"
  guest "docker logs $BUTTON 2>&1 | tail -n 4; docker logs $LED 2>&1 | tail -n 4"
  line_is_driven
}

# What the kernel says while a press lasts
line_is_driven() {
  local watcher n
  guest "timeout 120 nice bash -c 'while :; do
    while read -r line; do case \$line in *\"out hi\"*) echo \"\$line\"; exit ;; esac; done </sys/kernel/debug/gpio
  done'" >"$RUN/driven" &
  watcher=$!
  for ((n = 0; n < 40; n++)); do
    sleep 2
    kill -0 "$watcher" 2>/dev/null || break
    press_key
  done
  wait "$watcher"
  cat "$RUN/driven"
  guest cat /sys/kernel/debug/gpio | tee "$RUN/lines"
  grep -E 'LED .*out lo' "$RUN/lines" && grep -E 'BUTTON .*in  lo' "$RUN/lines"
}

# --- without the grant, and without the chip -----------------------------------------------------------------------

grant_is_needed() {
  local end=$((SECONDS + 420))
  deploy virt_modules
  follow_deployment 300
  guest "for n in \$(seq 60); do docker logs $LED 2>&1 | grep '$GPIO does not exist' && exit; sleep 1; done; exit 1"
  guest "docker exec $LED sh -c 'id; ls $GPIO'" || true
  guest "$FORGET_LINES"
  until grep -qs ' [1-9][0-9]* presses seen' "$RUN/unlit"; do
    ((SECONDS < end)) || { cat "$RUN/unlit" && return 1; }
    press_key
    sleep 1
    guest "$READ_LINES" >"$RUN/unlit"
  done
  cat "$RUN/unlit"
  grep ' 0 writes to line 0' "$RUN/unlit"
}

grant_is_wrong() {
  local end=$((SECONDS + 120))
  deploy virt_modules gpio:line=LAMP
  until reported "$LED" | grep 'no GPIO chip of this board has a line LAMP: ask for its chip as in'; do
    ((SECONDS < end)) || { reported "$LED" && return 1; }
    sleep 1
  done
  [[ $(reported "$BUTTON") == running:* ]]
}

grant_is_corrected() {
  deploy virt_modules gpio:gpiochip0
  follow_deployment 300
  until_samples_say
  presses_switch 2
}

chip_is_unplugged() {
  guest "echo $GPIO_CONTROLLER >$GPIO_DRIVER/unbind; ! ls $GPIO"
  until_modules false "$LED" "$BUTTON"
  until_reported backoff "$LED" "$BUTTON"
  guest 'edge-agent list; dmesg | tail -n 5'
}

chip_is_plugged_in() {
  guest "echo $GPIO_CONTROLLER >$GPIO_DRIVER/bind; ls -l $GPIO"
  until_modules true "$LED" "$BUTTON"
  until_reported running "$LED" "$BUTTON"
  until_samples_say
  presses_switch 2
}

# --- figures -------------------------------------------------------------------------------------------------------

virt_figures() {
  guest "for module in $LED $BUTTON; do
    started=\$(date -d \"\$(docker inspect -f '{{.State.StartedAt}}' \$module)\" +%s.%3N)
    said=\$(date -d \"\$(docker logs \$module 2>&1 | awk 'NR == 1 { print \$1 }')\" +%s.%3N)
    awk -v module=\$module -v from=\$started -v to=\$said '/^Pss:/ {
      printf \"%s: memory (PSS) %.1f MB, first words %.1f s after its start\n\", module, \$2 / 1024, to - from }' \
      /proc/\$(docker inspect -f '{{.State.Pid}}' \$module)/smaps_rollup
  done" >"$RUN/virt-figures"
  grep ' presses switched ' "$RUN/presses" >>"$RUN/virt-figures"
  awk '/^LED on/ { print $3 }' "$RUN/presses" | sort -n | awk '{ t[NR] = $1 }
    END { printf "from the button seen pressed to the line driven: %d to %d ms, median %d\n", t[1], t[NR], t[int((NR + 1) / 2)] }' \
    >>"$RUN/virt-figures"
  guest 'docker stats --no-stream; free -m; uptime'
}

# --- the checks ----------------------------------------------------------------------------------------------------

check_virt() {
  prepare_virt
  check "virt: an arm64 machine with a PL061 GPIO chip, emulated, boots" guest_boots
  if ((OUTCOME == 0)); then
    check "virt: apt install ./edge-agent_*_arm64.deb" board_installs "$FIRST"
    check "virt: edge-agent config mp, systemctl start edge-agent" board_starts_agent
    check "virt: edge-agent devices lists the chip and the lines that the device tree names" chip_is_listed
    check "virt: button and LED in Java, deployed by a twin update, get the chip without Privileged and root" chip_is_granted
    check "virt: each press of the button reaches the LED by HTTP, which drives its line" presses_reach_led
    attempt "virt: how long Java takes and what it needs" virt_figures
    sed 's/^/  /' "$RUN/virt-figures"
    check "virt: without a grant the LED says why, and its line is never driven" grant_is_needed
    check "virt: a line that is not there is in the status, the button runs on" grant_is_wrong
    check "virt: with the grant corrected the LED follows" grant_is_corrected
    check "virt: without the chip both are stopped" chip_is_unplugged
    check "virt: with the chip both run again, and the LED follows" chip_is_plugged_in
  fi
  stop_board
}
