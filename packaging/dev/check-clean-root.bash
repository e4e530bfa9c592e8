# Packages in a clean root of Debian 12. Part of the check "packages".

# Debian 12 with a Java runtime and nothing else. Its archive is made once: some 20 s and 150 MB from the mirror.
check_in_a_clean_root() {
  local archive=$CACHE/clean-root-bookworm.tar
  CLEAN=$RUN/clean
  if [[ ! -e $archive ]]; then
    step "making a clean root of Debian 12 once, about a minute" make_root_archive "$archive" openjdk-17-jre-headless
  fi
  on_exit leave_clean_root
  step "unpacking a clean root" enter_clean_root "$archive"
  check "packages: apt installs from the repository, and the agent runs" clean_install
  check "packages: a message, exit code 78 and no start without a configuration" clean_unconfigured
  check "packages: settings are data, not shell, and only root and the group may read them" clean_settings
  check "packages: the class data archive is the runtime's, and made anew with it" clean_archive
  check "packages: the user joins group docker when that comes later" clean_docker
  check "packages: an upgrade keeps the configuration and asks nothing" clean_upgrade
  check "packages: remove leaves the data" clean_remove
  check "packages: purge leaves nothing" clean_purge
  check "packages: install and purge on a full disk, with mounts, without the group, and a second time" clean_hardship
  check "packages: the simulator" clean_simulator
  check "packages: the command iotedge, and none beside IoT Edge's own" clean_iotedge
}

enter_clean_root() { # ARCHIVE
  mkdir -p "$CLEAN"
  as_root tar -C "$CLEAN" --exclude='./dev/*' -xf "$1"
  as_root mount -t proc proc "$CLEAN/proc"
  as_root mount --bind /dev "$CLEAN/dev"
  as_root mkdir "$CLEAN/repo"
  as_root cp -r "$PACKAGES/repo/." "$CLEAN/repo/"
  echo 'deb [signed-by=/repo/edge-agent-archive-keyring.gpg] file:/repo stable main' |
    as_root tee "$CLEAN/etc/apt/sources.list" >/dev/null
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$CLEAN/usr/sbin/policy-rc.d" >/dev/null
  as_root chmod 755 "$CLEAN/usr/sbin/policy-rc.d"
  inside apt-get update
  clean_files >"$RUN/clean-before"
}

leave_clean_root() {
  remove_tree "$CLEAN"
}

inside() {
  as_root env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
    chroot "$CLEAN" "$@"
}

# What apt and dpkg keep for themselves is not ours
clean_files() {
  inside find / -xdev \( -path /proc -o -path /dev -o -path /tmp -o -path /repo -o -path /var/lib/dpkg -o -path /var/lib/apt \
    -o -path /var/cache/apt -o -path /var/log -o -path /var/cache/ldconfig -o -path /var/cache/debconf \) -prune -o \
    ! -name '*-' -printf '%p %u %m\n' | LC_ALL=C sort
  inside cat /etc/passwd /etc/group
}

clean_install() {
  inside apt-get install -y --no-install-recommends edge-agent | tee "$RUN/install"
  inside edge-agent version | grep -qx 'edge-agent 1\.0\.0'
  inside edge-agent version --output json | jq -e '.version == "1.0.0"'
  inside edge-agent --help | grep -q 'Exit codes'
  inside stat -c '%U:%G %a' /etc/edge-agent/config.toml | grep -qx 'root:edge-agent 640'
  inside stat -c '%U:%G %a' /var/lib/edge-agent | grep -qx 'edge-agent:edge-agent 700'
  # against nothing: it is ready, says what is missing, and stops when asked
  inside setpriv --reuid edge-agent --regid edge-agent --init-groups env CONNECTION_STRING="HostName=127.0.0.1;DeviceId=clean;SharedAccessKey=a2V5" \
    timeout --preserve-status 5 edge-agent run | tee "$RUN/first-run" || true
  grep -q event=ready "$RUN/first-run"
  grep -q event=engine_away "$RUN/first-run"
  grep -q event=stopped "$RUN/first-run"
}

clean_unconfigured() {
  local code=0
  grep -q 'edge-agent config mp' "$RUN/install"
  inside edge-agent run || code=$?
  ((code == 78))
}

clean_archive() {
  local archive
  archive=/var/cache/edge-agent/java-17-openjdk-$(dpkg --print-architecture).jsa
  inside sh -c "java -XX:SharedArchiveFile=$archive -Xshare:on -XX:+UseSerialGC -Xlog:class+load -jar /usr/share/edge-agent/edge-agent.jar version" |
    grep -q 'io.edgeagent.Main source: shared objects file'
  # another build of the runtime: the trigger makes a new one
  inside rm "$archive"
  inside dpkg-trigger --no-await /usr/lib/jvm
  inside dpkg --configure --pending
  inside test -s "$archive"
  # one of another jar is not used, and nothing is said about that
  inside touch /usr/share/edge-agent/edge-agent.jar
  inside edge-agent version 2>&1 | tee "$RUN/version"
  [[ $(<"$RUN/version") =~ ^edge-agent\ [^[:space:]]+$ ]]
  inside /usr/lib/edge-agent/make-archive
}

clean_docker() {
  inside groupadd --system docker
  inside dpkg-trigger --no-await /usr/sbin/dockerd
  inside dpkg --configure --pending
  inside id -nG edge-agent | grep -qw docker
  inside gpasswd -d edge-agent docker
  inside groupdel docker
}

clean_upgrade() {
  echo '[provisioning]
connection_string = "HostName=127.0.0.1;DeviceId=clean;SharedAccessKey=a2V5"' | as_root tee "$CLEAN/etc/edge-agent/config.toml"
  echo 'EDGE_AGENT_LOG=debug' | as_root tee -a "$CLEAN/etc/default/edge-agent"
  inside sha256sum /etc/edge-agent/config.toml /etc/default/edge-agent >"$RUN/kept"
  remove_tree "$CLEAN/repo"
  as_root cp -r "$NEXT/repo" "$CLEAN/repo"
  inside apt-get update
  iot_edge_package "$RUN/iot-edge.deb"
  as_root cp "$RUN/iot-edge.deb" "$CLEAN/tmp/"
  inside dpkg -i /tmp/iot-edge.deb
  inside apt-get upgrade -y | tee "$RUN/upgrade"
  grep -q 'edge-agent: /etc/aziot/config.toml is there' "$RUN/upgrade"
  if grep -q 'is running on this board' "$RUN/upgrade"; then return 1; fi
  inside dpkg --purge aziot-edge
  inside rm /tmp/iot-edge.deb
  inside edge-agent version | grep -qx 'edge-agent 1\.0\.1'
  inside sha256sum -c <"$RUN/kept"
  inside test -s "/var/cache/edge-agent/java-17-openjdk-$(dpkg --print-architecture).jsa"
}

clean_remove() {
  inside touch /var/lib/edge-agent/master.key
  inside apt-get remove -y edge-agent
  inside test -e /var/lib/edge-agent/master.key
  inside test -e /etc/edge-agent/config.toml
  inside test ! -e /usr/bin/edge-agent
  inside apt-get install -y --no-install-recommends edge-agent
  inside sha256sum -c <"$RUN/kept"
}

clean_purge() {
  inside apt-get purge -y edge-agent
  # these groups of device nodes are not ours alone: nodes, users and other packages may be in them by now
  diff "$RUN/clean-before" <(clean_files | grep -vE '^(i2c|spi|gpio):')
}

clean_simulator() {
  inside apt-get install -y --no-install-recommends edge-agent-simulator
  inside edge-agent-simulator --help | grep -q device
}

clean_iotedge() {
  inside apt-get install -y --no-install-recommends edge-agent-iotedge
  inside iotedge version | grep -qE '^iotedge 1\.5\.0 \(edge-agent '
  # neither the agent nor an engine is here
  [[ $(inside iotedge list 2>&1 >/dev/null || echo "exit $?") == *'exit 1' ]]
  iot_edge_package "$RUN/aziot-edge.deb"
  as_root cp "$RUN/aziot-edge.deb" "$CLEAN/tmp/"
  inside sh -c '! dpkg -i /tmp/aziot-edge.deb'
  inside apt-get purge -y edge-agent-iotedge
  inside test ! -e /usr/bin/iotedge
}
