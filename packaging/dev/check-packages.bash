# The check "packages": what dpkg, lintian, systemd and apt say, and installing them in a clean root.

# What needs root is left out where there is none
check_packages() {
  need dpkg-deb unzip lintian apt-ftparchive gpg systemd-analyze mmdebstrap jq
  build_if_changed
  PACKAGES=$RUN/packages NEXT=$RUN/next
  check "packages: built" build_packages "$PACKAGES" 1.0.0
  check "packages: the same bytes from another folder at another time" same_bytes
  check "packages: every library is named in the copyright file" libraries_have_a_licence
  check "packages: lintian" lintian --fail-on error,warning --tag-display-limit 0 "$PACKAGES"/*.deb
  check "packages: systemd-analyze verify and security at most 2.5" check_unit
  check "packages: signed repository" check_repository
  if root_is_possible; then check_in_a_clean_root; else say "packages are not installed in a clean root: that needs root"; fi
}

same_bytes() {
  local elsewhere=$RUN/elsewhere
  mkdir -p "$elsewhere"
  mkdir "$elsewhere/agent" "$elsewhere/hub"
  cp "$AGENT_JAR" "$elsewhere/agent/agent.jar"
  cp "$HUB_JAR" "$elsewhere/hub/hub.jar"
  cp "${AGENT_JAR%/*}/bom.json" "$elsewhere/agent/"
  cp "${HUB_JAR%/*}/bom.json" "$elsewhere/hub/"
  (
    umask 077
    # shellcheck disable=SC2030 # for this build alone
    AGENT_JAR=$elsewhere/agent/agent.jar HUB_JAR=$elsewhere/hub/hub.jar
    TZ=Asia/Tokyo build_packages "$elsewhere/again" 1.0.0 "$elsewhere/work"
  )
  diff <(cd "$PACKAGES" && sha256sum -- *.deb) <(cd "$elsewhere/again" && sha256sum -- *.deb)
}

# By the bills of materials; what is not named is printed
libraries_have_a_licence() {
  local name unnamed=0
  # shellcheck disable=SC2031 # the other build's are its own
  for name in $(jq -r '.components[] | select(.group != "io.edgeagent") | .name' "${AGENT_JAR%/*}/bom.json" "${HUB_JAR%/*}/bom.json"); do
    grep -qE "^(Files:)?.* $name( |\$)" "$ROOT/packaging/debian/copyright" || { say "no licence is named for $name"; unnamed=1; }
  done
  ((unnamed == 0))
}

# The names that the unit mentions need not exist on this machine
check_unit() {
  local root=$RUN/unit score
  dpkg-deb -x "$PACKAGES/edge-agent_1.0.0_amd64.deb" "$root"
  sed 's|^ExecStart=.*|ExecStart=/bin/true|; /^Documentation=/d' "$root/lib/systemd/system/edge-agent.service" >"$RUN/edge-agent.service"
  systemd-analyze verify "$RUN/edge-agent.service" 2>&1 | tee "$RUN/verify"
  [[ ! -s $RUN/verify ]]
  score=$(systemd-analyze security --offline=true --no-pager "$RUN/edge-agent.service" | awk '/Overall exposure/ { print $(NF - 2) }')
  say "exposure $score"
  awk -v score="$score" 'BEGIN { exit !(score > 0 && score <= 2.5) }'
}

# One key in both ways: from a keyring by its fingerprint, and from a file
check_repository() {
  local key=$RUN/key fingerprint
  build_packages "$NEXT" 1.0.1
  SIGNING_HOME=$RUN/key-home SIGNING_KEY=''
  mkdir -m 700 "$SIGNING_HOME"
  signer --passphrase '' --quick-generate-key "test <test@edge-agent.invalid>" ed25519 sign 1y
  signer --export-secret-keys --output "$key"
  fingerprint=$(signer --with-colons --list-secret-keys | awk -F: '/^fpr/ { print $10; exit }')
  GNUPGHOME=$RUN/key-home make_repository "$PACKAGES" "$fingerprint"
  gpgconf --homedir "$RUN/key-home" --kill all
  SIGNING_KEY=''
  make_repository "$NEXT" "$key"
  gpgv --keyring "$PACKAGES/repo/edge-agent-archive-keyring.gpg" "$PACKAGES/repo/dists/stable/InRelease"
  gpgv --keyring "$NEXT/repo/edge-agent-archive-keyring.gpg" "$NEXT/repo/dists/stable/Release.gpg" "$NEXT/repo/dists/stable/Release"
}

# What of Azure IoT Edge counts for us: its configuration, and a service of its name
iot_edge_package() { # FILE
  local folder=$RUN/iot-edge
  mkdir -p "$folder/DEBIAN" "$folder/etc/aziot" "$folder/lib/systemd/system"
  printf 'Package: aziot-edge\nVersion: 1.5.0\nArchitecture: all\nMaintainer: %s\nDescription: stands for IoT Edge in a test\n' \
    "$MAINTAINER" >"$folder/DEBIAN/control"
  printf '[provisioning]\nsource = "manual"\n' >"$folder/etc/aziot/config.toml"
  printf '[Service]\nExecStart=/bin/sleep 1000\n' >"$folder/lib/systemd/system/aziot-edged.service"
  dpkg-deb --root-owner-group --build "$folder" "$1"
}

# Prints what of the package is still there
LEFT_OVERS='
  for folder in /etc /usr /lib /opt /root /home /srv /run /var/lib /var/cache /var/log /var/spool; do
    find "$folder" -xdev -name "*edge-agent*" -not -path "/etc/initramfs-tools/*" -not -path "/var/lib/docker/*" 2>/dev/null
  done
  getent passwd edge-agent
  getent group | grep edge-agent
  dpkg-query -W -f "\${db:Status-Abbrev} \${Package}\n" "edge-agent*" 2>/dev/null | grep -v "^un"
  if [ -d /run/systemd/system ]; then systemctl list-units --all --no-legend --plain "edge-agent*"; fi
  true'

nothing_is_left() { # FILE
  [[ ! -s $1 ]] || { echo "purge left:" && sort -u "$1" && return 1; }
}
