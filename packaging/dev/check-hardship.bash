# Settings and hardship: what maintainer scripts and the command make of odd files, full disks and mounts. Part of the check "packages".

# What systemd makes of the same lines is compared in check-live.bash
settings_sample() {
  cat <<'END'
CONNECTION_STRING=HostName=127.0.0.1;DeviceId=clean;SharedAccessKey=a2V5
EDGE_AGENT_HOSTNAME=a $HOME b$(touch /tmp/executed)`touch /tmp/executed`
EDGE_AGENT_NETWORK="quo\"ted $x" 'and more'
EDGE_AGENT_LOG = info  \
    really
  # a comment
export EDGE_AGENT_STATE=/tmp
END
}

clean_settings() {
  inside stat -c '%U:%G %a' /etc/default/edge-agent | grep -qx 'root:edge-agent 640'
  inside cp -p /etc/default/edge-agent /tmp/default
  settings_sample | as_root tee -a "$CLEAN/etc/default/edge-agent"
  inside sh -c '. /usr/share/edge-agent/read-settings.sh; read_settings /etc/default/edge-agent
    printf "%s|" "$CONNECTION_STRING" "$EDGE_AGENT_HOSTNAME" "$EDGE_AGENT_NETWORK" "$EDGE_AGENT_LOG" "${EDGE_AGENT_STATE:-}"' |
    tee "$RUN/settings"
  [[ $(<"$RUN/settings") == 'HostName=127.0.0.1;DeviceId=clean;SharedAccessKey=a2V5|a $HOME b$(touch /tmp/executed)`touch /tmp/executed`|quo"ted $xand more|info      really||' ]]
  inside edge-agent version
  inside /usr/lib/edge-agent/make-archive
  # asks whether the device is known, and keeps owner and mode
  inside sh /var/lib/dpkg/info/edge-agent.postinst configure 1.0.0 | tee "$RUN/configured"
  if grep -q 'edge-agent config mp' "$RUN/configured"; then return 1; fi
  inside test ! -e /tmp/executed
  inside cp -p /tmp/default /etc/default/edge-agent
}

# No room for a file, then a group that is gone, then a state folder that is a mount point with another mount in it
clean_hardship() {
  local folder
  for folder in etc var/cache; do
    as_root mkdir -p "$CLEAN/$folder/edge-agent"
    as_root mount -t tmpfs -o nr_inodes=1 tmpfs "$CLEAN/$folder/edge-agent"
  done
  OUTCOME=0
  clean_hardship_tries || OUTCOME=$?
  remove_tree "$CLEAN"/{etc,var/cache,var/lib}/edge-agent "$CLEAN/elsewhere"
  return "$OUTCOME"
}

clean_hardship_tries() {
  inside apt-get install -y --no-install-recommends edge-agent || return
  inside dpkg -s edge-agent | grep -qx 'Status: install ok installed' || return
  inside edge-agent version || return
  as_root umount "$CLEAN"/{etc,var/cache}/edge-agent || return
  inside sed -i '/^edge-agent:/d' /etc/group /etc/gshadow || return
  inside sh /var/lib/dpkg/info/edge-agent.postinst configure '' || return
  inside stat -c '%U:%G %a' /etc/edge-agent/config.toml | grep -qx 'root:edge-agent 640' || return
  inside id -gn edge-agent | grep -qx edge-agent || return
  as_root mount -t tmpfs tmpfs "$CLEAN/var/lib/edge-agent" || return
  inside mkdir -p /var/lib/edge-agent/elsewhere /elsewhere /var/lib/edge-agent/certificates || return
  inside touch /var/lib/edge-agent/master.key /var/lib/edge-agent/certificates/x /elsewhere/not-ours || return
  as_root mount --bind "$CLEAN/elsewhere" "$CLEAN/var/lib/edge-agent/elsewhere" || return
  inside apt-get purge -y edge-agent || return
  if inside dpkg -s edge-agent 2>/dev/null | grep '^Status:'; then return 1; fi
  inside test -e /elsewhere/not-ours || return
  [[ $(inside find /var/lib/edge-agent -mindepth 1 | LC_ALL=C sort | xargs) == "/var/lib/edge-agent/elsewhere /var/lib/edge-agent/elsewhere/not-ours" ]]
}
