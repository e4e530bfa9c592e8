# shellcheck shell=bash disable=SC2153 # dev's variables
# Debian packages and the apt repository; sourced by dev. packaging/README.md says what is in them and why.

CLASS_LIST=$ROOT/packaging/classes.list

# Whom dpkg and apt name as responsible. Nobody reads mail at .invalid, which is what it says: whoever publishes packages
# puts a name of their own here, or into the environment.
MAINTAINER=${EDGE_AGENT_MAINTAINER:-Edge Agent developers <packages@edge-agent.invalid>}

# Records which classes a working agent and the commands load, on a local hub with two modules and an update. The list
# is kept in the repository, so that the packages are the same whoever builds them; a class that is gone is skipped.
record_classes() {
  need docker curl jq ip
  build_if_changed
  engine
  local image=edge-agent-classes-$RUN_ID
  on_exit remove_images "$image"
  step "making two local images" busybox_images "$image"
  # shellcheck disable=SC2034 # dev reads it
  MODULES=2
  start_all
  stop_agent
  export JDK_JAVA_OPTIONS="-Xshare:off -XX:DumpLoadedClassList=$RUN/classes-%p"
  start_agent
  deploy bench_modules "$image:1"
  follow_deployment 60
  deploy bench_modules "$image:2"
  follow_deployment 60
  sleep 15
  step "asking it what modules and the command ask" ask_agent
  stop_agent
  java -jar "$AGENT_JAR" --help >/dev/null
  java -jar "$AGENT_JAR" version >/dev/null
  write_class_list "$RUN"/classes-*
}

ask_agent() {
  local socket=$RUN/agent/admin.sock module=idle-1-$RUN_ID workload generation
  java -jar "$AGENT_JAR" list --socket "$socket"
  java -jar "$AGENT_JAR" list -o json --socket "$socket"
  java -jar "$AGENT_JAR" status --socket "$socket"
  EDGE_AGENT_ENGINE=$DOCKER_HOST java -jar "$AGENT_JAR" logs "$module" --tail 5
  java -jar "$AGENT_JAR" restart "$module" --socket "$socket"
  workload=$(docker inspect --format '{{range .Mounts}}{{if eq .Destination "/var/run/iotedge"}}{{.Source}}{{end}}{{end}}' "$module")/workload.sock
  generation=$(docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "$module" | sed -n 's/^IOTEDGE_MODULEGENERATIONID=//p')
  curl -sS --fail --unix-socket "$workload" -d '{"keyId":"primary","algo":"HMACSHA256","data":"YQ=="}' \
    "http://localhost/modules/$module/genid/$generation/sign?api-version=2018-06-28"
  curl -sS --fail --unix-socket "$workload" "http://localhost/trust-bundle?api-version=2018-06-28"
}

# Names only: ids differ from run to run. Lambdas are kept, those of our own classes too as long as they last.
write_class_list() { # FILE...
  sed -E 's/ (id|super|interfaces|source):.*//; /^#/d; /^@(lambda-form-invoker.*Invokers|cp)/d; /^$/d' "$@" |
    grep -vE '^(@lambda-proxy )?(io/edgeagent/simulator|io/netty|org/bouncycastle|sun/launcher|jdk/jfr|jdk/internal/event)' | LC_ALL=C sort -u >"$CLASS_LIST"
  say "$(wc -l <"$CLASS_LIST") classes in ${CLASS_LIST#"$ROOT"/}"
}

# --- building ------------------------------------------------------------------------------------------------------

ARCHITECTURES=(armhf arm64 amd64)

cmd_deb() {
  local repo='' key='' version='' out=$ROOT/target/deb
  while (($#)); do
    case $1 in
      --record-classes) record_classes && return ;;
      --repo) repo=yes ;;
      --key | --version)
        [[ -n ${2:-} ]] || usage "$1 wants a value"
        if [[ $1 == --key ]]; then key=$2; else version=$2; fi
        shift
        ;;
      *) usage "deb has no option $1" ;;
    esac
    shift
  done
  need dpkg-deb unzip
  build_if_changed
  step "building the packages" build_packages "$out" "${version:-$(package_version)}"
  (cd "$out" && sha256sum -- *.deb >SHA256SUMS && du -h -- *.deb)
  if [[ -n $repo ]]; then
    need gpg apt-ftparchive
    [[ -n $key ]] || say "no --key: the repository is signed with a throw-away key"
    step "making the repository" make_repository "$out" "$key"
    say "made target/deb/repo; how to publish and use it is in packaging/README.md"
  fi
}

# The pom's version; of a snapshot with the time and name of the last commit, so that a newer one is an upgrade
package_version() {
  local version
  version=$(sed -n 's|^  <version>\(.*\)</version>|\1|p' "$ROOT/pom.xml" | head -n 1)
  if [[ $version == *-SNAPSHOT ]]; then
    version=${version%-SNAPSHOT}~$(TZ=UTC0 git -C "$ROOT" log -1 --date=format-local:%Y%m%d%H%M%S --format='%cd.%h' 2>/dev/null || echo 0)
  fi
  echo "$version"
}

# Same input, same bytes: all times are the last commit's, owners are root, dpkg-deb sorts
source_date() { git -C "$ROOT" log -1 --format=%ct 2>/dev/null || stat -c %Y "$ROOT/pom.xml"; }

build_packages() { # FOLDER VERSION [WORK FOLDER]
  local architecture stage=${3:-$RUN/deb}
  SOURCE_DATE_EPOCH=$(source_date)
  export SOURCE_DATE_EPOCH
  rm -rf "$stage"
  mkdir -p "$1"
  rm -f "$1"/*.deb
  (
    umask 022
    stage_agent "$stage/edge-agent" "$2"
    for architecture in "${ARCHITECTURES[@]}"; do
      pack "$stage/edge-agent" control "$2" "$architecture" "$1/edge-agent_$2_$architecture.deb"
    done
    stage_simulator "$stage/edge-agent-simulator" "$2"
    pack "$stage/edge-agent-simulator" control.simulator "$2" all "$1/edge-agent-simulator_$2_all.deb"
  )
}

stage_agent() { # FOLDER VERSION
  local packaging=$ROOT/packaging file
  put 644 "$AGENT_JAR" "$1/usr/share/edge-agent/edge-agent.jar"
  for file in find-java.sh read-settings.sh config.toml.template classes.list; do put 644 "$packaging/$file" "$1/usr/share/edge-agent/$file"; done
  list_own_classes >>"$1/usr/share/edge-agent/classes.list"
  mkdir -p "$1/usr/lib/edge-agent"
  echo "-Dedge-agent.version=$2" >"$1/usr/lib/edge-agent/version.options"
  for file in jvm jvm-small jvm-large jvm-cli; do put 644 "$packaging/$file.options" "$1/usr/lib/edge-agent/$file.options"; done
  put 755 "$packaging/make-archive.sh" "$1/usr/lib/edge-agent/make-archive"
  put 755 "$packaging/edge-agent.sh" "$1/usr/bin/edge-agent"
  put 644 "$packaging/edge-agent.default" "$1/etc/default/edge-agent"
  put 644 "$ROOT/systemd/edge-agent.service" "$1/lib/systemd/system/edge-agent.service"
  put 644 "$ROOT/systemd/edge-agent.sysusers" "$1/usr/lib/sysusers.d/edge-agent.conf"
  put 644 "$ROOT/systemd/edge-agent.tmpfiles" "$1/usr/lib/tmpfiles.d/edge-agent.conf"
  put 644 "$ROOT/systemd/edge-agent.udev" "$1/usr/lib/udev/rules.d/60-edge-agent.rules"
  put 644 "$ROOT/systemd/credential.conf" "$1/usr/share/doc/edge-agent/examples/credential.conf"
  put 644 "$packaging/README.Debian" "$1/usr/share/doc/edge-agent/README.Debian"
  put_documents "$1" edge-agent "$2"
  for file in postinst prerm postrm; do put 755 "$packaging/debian/$file" "$1/DEBIAN/$file"; done
  for file in triggers conffiles; do put 644 "$packaging/debian/$file" "$1/DEBIAN/$file"; done
  # bash reads it, nobody runs it
  java -jar "$AGENT_JAR" generate-completion | sed '1{/^#!/d}' >"$1.completion"
  put 644 "$1.completion" "$1/usr/share/bash-completion/completions/edge-agent"
}

stage_simulator() { # FOLDER VERSION
  local share=$1/usr/share/edge-agent-simulator
  put 644 "$HUB_JAR" "$share/edge-agent-simulator.jar"
  put 644 "$ROOT/packaging/find-java.sh" "$share/find-java.sh"
  put 755 "$ROOT/packaging/edge-agent-simulator.sh" "$1/usr/bin/edge-agent-simulator"
  put_documents "$1" edge-agent-simulator "$2"
}

put() { install -D -m "$1" "$2" "$3"; } # MODE FROM TO

put_documents() { # FOLDER PACKAGE VERSION
  local doc=$1/usr/share/doc/$2
  put 644 "$ROOT/packaging/debian/copyright" "$doc/copyright"
  mkdir -p "$1/usr/share/man/man1"
  gzip -9n <"$ROOT/packaging/$2.1" >"$1/usr/share/man/man1/$2.1.gz"
  printf '%s (%s) stable; urgency=medium\n\n  * Built from this commit; the history is in its repository.\n\n -- %s  %s\n' \
    "$2" "$3" "$MAINTAINER" "$(date -uRd "@$SOURCE_DATE_EPOCH")" |
    gzip -9n >"$doc/changelog.gz"
  if [[ -s $ROOT/packaging/debian/$2.lintian-overrides ]]; then
    put 644 "$ROOT/packaging/debian/$2.lintian-overrides" "$1/usr/share/lintian/overrides/$2"
  fi
}

# The recorded list may be older than the sources; what is in the jar counts for our own classes
list_own_classes() {
  unzip -Z1 "$AGENT_JAR" 'io/edgeagent/*.class' | sed 's/\.class$//' | LC_ALL=C sort
}

pack() { # FOLDER CONTROL VERSION ARCHITECTURE FILE
  local size
  size=$(du -sk --apparent-size --exclude=DEBIAN "$1" | cut -f 1)
  mkdir -p "$1/DEBIAN"
  sed "s/@VERSION@/$3/; s/@ARCH@/$4/; s/@SIZE@/$size/; s|@MAINTAINER@|$MAINTAINER|" "$ROOT/packaging/debian/$2" >"$1/DEBIAN/control"
  (cd "$1" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) >"$1/DEBIAN/md5sums"
  chmod 644 "$1/DEBIAN/control" "$1/DEBIAN/md5sums"
  find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  # gzip: xz makes the jar 1 % smaller, and a board takes seconds longer to unpack it
  dpkg-deb --root-owner-group -Zgzip -z6 --build "$1" "$5"
}

# --- the apt repository --------------------------------------------------------------------------------------------

# A pool repository that any web server, or a folder, can hold
make_repository() { # FOLDER KEY
  local repo=$1/repo package architecture binary
  rm -rf "$repo"
  mkdir -p "$repo/pool/main"
  for package in "$1"/*.deb; do cp "$package" "$repo/pool/main/"; done
  use_key "$2"
  (
    cd "$repo" || return
    for architecture in "${ARCHITECTURES[@]}"; do
      binary=dists/stable/main/binary-$architecture
      mkdir -p "$binary"
      apt-ftparchive --arch "$architecture" packages pool >"$binary/Packages"
      gzip -9nk "$binary/Packages"
    done
    apt-ftparchive -o APT::FTPArchive::Release::Origin="Edge Agent" -o APT::FTPArchive::Release::Label="Edge Agent" \
      -o APT::FTPArchive::Release::Suite=stable -o APT::FTPArchive::Release::Codename=stable \
      -o APT::FTPArchive::Release::Components=main -o APT::FTPArchive::Release::Architectures="${ARCHITECTURES[*]}" \
      release dists/stable >"$RUN/Release"
    mv "$RUN/Release" dists/stable/Release
    signer --armor --detach-sign --output dists/stable/Release.gpg dists/stable/Release
    signer --clearsign --output dists/stable/InRelease dists/stable/Release
    signer --export --output edge-agent-archive-keyring.gpg "$SIGNING_KEY"
  )
  end_signer
}

# Sets SIGNING_KEY: one of the user's keyring, one from a file, or a throw-away one
use_key() { # FINGERPRINT, FILE, or nothing
  SIGNING_HOME=$RUN/gnupg
  if [[ -n $1 && ! -e $1 ]]; then
    SIGNING_HOME=${GNUPGHOME:-$HOME/.gnupg}
    SIGNING_KEY=$1
    return
  fi
  mkdir -m 700 "$SIGNING_HOME"
  if [[ -n $1 ]]; then
    signer --import "$1"
  else
    signer --passphrase '' --quick-generate-key "Edge Agent throw-away key <throw-away@edge-agent.invalid>" ed25519 sign 1y
  fi
  SIGNING_KEY=$(signer --with-colons --list-secret-keys | awk -F: '/^fpr/ { print $10; exit }')
}

signer() { gpg --homedir "$SIGNING_HOME" --batch --yes --quiet --pinentry-mode loopback ${SIGNING_KEY:+--local-user "$SIGNING_KEY"} "$@"; }

# gpg starts an agent for each home folder; the user's own stays
end_signer() { [[ $SIGNING_HOME != "$RUN"/* ]] || gpgconf --homedir "$SIGNING_HOME" --kill all; }

# --- tests ---------------------------------------------------------------------------------------------------------

# Hooked into ./dev test. What needs root is left out where there is none.
check_packages() {
  need dpkg-deb unzip lintian apt-ftparchive gpg systemd-analyze mmdebstrap
  PACKAGES=$RUN/packages NEXT=$RUN/next
  check "packages: built" build_packages "$PACKAGES" 1.0.0
  check "packages: the same bytes from another folder at another time" same_bytes
  check "packages: shellcheck of the scripts" check_package_scripts
  check "packages: lintian" lintian --fail-on error,warning --tag-display-limit 0 "$PACKAGES"/*.deb
  check "packages: systemd-analyze verify and security at most 2.5" check_unit
  check "packages: signed repository" check_repository
  if root_is_possible; then check_in_a_clean_root; else say "packages are not installed in a clean root: that needs root"; fi
}

same_bytes() {
  local elsewhere=$RUN/elsewhere
  mkdir -p "$elsewhere"
  cp "$AGENT_JAR" "$elsewhere/agent.jar"
  cp "$HUB_JAR" "$elsewhere/hub.jar"
  (
    umask 077
    AGENT_JAR=$elsewhere/agent.jar HUB_JAR=$elsewhere/hub.jar
    TZ=Asia/Tokyo build_packages "$elsewhere/again" 1.0.0 "$elsewhere/work"
  )
  diff <(cd "$PACKAGES" && sha256sum -- *.deb) <(cd "$elsewhere/again" && sha256sum -- *.deb)
}

check_package_scripts() {
  if ! has shellcheck; then return 0; fi
  shellcheck "$ROOT/packaging/deb.bash" "$ROOT"/packaging/*.sh "$ROOT"/packaging/debian/p{ostinst,rerm,ostrm}
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

# Debian 12 with a Java runtime and nothing else. Its archive is made once: some 20 s and 150 MB from the mirror.
check_in_a_clean_root() {
  local archive=$CACHE/clean-root-bookworm.tar
  CLEAN=$RUN/clean
  if [[ ! -e $archive ]]; then
    attempt "making a clean root of Debian 12 once, about a minute" make_root_archive "$archive" openjdk-17-jre-headless
    if ((OUTCOME != 0)); then
      count 0 1 0
      FAILURES+=("no clean root")
      return
    fi
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
}

make_root_archive() { # ARCHIVE PACKAGES
  as_root mmdebstrap --variant=minbase --dpkgopt='path-exclude=/usr/share/locale/*' --include="$2" bookworm "$RUN/root.tar" \
    "deb $(debian_mirror) bookworm main"
  as_root chown "$(id -u)" "$RUN/root.tar"
  mkdir -p "${1%/*}"
  mv "$RUN/root.tar" "$1"
}

debian_mirror() {
  local mirror
  # shellcheck disable=SC2016 # apt's variable, not ours
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' | head -n 1)
  echo "${mirror:-http://deb.debian.org/debian}"
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
  as_root umount "$CLEAN/proc" "$CLEAN/dev"
  ! mountpoint -q "$CLEAN/dev" && as_root rm -rf "$CLEAN"
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

# What systemd makes of the same lines is compared in live.bash
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
  # shellcheck disable=SC2016 # the shell inside expands
  inside sh -c '. /usr/share/edge-agent/read-settings.sh; read_settings /etc/default/edge-agent
    printf "%s|" "$CONNECTION_STRING" "$EDGE_AGENT_HOSTNAME" "$EDGE_AGENT_NETWORK" "$EDGE_AGENT_LOG" "${EDGE_AGENT_STATE:-}"' |
    tee "$RUN/settings"
  # shellcheck disable=SC2016 # nobody may expand it
  [[ $(<"$RUN/settings") == 'HostName=127.0.0.1;DeviceId=clean;SharedAccessKey=a2V5|a $HOME b$(touch /tmp/executed)`touch /tmp/executed`|quo"ted $xand more|info      really||' ]]
  inside edge-agent version
  inside /usr/lib/edge-agent/make-archive
  # asks whether the device is known, and keeps owner and mode
  inside sh /var/lib/dpkg/info/edge-agent.postinst configure 1.0.0 | tee "$RUN/configured"
  if grep -q 'edge-agent config mp' "$RUN/configured"; then return 1; fi
  inside test ! -e /tmp/executed
  inside cp -p /tmp/default /etc/default/edge-agent
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
  as_root rm -r "$CLEAN/repo"
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

# No room for a file, then a group that is gone, then a state folder that is a mount point with another mount in it
clean_hardship() {
  local folder
  for folder in etc var/cache; do
    as_root mkdir -p "$CLEAN/$folder/edge-agent"
    as_root mount -t tmpfs -o nr_inodes=1 tmpfs "$CLEAN/$folder/edge-agent"
  done
  OUTCOME=0
  clean_hardship_tries || OUTCOME=$?
  as_root umount -q "$CLEAN"/var/lib/edge-agent/elsewhere "$CLEAN"/{etc,var/cache,var/lib}/edge-agent || true
  as_root rm -rf "$CLEAN/elsewhere" "$CLEAN"/{etc,var/cache,var/lib}/edge-agent
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

clean_simulator() {
  inside apt-get install -y --no-install-recommends edge-agent-simulator
  inside edge-agent-simulator --help | grep -q device
}
