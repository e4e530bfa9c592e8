# The check "virt": the samples in Java on real GPIO lines.

check_virt() {
  need jdk docker curl jq ip
  build_if_changed
  engine
  hub_address
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
