# ./dev bench --arm: memory and sizes on an emulated Raspberry Pi.

bench_board() {
  need jdk mvn docker curl jq ip
  build_if_changed
  engine
  hub_address
  prepare_board
  step "booting a Raspberry Pi 3B, emulated" board_boots
  step "installing the package" board_installs "$FIRST"
  step "starting the agent" board_starts_agent
  step "deploying the samples by a twin update" board_deploys
  step "starting the agent again" measure_board_start
  step "watching the idle agent for 60 s" sleep 60
  report_board
}

measure_board_start() {
  guest 'systemctl restart edge-agent &&
    systemctl show -p ExecMainStartTimestampMonotonic -p ActiveEnterTimestampMonotonic edge-agent' |
    awk -F= '{ t[$1] = $2 } END { printf "%.0f\n", (t["ActiveEnterTimestampMonotonic"] - t["ExecMainStartTimestampMonotonic"]) / 1e6 }' \
      >"$RUN/board-start"
  until_all_is_well
}

report_board() {
  headline "Idle agent with button, LED and temperature sensor on a Raspberry Pi 3B, emulated: memory and sizes count, times do not"
  guest 'pid=$(systemctl show --value -p MainPID edge-agent)
    kb() { awk -v key="$1:" "\$1 == key { printf \"%.1f MB\", \$2 / 1024 }" "$2"; }
    size() { dpkg-query -W -f "\${Installed-Size}\n" "$@" | awk "{ n += \$1 } END { printf \"%.1f MB\", n / 1024 }"; }
    echo "memory, PSS|$(kb Pss /proc/$pid/smaps_rollup)"
    echo "memory, RSS|$(kb Rss /proc/$pid/smaps_rollup)"
    echo "memory of the service, as systemd counts|$(systemctl show --value -p MemoryCurrent edge-agent | awk "{ printf \"%.1f MB\", \$1 / 1048576 }")"
    echo "memory of the board|$(kb MemTotal /proc/meminfo)"
    echo "memory of the button, PSS|$(kb Pss /proc/$(docker inspect --format "{{.State.Pid}}" button-acr)/smaps_rollup)"
    echo "memory of the temperature sensor, PSS|$(kb Pss /proc/$(docker inspect --format "{{.State.Pid}}" temperature-sensor)/smaps_rollup)"
    echo "threads|$(awk "\$1 == \"Threads:\" { print \$2 }" /proc/$pid/status)"
    echo "package|$(size edge-agent)"
    echo "class data archive|$(du -sk /var/cache/edge-agent | awk "{ printf \"%.1f MB\", \$1 / 1024 }")"
    echo "Java runtime|$(size "openjdk-*-jre-headless")"' >"$RUN/board-figures"
  echo "start to ready|$(<"$RUN/board-start") s" >>"$RUN/board-figures"
  while IFS='|' read -r what value; do printf '  %-42s %10s\n' "$what" "$value"; done <"$RUN/board-figures"
}
