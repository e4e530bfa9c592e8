# Counting what passed and failed. A check that ./dev test started tells it through the file EDGE_DEV_RESULTS.

PASSED=0 FAILED=0 SKIPPED=0
FAILURES=() SECOND_TRIES=()

count() { # PASSED FAILED SKIPPED
  PASSED=$((PASSED + $1)) FAILED=$((FAILED + $2)) SKIPPED=$((SKIPPED + $3))
  note_result "count $*"
}

fail() { # TEXT: counts as one failed test
  count 0 1 0
  failure "$1"
}

failure() { # TEXT: what a counted failure was
  FAILURES+=("$1")
  note_result "failed $1"
}

second_try() { # TEXT...: tests that failed, and passed when they were tried once more
  local text
  for text; do
    SECOND_TRIES+=("$text")
    note_result "second $text"
  done
}

note_result() { [[ -z ${EDGE_DEV_RESULTS:-} ]] || printf '%s\n' "$1" >>"$EDGE_DEV_RESULTS"; }

read_results() { # FILE
  local word rest
  while read -r word rest; do
    if [[ $word == failed ]]; then
      failure "$rest"
    elif [[ $word == second ]]; then
      second_try "$rest"
    else
      # shellcheck disable=SC2086 # three numbers
      count $rest
    fi
  done <"$1"
}

result() { # PASSED FAILED SKIPPED
  printf '%s passed, %s failed' "$1" "$2"
  if (($3)); then printf ', %s skipped' "$3"; fi
  printf '\n'
}

# check LABEL COMMAND...: an attempt that counts as one test
check() {
  attempt "$@"
  if ((OUTCOME == 0)); then count 1 0 0; else fail "$1"; fi
}

summary() {
  if ((${#SECOND_TRIES[@]})); then
    headline "Failed at first, tried a second time"
    printf '  %s\n' "${SECOND_TRIES[@]}"
  fi
  if ((FAILED)); then
    headline "Failed"
    printf '  %s\n' "${FAILURES[@]}"
    say "logs are in $ROOT/target/dev"
  fi
  result "$PASSED" "$FAILED" "$SKIPPED"
  ((FAILED == 0)) || exit 1
}
