# The check "scripts": shellcheck of everything that a shell runs.

check_scripts() {
  local script
  need shellcheck
  grep -rlE --exclude-dir={target,node_modules,.git} '^#!/(usr/)?bin/(env )?(ba)?sh' "$ROOT" >"$RUN/scripts"
  for script in "$ROOT"/packaging/dev/*.bash; do echo "$script" >>"$RUN/scripts"; done
  while read -r script; do
    check "shellcheck ${script#"$ROOT"/}" shellcheck -x -P "$ROOT" "$script"
  done <"$RUN/scripts"
  check "no function of ./dev is defined twice" functions_are_defined_once
  check "no rm of root's goes through a mount" removal_minds_mounts
  check "iotedge: its words become ours" iotedge_is_translated
}

# All parts are read into one shell, where the later of two functions wins
functions_are_defined_once() {
  local twice
  twice=$(grep -hoE '^[a-z_0-9]+\(\)' "$ROOT/dev" "$ROOT"/packaging/dev/*.bash | sort | uniq -d)
  [[ -z $twice ]] || { echo "defined twice: $twice"; return 1; }
}

removal_minds_mounts() {
  local place=$RUN/removal other=$RUN/other
  if grep -nE 'as_root rm -[a-z]*r' "$ROOT/dev" "$ROOT"/packaging/dev/*.bash | grep -v '^[^:]*/\(tools\|check-scripts\)\.bash:'; then
    echo "use remove_tree: a run that was killed leaves mounts behind"
    return 1
  fi
  root_is_possible || return 0
  mkdir -p "$place/a folder/mount" "$place/memory" "$other"
  touch "$other/of-the-machine"
  as_root mount --bind "$other" "$place/a folder/mount" && as_root mount -t tmpfs tmpfs "$place/memory" || return
  remove_tree "$place" && [[ ! -e $place && -e $other/of-the-machine ]]
}

# The commands that it calls say here how they were called
iotedge_is_translated() {
  local bin=$RUN/iotedge-bin
  mkdir -p "$bin"
  # shellcheck disable=SC2016 # for the script itself
  printf '#!/bin/sh\nif [ "$*" = "config mp --connection-string-file -" ]; then read -r key || :; set -- "$@" "<$key"; fi\n%s\n' \
    'printf "%s" "${0##*/}"; for one; do printf " [%s]" "$one"; done; echo; exit "${FAKE_EXIT:-0}"' >"$bin/edge-agent"
  chmod 755 "$bin/edge-agent"
  iotedge_says 'edge-agent [logs] [led] [--since] [1 day] [-f]' logs led --since '1 day' -f &&
    iotedge_says 'edge-agent [restart] [led]' restart led &&
    iotedge_says 'Restarted edgeHub' restart edgeHub &&
    iotedge_says 'edge-agent [list]' -H unix:///var/run/iotedge/mgmt.sock list &&
    iotedge_says "edge-agent [check] [--dont-run] [it's] [--verbose]" check --ntp-server x:123 --dont-run "it's" --verbose &&
    iotedge_says 'edge-agent [check-list]' check-list &&
    iotedge_says 'edge-agent [support-bundle] [-o] [a b.zip] [--edge-runtime-only]' support-bundle -o 'a b.zip' -e --iothub-hostname h &&
    iotedge_says 'edge-agent [config] [mp] [--connection-string-file] [-] [<HostName=h;SharedAccessKey=k$1]' \
      config mp --connection-string 'HostName=h;SharedAccessKey=k$1' &&
    iotedge_says 'edge-agent [config] [import] [--from] [/old.yaml] [-f]' config import -c /old.yaml -f &&
    iotedge_says $'Took /x.toml over into /etc/edge-agent/config.toml.\nedge-agent [config] [apply]' config apply -c /x.toml &&
    iotedge_says 'edge-agent [system] [status]' system status &&
    iotedge_says 'edge-agent [system] [logs] [--] [-f]' system logs -- -f &&
    iotedge_says 'edge-agent [system] [stop]' system stop &&
    iotedge_says 'edge-agent [system] [reprovision]' system reprovision &&
    iotedge_says 'edge-agent [system] [set-log-level] [debug]' system set-log-level trace &&
    grep -qx 'EDGE_AGENT_LOG=debug' "$RUN/iotedge-defaults" &&
    FAKE_EXIT=3 iotedge_fails 3 'edge-agent [list]' list &&
    FAKE_EXIT=1 iotedge_fails 1 'edge-agent [system] [restart]' restart edgeAgent &&
    FAKE_EXIT=3 iotedge_fails 3 'edge-agent [system] [status]' system status &&
    iotedge_fails 2 'iotedge: there is no command dance here; see: iotedge help' dance &&
    iotedge_fails 2 'iotedge: the log levels are error, warn, info, debug and trace' system set-log-level loud
}

iotedge_says() { # EXPECTED ARGUMENT...
  diff <(echo "$1") <(iotedge_here "${@:2}")
}

iotedge_fails() { # CODE EXPECTED ARGUMENT...
  local code=0
  iotedge_here "${@:3}" >"$RUN/iotedge-out" 2>&1 || code=$?
  ((code == $1)) || { echo "iotedge ${*:3}: exit $code, and not $1"; return 1; }
  [[ $2 == edge-agent* ]] || diff <(echo "$2") "$RUN/iotedge-out"
}

iotedge_here() {
  PATH=$RUN/iotedge-bin:$PATH IOTEDGE_DEFAULTS=$RUN/iotedge-defaults IOTEDGE_CONFIG=/nowhere/config.toml \
    sh "$ROOT/packaging/iotedge.sh" "$@"
}
