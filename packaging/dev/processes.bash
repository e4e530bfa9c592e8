# Processes of a run and what is undone at its end.

UNDO=()
STEP=

on_exit() { UNDO+=("$(printf '%q ' "$@")"); }

# Starts a command in a process group of its own, so that Ctrl-C reaches only this script, which stops all in order.
# Descriptors 7 to 9 hold this script's locks; a child that outlives it must not keep them.
spawn() {
  set -m
  "$@" </dev/null 7>&- 8>&- 9>&- &
  SPAWNED=$!
  set +m
}

# spawn for a program of which nothing may be left when this script is killed
serve() { spawn setpriv --pdeathsig TERM "$@"; }

stop() { # PID of a process group [SECONDS]: asks, waits 15 s, insists
  local tenths
  kill -TERM -- "-$1" 2>/dev/null || return 0
  for ((tenths = 0; tenths < 10 * ${2:-15}; tenths++)); do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL -- "-$1" 2>/dev/null || true
}

clean_up() {
  local i
  trap '' INT TERM HUP
  [[ -z $STEP ]] || stop "$STEP" 60 # it may be a check that has to clean up too
  STEP=
  for ((i = ${#UNDO[@]} - 1; i >= 0; i--)); do eval "${UNDO[i]}" >>"$LOGS/dev.log" 2>&1 || true; done
  UNDO=()
}

leave() {
  local code=$?
  trap - EXIT
  if ((${#UNDO[@]})); then say "${DIM}cleaning up${PLAIN}"; fi
  clean_up
  # what could not be undone may be a mount
  if [[ -z $(mounts_below "$RUN") ]]; then rm -rf "$RUN"; else (remove_tree "$RUN") || true; fi
  if ((code == 0)); then rm -rf "$LOGS"; fi
  exit "$code"
}

open_run() {
  mkdir -p "$LOGS"
  : >"$LOGS/dev.log"
  mkdir -m 700 "$RUN"
  trap leave EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

until_ready() { # PID LOG SECONDS COMMAND...: waits until the command succeeds while the process lives; else shows its log
  local pid=$1 log=$2 end=$((SECONDS + $3))
  shift 3
  until "$@" >/dev/null 2>&1; do
    if ! kill -0 "$pid" 2>/dev/null || ((SECONDS >= end)); then
      tail -n 20 "$log"
      return 1
    fi
    sleep 0.1
  done
}

until_true() { # SECONDS COMMAND...
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.3
  done
}
