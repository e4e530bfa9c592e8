# ./dev kills, and the checks "kills" and "modules": tests that take too long for every build.

cmd_kills() {
  local count=100
  if [[ ${1:-} =~ ^[1-9][0-9]*$ ]]; then
    count=$1
    shift
  fi
  options "seed=" "$@"
  need jdk mvn
  open_lab
  say "killing the agent $count times, some 5 s each"
  # Maven writes an escape sequence to its standard error even when it is told to use no colour
  slow_test Kills -De2e.patience=120 -Dkills.count="$count" ${OPTION[seed]:+-Dkills.seed=${OPTION[seed]}} 2>&1 |
    tee -a "$LOGS/dev.log" | sed -unE 's/^(kills: .*)/  \1/p; /(ERROR|FAIL)/p'
}

# A test class that Maven does not run by itself; what it prints is shown as it comes
slow_test() { # CLASS MAVEN OPTION...
  maven -pl agent/daemon -am -Dtest="$1" -Dsurefire.failIfNoSpecifiedTests=false -Dtests.to.file=false "${@:2}" test
}

check_kills() {
  need jdk mvn
  open_lab
  check "20 kills of the agent" slow_test Kills -De2e.patience=120 -Dkills.count=20
}

check_modules() {
  need jdk mvn
  open_lab
  check "100 modules of which one changes" slow_test HundredModules
}
