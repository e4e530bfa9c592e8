#!/bin/sh
# The command iotedge on a board with edge-agent, so that scripts, runbooks and roles written for Azure IoT Edge go on
# working. It translates verbs, options and exit codes, and does nothing itself. What has no counterpart says so and fails.
set -eu

DEFAULTS=${IOTEDGE_DEFAULTS:-/etc/default/edge-agent}
IOTEDGE_CONFIG=${IOTEDGE_CONFIG:-/etc/aziot/config.toml}

usage() {
  cat <<'TEXT'
iotedge of edge-agent: the commands of Azure IoT Edge for a board that runs edge-agent

Usage: iotedge COMMAND [OPTION...]

  list                     modules
  logs MODULE              what a module wrote: --tail, --since, --until, -f
  restart MODULE           stops and starts a module
  check, check-list        looks for problems on the board
  config apply|import|mp   settings
  system status|logs|restart|stop|reprovision|set-log-level
  support-bundle           a file for support
  version

Examples:
  sudo iotedge list
  sudo iotedge system logs -- -f
  sudo iotedge config apply -c /etc/aziot/config.toml

What edge-agent itself can do: edge-agent --help
TEXT
}

fail() { # CODE TEXT
  printf 'iotedge: %s\n' "$2" >&2
  exit "$1"
}

# As one word for eval, whatever is in it
quoted() { printf "'%s' " "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"; }

list() {
  table=$(edge-agent list "$@") || exit $?
  printf '%s\n' "$table" | sed '1s/ CONFIG$/ Config/'
}

restart() {
  case ${1:-} in
    edgeAgent | edgeHub)
      edge-agent system restart >/dev/null
      echo "Restarted $1"
      ;;
    *) exec edge-agent restart "$@" ;;
  esac
}

# Options that name IoT Edge's own parts are passed over
check() {
  arguments=''
  while [ $# -gt 0 ]; do
    case $1 in
      -c | --container-engine-config-file | --diagnostics-image-name | --expected-aziot-edged-version | --expected-aziot-version | \
        --expected-iotedged-version | --aziot-edged | --iotedged | --proxy-uri | --ntp-server)
        [ $# -ge 2 ] || fail 2 "$1 wants a value"
        shift
        ;;
      --container-engine-config-file=* | --diagnostics-image-name=* | --expected-*=* | --aziot-edged=* | \
        --proxy-uri=* | --ntp-server=*) ;;
      *) arguments="$arguments$(quoted "$1")" ;;
    esac
    shift
  done
  eval "exec edge-agent check $arguments"
}

support_bundle() {
  arguments=''
  while [ $# -gt 0 ]; do
    case $1 in
      -e | --include-edge-runtime-only) arguments="$arguments--edge-runtime-only " ;;
      --iothub-hostname)
        [ $# -ge 2 ] || fail 2 "$1 wants a value"
        shift
        ;;
      --iothub-hostname=*) ;;
      *) arguments="$arguments$(quoted "$1")" ;;
    esac
    shift
  done
  eval "exec edge-agent support-bundle $arguments"
}

# A file in IoT Edge's words is taken over first, and then applied
apply() {
  file=''
  while [ $# -gt 0 ]; do
    case $1 in
      -c | --config-file)
        [ $# -ge 2 ] || fail 2 "$1 wants a file"
        file=$2
        shift
        ;;
      -c=* | --config-file=*) file=${1#*=} ;;
      -h | --help) exec edge-agent config apply --help ;;
      *) fail 2 "config apply has no option $1" ;;
    esac
    shift
  done
  if [ -z "$file" ] && [ -e "$IOTEDGE_CONFIG" ]; then file=$IOTEDGE_CONFIG; fi
  if [ -n "$file" ]; then
    edge-agent config import --from "$file" --force >/dev/null || exit $?
    echo "Took $file over into /etc/edge-agent/config.toml."
  fi
  exec edge-agent config apply
}

import() {
  arguments=''
  while [ $# -gt 0 ]; do
    case $1 in
      -c | --config-file)
        [ $# -ge 2 ] || fail 2 "$1 wants a file"
        arguments="$arguments--from $(quoted "$2")"
        shift
        ;;
      *) arguments="$arguments$(quoted "$1")" ;;
    esac
    shift
  done
  [ -n "$arguments" ] || arguments='--from /etc/iotedge/config.yaml'
  eval "exec edge-agent config import $arguments"
}

# The key goes on by a pipe: nobody sees it in ps a second time
mp() {
  arguments='' string=''
  while [ $# -gt 0 ]; do
    case $1 in
      -c | --connection-string)
        [ $# -ge 2 ] || fail 2 "$1 wants a value"
        string=$2
        shift
        ;;
      --connection-string=*) string=${1#*=} ;;
      *) arguments="$arguments$(quoted "$1")" ;;
    esac
    shift
  done
  if [ -n "$string" ]; then
    printf '%s' "$string" | eval "edge-agent config mp --connection-string-file - $arguments"
  else
    eval "exec edge-agent config mp $arguments"
  fi
}

# At once, and from the next start on
set_log_level() {
  case ${1:-} in
    error | warn | info | debug) level=$1 ;;
    trace) level=debug ;;
    *) fail 2 "the log levels are error, warn, info, debug and trace" ;;
  esac
  if [ -e "$DEFAULTS" ] && grep -q '^EDGE_AGENT_LOG=' "$DEFAULTS"; then
    sed -i "s/^EDGE_AGENT_LOG=.*/EDGE_AGENT_LOG=$level/" "$DEFAULTS"
  else
    printf 'EDGE_AGENT_LOG=%s\n' "$level" >>"$DEFAULTS"
  fi
  exec edge-agent system set-log-level "$level"
}

system() {
  verb=${1:-}
  [ $# -eq 0 ] || shift
  case $verb in
    status | logs | restart | stop | reprovision) exec edge-agent system "$verb" "$@" ;;
    set-log-level) set_log_level "$@" ;;
    *) fail 2 "system has the verbs status, logs, restart, stop, reprovision and set-log-level" ;;
  esac
}

# of IoT Edge's daemon, which is not here
if [ "${1:-}" = -H ] || [ "${1:-}" = --host ]; then
  [ $# -ge 2 ] || fail 2 "$1 wants a value"
  shift 2
fi
command=${1:-help}
[ $# -eq 0 ] || shift
case $command in
  list) list "$@" ;;
  logs) exec edge-agent logs "$@" ;;
  restart) restart "$@" ;;
  check) check "$@" ;;
  check-list) exec edge-agent check-list "$@" ;;
  config)
    verb=${1:-}
    [ $# -eq 0 ] || shift
    case $verb in
      apply) apply "$@" ;;
      import) import "$@" ;;
      mp) mp "$@" ;;
      *) fail 2 "config has the verbs apply, import and mp" ;;
    esac
    ;;
  system) system "$@" ;;
  support-bundle) support_bundle "$@" ;;
  version | -V | --version)
    version=$(edge-agent version)
    # the version of IoT Edge whose command this is
    echo "iotedge 1.5.0 ($version)"
    ;;
  help | -h | --help) usage ;;
  *) fail 2 "there is no command $command here; see: iotedge help" ;;
esac
