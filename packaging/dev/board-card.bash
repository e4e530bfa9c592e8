# The SD card of the emulated Raspberry Pi, with the images of the samples.

# another number when board_root or furnish_board changes
BOARD_ROOT=board-2 BOARD_CARD=$MACHINES/board-2.img
BOARD_PID='' BOARD_BOOTS=0

board_card() {
  need mkfs.ext4 ssh
  [[ ! -e $BOARD_CARD ]] || return 0
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

load_samples() {
  board_answers
  guest "until docker version; do sleep 2; done; docker load </dev/vdb && $NAME_SAMPLES && docker tag led-acr:1.0 led-acr:1.1 &&
    docker images"
  guest 'sync; poweroff' || true
  until_off
}
