# GPIO lines of QEMU's arm64 machine virt, whose kernel finds a PL061 with 8 lines. The emulator's power key is a button on
# line 3, which it presses for 0.1 s; line 0 is an LED.

GPIO=/dev/gpiochip0 GPIO_DRIVER=/sys/bus/amba/drivers/pl061_gpio GPIO_CONTROLLER=9030000.pl061
# press for 0.1 s: the button has to look more often than once a second
VIRT_POLL_MS=10

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
