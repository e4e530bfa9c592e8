# ./dev deb: the Debian packages. packaging/README.md says what is in them and why.

CLASS_LIST=$ROOT/packaging/classes.list

# Whom dpkg and apt name as responsible. Nobody reads mail at .invalid, which is what it says: whoever publishes packages
# puts a name of their own here, or into the environment.
MAINTAINER=${EDGE_AGENT_MAINTAINER:-Edge Agent developers <packages@edge-agent.invalid>}

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
    put 755 "$ROOT/packaging/iotedge.sh" "$stage/edge-agent-iotedge/usr/bin/iotedge"
    put_documents "$stage/edge-agent-iotedge" edge-agent-iotedge "$2" iotedge
    pack "$stage/edge-agent-iotedge" control.iotedge "$2" all "$1/edge-agent-iotedge_$2_all.deb"
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
  put 644 "${AGENT_JAR%/*}/bom.json" "$1/usr/share/doc/edge-agent/sbom.cdx.json"
  put_documents "$1" edge-agent "$2"
  for file in postinst prerm postrm; do put 755 "$packaging/debian/$file" "$1/DEBIAN/$file"; done
  for file in triggers conffiles; do put 644 "$packaging/debian/$file" "$1/DEBIAN/$file"; done
  # bash reads it, nobody runs it
  java -jar "$AGENT_JAR" generate-completion | sed '1{/^#!/d}' >"$1.completion"
  put 644 "$1.completion" "$1/usr/share/bash-completion/completions/edge-agent"
  put 644 "$ROOT/packaging/edge-agent.zsh" "$1/usr/share/zsh/vendor-completions/_edge-agent"
  rm -rf "$1.man"
  java -jar "$AGENT_JAR" generate-man "$1.man"
  for file in "$1.man"/*.1; do gzip -9n <"$file" >"$1/usr/share/man/man1/${file##*/}.gz"; done
}

stage_simulator() { # FOLDER VERSION
  local share=$1/usr/share/edge-agent-simulator
  put 644 "$HUB_JAR" "$share/edge-agent-simulator.jar"
  put 644 "$ROOT/packaging/find-java.sh" "$share/find-java.sh"
  put 755 "$ROOT/packaging/edge-agent-simulator.sh" "$1/usr/bin/edge-agent-simulator"
  put 644 "${HUB_JAR%/*}/bom.json" "$1/usr/share/doc/edge-agent-simulator/sbom.cdx.json"
  put_documents "$1" edge-agent-simulator "$2"
}

put() { install -D -m "$1" "$2" "$3"; } # MODE FROM TO

put_documents() { # FOLDER PACKAGE VERSION [COMMAND]
  local doc=$1/usr/share/doc/$2 command=${4:-$2}
  put 644 "$ROOT/packaging/debian/copyright" "$doc/copyright"
  mkdir -p "$1/usr/share/man/man1"
  gzip -9n <"$ROOT/packaging/$command.1" >"$1/usr/share/man/man1/$command.1.gz"
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
