# The check "live": the package under a running systemd.

check_live() {
  local archive=$CACHE/live-root-bookworm.tar
  need mmdebstrap dpkg-deb unzip docker curl jq ip
  build_if_changed
  engine
  hub_address
  if ! root_is_possible || [[ $DOCKER_HOST != unix://* || -z $(unified_cgroups) ]]; then
    say "systemd is not run: that needs root, cgroup v2 that can be written, and an engine on this machine"
    return
  fi
  [[ -e $archive ]] || step "making a root with systemd once, about a minute" make_live_root "$archive"
  PACKAGES=$RUN/packages NEXT=$RUN/next
  [[ -d $NEXT ]] || step "building two versions of the packages" live_packages
  hub_is_up
  DEVICE=live-$RUN_ID LIVE_IMAGE=edge-agent-live-$RUN_ID LIVE_MODULE=live-$RUN_ID LIVE_NETWORK=edge-agent-live-$RUN_ID
  step "creating the device $DEVICE" create_device
  busybox_images "$LIVE_IMAGE" >>"$LOGS/dev.log" 2>&1
  on_exit remove_images "$LIVE_IMAGE"
  start_live "$archive"
  check "systemd: boots as process 1 of a namespace" live_boots
  ((OUTCOME == 0)) || return 0
  check "systemd: apt install; without a configuration exit code 78, no restart" live_installs
  check "systemd: config mp, systemctl start, READY, sandboxed, a module is deployed" live_starts
  check "systemd: the settings mean to the command what they mean to systemd" live_settings
  check "systemd: lines have their priority in the journal" live_journal
  check "systemd: kill -9 and a hanging agent, no module stops" live_watchdog
  check "systemd: the connection string as a credential" live_credential
  check "systemd: an upgrade stops no module, and points out a running IoT Edge" live_upgrade
  check "systemd: purge leaves nothing" live_purge
}

live_packages() {
  build_packages "$PACKAGES" 1.0.0
  build_packages "$NEXT" 1.0.1
}

live_deb() { echo "/$1/edge-agent_$2_$(dpkg --print-architecture).deb"; } # FOLDER VERSION
live_put() { in_live install -D -m "$2" /dev/stdin "$1"; } # FILE MODE

live_drop_in() { # NAME
  live_put "/etc/systemd/system/edge-agent.service.d/$1.conf" 644
  in_live systemctl daemon-reload
}

live_show() { in_live systemctl show --value -p "$1" edge-agent; }

live_installs() {
  local group
  group=$(stat -c %g "${DOCKER_HOST#unix://}")
  in_live sh -c 'getent group "$1" || groupadd --gid "$1" docker' sh "$group"
  in_live apt-get install -y --no-install-recommends "$(live_deb packages 1.0.0)" | tee "$RUN/live-install"
  grep -q 'edge-agent config mp' "$RUN/live-install"
  in_live install -d -o edge-agent -g edge-agent "$LIVE_SHARED/state"
  live_drop_in test <<END
[Service]
Environment=EDGE_AGENT_STATE=$LIVE_SHARED/state EDGE_AGENT_ADMIN_SOCKET=/run/edge-agent/admin.sock EDGE_AGENT_NETWORK=$LIVE_NETWORK
ReadWritePaths=$LIVE_SHARED
END
  # where the package did not do it already, because the socket's group has another name
  in_live sh -c 'usermod -a -G "$(getent group "$1" | cut -d : -f 1)" edge-agent' sh "$group"
  [[ $(in_live systemctl is-enabled edge-agent) == enabled && $(live_show ActiveState) == inactive ]]
  if in_live systemctl start edge-agent; then return 1; fi
  [[ $(live_show ExecMainStatus) == 78 && $(live_show ActiveState) == failed && $(live_show NRestarts) == 0 ]]
  in_live bash -lc '. /usr/share/bash-completion/bash_completion && . /usr/share/bash-completion/completions/edge-agent &&
    COMP_WORDS=(edge-agent st) COMP_CWORD=1 && _complete_edge-agent && [[ ${COMPREPLY[*]} == status ]]'
}

live_modules() {
  jq -n --arg name "$LIVE_MODULE" --arg image "$LIVE_IMAGE:1" '{($name): {type: "docker", status: "running",
    restartPolicy: "always", imagePullPolicy: "never", settings: {image: $image}}}'
}

live_starts() {
  in_live edge-agent config mp <"$RUN/connection-string"
  in_live sed -i '1i trust_bundle_cert = "file:///etc/ssl/hub.pem"' /etc/edge-agent/config.toml
  in_live systemctl start edge-agent
  in_live systemctl is-active edge-agent
  deploy live_modules
  follow_deployment 60
  until_true 30 in_live edge-agent status
  in_live systemctl status --no-pager --lines 3 edge-agent
  live_confined
}

live_confined() {
  local controls
  in_live sh -c 'grep -E "^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):" "/proc/$(systemctl show --value -p MainPID edge-agent)/status"' |
    tee "$RUN/live-rights"
  grep -q "^Uid:.$(in_live id -u edge-agent)" "$RUN/live-rights"
  grep -qx 'CapEff:.0000000000000000' "$RUN/live-rights"
  grep -qx 'CapBnd:.0000000000000000' "$RUN/live-rights"
  grep -qx 'NoNewPrivs:.1' "$RUN/live-rights"
  grep -qx 'Seccomp:.2' "$RUN/live-rights"
  in_live systemd-analyze security --no-pager edge-agent | awk '/Overall exposure/ { print; exit !($(NF - 2) <= 2.5) }'
  [[ $(live_show MemoryHigh) == $((160 << 20)) ]]
  # only where version 2 of cgroups has the memory controller
  controls=/sys/fs/cgroup$(live_show ControlGroup)/memory.high
  if in_live test -e "$controls"; then in_live grep -qx $((160 << 20)) "$controls"; else say "no memory controller here"; fi
}

live_restart() {
  in_live systemctl restart edge-agent || { in_live journalctl -u edge-agent -n 10 --no-pager && return 1; }
}

# The same file read by systemd and by the command; then a service that has its identity from it, unquoted
live_settings() {
  local names='^(CONNECTION_STRING|EDGE_AGENT_[A-Z]*|TWO)='
  { settings_sample && printf '%s\n' 'TWO="lines' " and\" 'more'"; } | live_put /tmp/settings 644
  in_live systemd-run --quiet --wait --pipe -p EnvironmentFile=/tmp/settings env -0 | tr '\n\0' '|\n' |
    grep -aE "$names" | sort | tee "$RUN/by-systemd"
  in_live sh -c '. /usr/share/edge-agent/read-settings.sh; read_settings /tmp/settings; env -0' | tr '\n\0' '|\n' |
    grep -aE "$names" | sort | tee "$RUN/by-command"
  [[ -s $RUN/by-systemd ]]
  diff "$RUN/by-systemd" "$RUN/by-command"
  in_live cp -p /etc/edge-agent/config.toml /etc/default/edge-agent /tmp/
  in_live sed -i '/^connection_string/d; /^.provisioning/d; /^source = "manual"/d' /etc/edge-agent/config.toml
  { echo "CONNECTION_STRING=$(<"$RUN/connection-string")" && echo 'EDGE_AGENT_JAVA_OPTIONS=-Da=$b -Dc=*'; } |
    in_live tee -a /etc/default/edge-agent >/dev/null
  live_untouched live_restart
  in_live sh -c 'tr "\0" "\n" <"/proc/$(systemctl show --value -p MainPID edge-agent)/environ"' | grep -qx 'LC_ALL=C.UTF-8'
  in_live edge-agent status
  in_live cp -p /tmp/config.toml /etc/edge-agent/config.toml
  in_live cp -p /tmp/edge-agent /etc/default/edge-agent
  live_untouched live_restart
}

live_journal() {
  in_live journalctl -u edge-agent -o json --no-pager | jq -r '"\(.PRIORITY) \(.MESSAGE)"' | tee "$RUN/live-journal"
  grep -qE '^6 [0-9T:.-]+Z INFO +event=ready' "$RUN/live-journal"
  grep -qE '^3 [0-9T:.-]+Z ERROR event=bad_configuration' "$RUN/live-journal"
  in_live journalctl -u edge-agent -p err --no-pager | grep 'event=bad_configuration' >/dev/null
}

# live_untouched COMMAND...: the command, after which another process is the agent, all is well, and no module was stopped
live_untouched() {
  local before agent
  before=$(facts "$LIVE_MODULE")
  agent=$(live_show MainPID)
  "$@"
  until_true 90 live_agent_is_not "$agent"
  until_true 60 in_live edge-agent status
  [[ $(facts "$LIVE_MODULE") == "$before" ]]
}

live_agent_is_not() { # PID
  local now
  now=$(live_show MainPID)
  [[ $now != 0 && $now != "$1" && $(live_show ActiveState) == active ]]
}

live_watchdog() {
  live_drop_in watchdog <<<$'[Service]\nWatchdogSec=12\nTimeoutAbortSec=2\nRestartSec=1'
  live_untouched in_live systemctl kill -s KILL --kill-whom=main edge-agent
  live_untouched in_live sh -c 'kill -STOP $(systemctl show --value -p MainPID edge-agent)'
  in_live journalctl -u edge-agent --no-pager | grep -i 'watchdog timeout'
  in_live rm /etc/systemd/system/edge-agent.service.d/watchdog.conf
  in_live systemctl daemon-reload
}

live_credential() {
  live_put /etc/edge-agent/connection_string 600 <"$RUN/connection-string"
  in_live sed -i '/^connection_string/d' /etc/edge-agent/config.toml
  in_live cat /usr/share/doc/edge-agent/examples/credential.conf | live_drop_in credential
  live_untouched live_restart
  if in_live grep -q '^connection_string' /etc/edge-agent/config.toml; then return 1; fi
}

live_upgrade() {
  iot_edge_package "$RUN/live-iot-edge.deb"
  as_root cp "$RUN/live-iot-edge.deb" "$LIVE/next/iot-edge.deb"
  in_live dpkg -i /next/iot-edge.deb
  in_live systemctl start aziot-edged
  live_untouched in_live apt-get install -y --no-install-recommends "$(live_deb next 1.0.1)" | tee "$RUN/live-upgrade"
  grep -q 'Azure IoT Edge is running on this board (aziot-edged)' "$RUN/live-upgrade"
  grep -q '/etc/aziot/config.toml is there' "$RUN/live-upgrade"
  in_live edge-agent version | grep -x 'edge-agent 1\.0\.1'
  in_live systemctl stop aziot-edged
  in_live dpkg --purge aziot-edge
}

live_purge() {
  in_live rm -r /etc/systemd/system/edge-agent.service.d /packages /next
  in_live apt-get purge -y edge-agent
  [[ $(docker inspect --format '{{.State.Running}}' "$LIVE_MODULE") == true ]]
  in_live sh -c "$LEFT_OVERS" >"$RUN/live-left"
  nothing_is_left "$RUN/live-left"
}
