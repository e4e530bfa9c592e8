# shellcheck shell=bash disable=SC2016,SC2034,SC2153,SC2154 # dev's variables and functions; some for the shell on the board
# A whole Raspberry Pi 3B in QEMU: Debian 13, systemd, Docker, 904 MB of memory, and on its I2C bus memory chips in place of
# the Qwiic button and the sensors. Sourced by machines.bash.

# another number when board_root or furnish_board changes
BOARD_ROOT=board-2 BOARD_CARD=$MACHINES/board-2.img
BOARD_PID='' BOARD_BOOTS=0

# shellcheck source-path=SCRIPTDIR source=board-devices.bash
. "$ROOT/packaging/board-devices.bash"

# --- its SD card ---------------------------------------------------------------------------------------------------

board_card() {
  [[ ! -e $BOARD_CARD ]] || return 0
  need mkfs.ext4 ssh
  board_root
  step "making the SD card of the emulated Raspberry Pi, once" make_card "$MACHINES/$BOARD_ROOT"
}

make_card() { # ROOT
  # for the address of this machine only, while a check runs
  [[ -e $MACHINES/board.key ]] || ssh-keygen -q -t ed25519 -N '' -C edge-agent-board -f "$MACHINES/board.key"
  furnish_board "$1" "$(<"$MACHINES/board.key.pub")"
  rm -f "$BOARD_CARD.new"
  as_root mkfs.ext4 -q -d "$1" "$BOARD_CARD.new" 4G # a power of two, or QEMU takes it for no SD card
  as_root chown "$(id -u):$(id -g)" "$BOARD_CARD.new"
  install -m 644 "$1"/boot/vmlinuz-* "$MACHINES/board.vmlinuz"
  as_root cat "$1"/boot/initrd.img-* >"$MACHINES/board.initrd"
  install -m 644 "$1"/usr/lib/linux-image-*/broadcom/bcm2837-rpi-3-b.dtb "$MACHINES/board.dtb"
  mv "$BOARD_CARD.new" "$BOARD_CARD"
}

furnish_board() { # ROOT SSH_KEY
  local unit
  put_in "$1/etc/hostname" <<<board
  od -An -N16 -tx4 /dev/urandom | tr -d ' ' | put_in "$1/etc/machine-id"
  put_in "$1/root/.ssh/authorized_keys" <<<"$2"
  put_in "$1/etc/ssh/sshd_config.d/slow.conf" <<<$'UseDNS no\nLoginGraceTime 600'
  put_in "$1/etc/modules-load.d/i2c.conf" <<<i2c-dev
  put_in "$1/etc/systemd/journald.conf.d/keep.conf" <<<$'[Journal]\nStorage=persistent'
  put_in "$1/etc/systemd/network/20-wired.network" <<<$'[Match]\nName=en*\n\n[Network]\nDHCP=ipv4\nLinkLocalAddressing=no'
  # as on boards that were told not to wait long
  put_in "$1/etc/systemd/system/systemd-networkd-wait-online.service.d/short.conf" <<'END'
[Service]
ExecStart=
ExecStart=/usr/lib/systemd/systemd-networkd-wait-online --any --timeout=30
END
  # its own networks must not hide the hub's address
  put_in "$1/etc/docker/daemon.json" <<'END'
{"bip": "10.213.0.1/24", "default-address-pools": [{"base": "10.214.0.0/16", "size": 24}]}
END
  # What a board without a clock has that lost what it remembered. Not the first day: Linux takes no time before its own start.
  put_in "$1/etc/systemd/system/lost-clock.service" <<'END'
[Unit]
DefaultDependencies=no
After=local-fs.target
Before=sysinit.target
[Service]
Type=oneshot
ExecStart=/bin/date -s @86400
[Install]
WantedBy=sysinit.target
END
  # of the emulated processor it takes a minute and more
  put_in "$1/etc/systemd/system/edge-agent.service.d/slow.conf" <<<$'[Service]\nTimeoutStartSec=15min'
  # its emulated USB controller does not always find the network device at once
  put_in "$1/etc/systemd/system/usb-again.service" <<'END'
[Service]
Type=exec
ExecStart=/bin/sh -c 'while sleep 10; do ls -d /sys/class/net/en* && exit; \
  cd /sys/bus/platform/drivers/dwc2 && echo 3f980000.usb >unbind; echo 3f980000.usb >bind; done'
StandardOutput=journal+console
[Install]
WantedBy=multi-user.target
END
  for unit in systemd-timesyncd.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
    fstrim.timer man-db.timer; do as_root ln -sf /dev/null "$1/etc/systemd/system/$unit"; done
  as_root mkdir -p "$1/etc/systemd/system/multi-user.target.wants"
  as_root ln -sf ../usb-again.service "$1/etc/systemd/system/multi-user.target.wants/usb-again.service"
  enable_in "$1" multi-user systemd-networkd
  enable_in "$1" network-online systemd-networkd-wait-online
}

put_in() { as_root install -D -m 644 /dev/stdin "$1"; }

enable_in() { # ROOT TARGET SERVICE
  as_root mkdir -p "$1/etc/systemd/system/$2.target.wants"
  as_root ln -sf "/usr/lib/systemd/system/$3.service" "$1/etc/systemd/system/$2.target.wants/$3.service"
}

open_board() { # a card and I2C chips for this run
  BOARD_FOLDER=$MACHINES/run-$RUN_ID
  mkdir -p "$BOARD_FOLDER"
  on_exit rm -r "$BOARD_FOLDER"
  chips "$BOARD_FOLDER"
  BOARD_PORT=$(free_port)
  SSH=(ssh -i "$MACHINES/board.key" -p "$BOARD_PORT" -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null
    -o LogLevel=ERROR -o ConnectTimeout=60 -o ServerAliveInterval=20 -o ServerAliveCountMax=6 root@127.0.0.1)
  card_with_samples
}

# --- the samples on its card ---------------------------------------------------------------------------------------

# Sets the run's card. The images are 240 MB, which the Pi's emulated card reads for 4 minutes and its USB network brings
# in for 18. So a machine with fast disks loads them, onto the same card, which is kept until an image or the card is another.
card_with_samples() {
  local card
  card=$MACHINES/board-samples-$(cat "$ROOT"/modules/*/Dockerfile.arm64v8 "$ROOT"/modules/*/target/{start,*.jar} \
    <(stat -c %Y "$BOARD_CARD") | sha256sum | cut -c 1-12).img
  if [[ ! -e $card ]]; then
    samples_to_file arm64v8 "$BOARD_FOLDER/samples.tar"
    cp --sparse=always "$BOARD_CARD" "$BOARD_FOLDER/card.img"
    start_virt loader -device virtio-blk-pci,drive=images \
      -drive "if=none,id=images,file=$BOARD_FOLDER/samples.tar,format=raw,readonly=on"
    step "putting the samples' images on the SD card, once" load_samples
    rm -f "$BOARD_FOLDER/samples.tar"
    mv "$BOARD_FOLDER/card.img" "$card.new"
    mv "$card.new" "$card"
    # the one before may be another checkout's
    find "$MACHINES" -maxdepth 1 -name 'board-samples-*' -printf '%T@ %p\n' | sort -rn | tail -n +3 | cut -d ' ' -f 2- |
      xargs -r -d '\n' rm -f
  fi
  cp --sparse=always "$card" "$BOARD_FOLDER/card.img"
}

# A machine without a Pi's slow disk and network, but with its kernel and the run's card. Sets BOARD_PID.
VIRT=(-M virt -cpu cortex-a72 -smp 2 -m 1024)
start_virt() { # LOG QEMU'S OPTION...
  BOARD_CONSOLE=$LOGS/$1.log
  emulate "${VIRT[@]}" -append "root=/dev/vda rw panic=10 console=ttyAMA0" -serial "file:$BOARD_CONSOLE" \
    -drive "if=none,id=card,file=$BOARD_FOLDER/card.img,format=raw" -device virtio-blk-pci,drive=card \
    -device virtio-net-pci,netdev=wire,romfile= "${@:2}" >"$LOGS/qemu-$1.log" 2>&1
  on_exit stop "$BOARD_PID"
}

load_samples() {
  board_answers
  guest "until docker version; do sleep 2; done; docker load </dev/vdb && $NAME_SAMPLES && docker tag led-acr:1.0 led-acr:1.1 &&
    docker images"
  guest 'sync; poweroff' || true
  until_off
}

# --- switching it on and off ---------------------------------------------------------------------------------------

guest() { "${SSH[@]}" "$@"; } # COMMAND: on the board

# Sets BOARD_PID. On a busy machine Linux sometimes loses the emulated USB controller's first interrupts, and with them the
# network for this boot: then it is switched on again, before it has mounted its card.
start_board() {
  local tries
  for tries in {1..10}; do
    switch_on
    until_usb && return
    say "  no USB in start $tries, see ${BOARD_CONSOLE#"$PWD"/}"
    stop "$BOARD_PID"
  done
  die 1 "the emulated Raspberry Pi has no network: logs are in $LOGS"
}

switch_on() {
  BOARD_BOOTS=$((BOARD_BOOTS + 1))
  BOARD_CONSOLE=$LOGS/board-$BOARD_BOOTS.log
  emulate -M raspi3b -dtb "$MACHINES/board.dtb" -append "root=/dev/mmcblk0 rootwait rw console=ttyAMA0,115200" \
    -serial "file:$BOARD_CONSOLE" -drive "if=sd,file=$BOARD_FOLDER/card.img,format=raw" "${CHIPS[@]}" \
    -device usb-net,netdev=wire >"$LOGS/qemu-$BOARD_BOOTS.log" 2>&1
}

until_usb() {
  local end=$((SECONDS + 600))
  until grep -qs 'renamed from usb0' "$BOARD_CONSOLE"; do
    if ((SECONDS >= end)) || grep -qs 'dwc2.*Not connected' "$BOARD_CONSOLE" || ! kill -0 "$BOARD_PID" 2>/dev/null; then return 1; fi
    sleep 0.5
  done
}

emulate() { # QEMU'S OPTION...: sets BOARD_PID
  qemu
  rm -f "$RUN"/monitor.{in,out}
  mkfifo "$RUN"/monitor.{in,out}
  serve "${QEMU[@]}" -accel tcg,thread=multi -display none -no-reboot \
    -kernel "$MACHINES/board.vmlinuz" -initrd "$MACHINES/board.initrd" \
    -netdev "user,id=wire,hostfwd=tcp:127.0.0.1:$BOARD_PORT-:22" \
    -chardev "pipe,id=monitor,path=$RUN/monitor" -mon chardev=monitor "$@"
  BOARD_PID=$SPAWNED
}

qemu() { # sets QEMU to its command, which runs from its own folder
  local libraries
  libraries=$(echo "$MACHINES"/emulator/usr/lib/*-linux-gnu)
  QEMU=(env "QEMU_MODULE_DIR=$libraries/qemu" "$(echo "$libraries"/ld-linux-*)" --library-path "$libraries"
    "$MACHINES/emulator/usr/bin/qemu-system-aarch64" -L "$MACHINES/emulator/usr/share/qemu")
}

until_off() { # QEMU ends with its machine, by -no-reboot also where that starts again
  local end=$((SECONDS + 900))
  while kill -0 "$BOARD_PID"; do
    if ((SECONDS >= end)); then
      stop "$BOARD_PID"
      return 1
    fi
    sleep 1
  done
}

stop_board() { [[ -z $BOARD_PID ]] || stop "$BOARD_PID"; }

cable() { echo "set_link wire $1" >"$RUN/monitor.in"; } # on|off

# It has no clock of its own, and no time server: the time comes as from one
set_clock() { guest "date -s @$(date +%s)"; }

# The waits are long, because a machine with other work emulates four processors slowly
board_answers() {
  until_ready "$BOARD_PID" "$BOARD_CONSOLE" 1800 guest true || { tail -n 30 "$BOARD_CONSOLE" && return 1; }
}

# what both machines do
guest_boots() {
  board_answers
  set_clock
  guest 'tr -d "\0" </proc/device-tree/model; echo; free -m; until docker version; do sleep 2; done; systemctl --failed'
}

board_boots() {
  guest_boots
  guest 'i2ctransfer -y 1 w2@0x6f 0 0x5d' # the id of a Qwiic button
}

# --- what is done with it ------------------------------------------------------------------------------------------

prepare_board() {
  emulator
  board_card
  versions
  hub_is_up
  DEVICE=board-$RUN_ID
  step "creating the device $DEVICE" create_device
  open_board
  start_board
  on_exit stop "$BOARD_PID"
}

board_installs() { # FOLDER
  guest "rm -rf /packages && mkdir /packages && cat >/packages/edge-agent_${1##*-}_arm64.deb" <"$(echo "$1"/edge-agent_*_arm64.deb)"
  guest 'DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends /packages/edge-agent_*_arm64.deb && edge-agent version'
}

board_starts_agent() {
  guest 'cat >/etc/ssl/hub.pem' <"$HUB/ca.pem"
  guest 'edge-agent config mp' <"$RUN/connection-string"
  guest "sed -i '1i trust_bundle_cert = \"file:///etc/ssl/hub.pem\"' /etc/edge-agent/config.toml"
  board_narrows
  guest 'systemctl start edge-agent && systemctl is-active edge-agent'
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

# --- the checks ----------------------------------------------------------------------------------------------------

check_machine() {
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

# --- bench ---------------------------------------------------------------------------------------------------------

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
