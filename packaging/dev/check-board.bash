# The check "board": a whole Raspberry Pi 3B in QEMU with Debian 13, systemd, Docker, 904 MB of memory, and on its I2C bus
# memory chips in place of the Qwiic button and the sensors.

check_board() {
  need jdk docker curl jq ip
  build_if_changed
  engine
  hub_address
  prepare_board
  check "a Raspberry Pi 3B, emulated, boots" board_boots
  ((OUTCOME == 0)) || return 0
  check "board: apt install ./edge-agent_*_arm64.deb" board_installs "$FIRST"
  check "board: edge-agent config mp, systemctl start edge-agent" board_starts_agent
  check "board: the samples of a manifest with Privileged, narrowed, are deployed by a twin update and work" seed_is_narrowed
  check "board: the samples get the I2C bus as they ask, without Privileged and root" bus_is_granted
  check "board: the LED follows the button on the I2C bus" led_follows_button
  check "board: the temperature of an SHT3x arrives at the hub" temperature_arrives 25
  CHIP=bme280
  check "board: the temperature of a BME280 arrives at the hub" temperature_arrives 25.08
  check "board: edge-agent devices lists the bus and who uses it" bus_is_listed
  check "board: without the bus they are stopped, their status says what to do" bus_is_unplugged
  check "board: with the bus they run again, the module without devices was never touched" bus_is_plugged_in
  check "board: kill -9 of the agent, no module stops" agent_is_killed
  check "board: a hanging agent is replaced, no module stops" agent_hangs
  check_reboot
  check "board: an upgrade stops no module" untouched board_installs "$SECOND"
  check "board: purge leaves nothing" board_is_purged
}

# Without network, hub and clock
check_reboot() {
  stop "$HUB_PID"
  check "board: shuts down" board_goes_down
  start_board
  on_exit stop "$BOARD_PID"
  cable off
  check "board: after a reboot in 1970 without network the modules run again, in their order" board_comes_back
  start_hub
  check "board: takes the hub and the time up again" board_is_online_again
}

board_goes_down() {
  guest 'systemctl enable lost-clock'
  guest reboot || true
  until_off
}

board_comes_back() {
  local end=$((SECONDS + 1800))
  # no login prompt comes: the kernel gives the serial port to the board's Bluetooth chip
  until grep -qs 'multi-user.target' "$BOARD_CONSOLE"; do
    ((SECONDS < end)) || { tail -n 30 "$BOARD_CONSOLE" && return 1; }
    sleep 2
  done
  sleep 60 # with the cable off; the hub is off and the clock wrong until the end
  cable on
  board_answers
  guest 'date; for n in $(seq 200); do [ "$(docker ps -q | wc -l)" = 4 ] && break; sleep 5; done; journalctl -b -u edge-agent -o short-monotonic --no-pager'
  module_facts | tee "$RUN/facts"
  awk -v led="/$LED" -v button="/$BUTTON" '{ sub(/\..*/, "", $3); if ($3 !~ /^1970/ || $4 != "true") bad = 1; t[$1] = $3 }
    END { exit bad || t[led] > t[button] }' "$RUN/facts"
}

board_is_online_again() {
  set_clock
  guest 'systemctl disable lost-clock'
  follow_deployment 900
  deploy board_modules 1.1
  follow_deployment 1800
  await_telemetry "$(telemetry | wc -l)" 'length > 0' 1200
}

board_is_purged() {
  guest 'DEBIAN_FRONTEND=noninteractive apt-get purge -y edge-agent && rm -r /packages /etc/systemd/system/edge-agent.service.d'
  module_facts | tee "$RUN/facts"
  if grep false "$RUN/facts"; then return 1; fi
  guest "$LEFT_OVERS" >"$RUN/left"
  nothing_is_left "$RUN/left"
}

board_deploys() {
  deploy board_modules 1.0
  follow_deployment 1800
  module_facts
}

module_facts() { guest "docker inspect --format '{{.Name}} {{.Id}} {{.State.StartedAt}} {{.State.Running}}' ${BUS_MODULES[*]} $BYSTANDER"; }

led_follows_button() {
  local bits want
  for bits in 4 0; do
    want=0x00
    if ((bits)); then want='0x[^0]|0x0[^0]'; fi
    guest "i2ctransfer -y 1 w2@0x6f 3 $bits"
    guest "for n in \$(seq 300); do i2ctransfer -y 1 w1@0x6f 0x19 r1 | grep -E '^($want)' && exit; sleep 1; done; exit 1"
  done
}

# untouched COMMAND...: the command, after which a new process of the agent is there and no module was stopped
untouched() {
  local before agent
  before=$(module_facts)
  agent=$(agent_pid)
  "$@"
  until_agent_is_not "$agent"
  until_all_is_well
  diff <(echo "$before") <(module_facts)
}

# its status is 0 when the hub, the engine and all modules are as they should be
until_all_is_well() {
  guest 'for n in $(seq 150); do [ "$n" = 1 ] || sleep 5; edge-agent status && exit; done; systemctl status --no-pager edge-agent; exit 1'
}

agent_pid() { guest systemctl show --value -p MainPID edge-agent; }

until_agent_is_not() { # PID
  local end=$((SECONDS + 1200)) now
  until now=$(agent_pid) && ((now > 0 && now != $1)); do
    ((SECONDS < end)) || { echo "the agent's process is still $1" && return 1; }
    sleep 2
  done
}

agent_is_killed() { untouched guest 'systemctl kill -s KILL --kill-whom=main edge-agent'; }

# as the unit has it: some 3 minutes until systemd loses patience, and half a minute until it kills
agent_hangs() {
  untouched guest 'kill -STOP $(systemctl show --value -p MainPID edge-agent)'
  guest 'journalctl -u edge-agent -b --no-pager | grep -i "watchdog timeout"'
}
