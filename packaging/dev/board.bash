# The emulated boards: a Raspberry Pi 3B and QEMU's machine virt. Switching them on and off, and talking to them.

# A machine without a Pi's slow disk and network, but with its kernel and the run's card. Sets BOARD_PID.
VIRT=(-M virt -cpu cortex-a72 -smp 2 -m 1024)

start_virt() { # LOG QEMU'S OPTION...
  BOARD_CONSOLE=$LOGS/$1.log
  emulate "${VIRT[@]}" -append "root=/dev/vda rw panic=10 console=ttyAMA0" -serial "file:$BOARD_CONSOLE" \
    -drive "if=none,id=card,file=$BOARD_FOLDER/card.img,format=raw" -device virtio-blk-pci,drive=card \
    -device virtio-net-pci,netdev=wire,romfile= "${@:2}" >"$LOGS/qemu-$1.log" 2>&1
  on_exit stop "$BOARD_PID"
}

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
