# Saying what happens: lines, headlines, and attempts whose output goes to the log.

if [[ -t 1 ]]; then BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' GREEN=$'\e[32m' PLAIN=$'\e[0m'; else BOLD='' DIM='' RED='' GREEN='' PLAIN=''; fi

say() { printf '%s\n' "$*"; }
headline() { printf '\n%s%s%s\n' "$BOLD" "$*" "$PLAIN"; }

die() { # EXIT_CODE TEXT
  printf '%sdev: %s%s\n' "$RED" "$2" "$PLAIN" >&2
  exit "$1"
}

# attempt LABEL COMMAND...: runs it with its output in the log and shows that time passes; the outcome is in OUTCOME.
# It must not be called as a condition: bash then ignores errexit in everything below.
attempt() {
  local label=$1 begin=$SECONDS start
  shift
  printf '%s ... ' "$label"
  start=$(log_size)
  spawn "$@" >>"$LOGS/dev.log" 2>&1
  STEP=$SPAWNED
  while kill -0 "$STEP" 2>/dev/null; do
    if [[ -t 1 ]] && ((SECONDS - begin >= 2)); then printf '\r%s ... %d s ' "$label" $((SECONDS - begin)); fi
    sleep 0.1
  done
  OUTCOME=0
  wait "$STEP" || OUTCOME=$?
  STEP=
  if [[ -t 1 ]]; then printf '\r%s ... ' "$label"; fi
  if ((OUTCOME == 0)); then say "${GREEN}ok${PLAIN} ($((SECONDS - begin)) s)"; else
    say "${RED}failed${PLAIN} ($((SECONDS - begin)) s)"
    tail -c "+$((start + 1))" "$LOGS/dev.log" | tail -n 25 | sed 's/^/    /'
  fi
}

log_size() { stat -c %s "$LOGS/dev.log"; }

# step LABEL COMMAND...: an attempt without which the rest makes no sense
step() {
  attempt "$@"
  ((OUTCOME == 0)) || die 1 "$1: failed; logs are in ${LOGS#"$PWD"/}"
}
