# ./dev kills, and the checks "kills" and "modules": tests that take too long for every build.

cmd_kills() {
  local count=100
  if [[ ${1:-} =~ ^[1-9][0-9]*$ ]]; then
    count=$1
    shift
  fi
  options "seed= hub cut= stored=" "$@"
  need jdk mvn
  open_lab
  if [[ -n ${OPTION[hub]:-} ]]; then
    say "killing the agent $count times while modules send, some 6 s each, and one cut of ${OPTION[cut]:-600} s"
    told_kills HubHardship -Dkills.count="$count" -Dhardship.cut="${OPTION[cut]:-600}" \
      -Dhardship.stored="${OPTION[stored]:-0}" ${OPTION[seed]:+-Dkills.seed=${OPTION[seed]}}
    return
  fi
  say "killing the agent $count times, some 5 s each"
  told_kills Kills -De2e.patience=120 -Dkills.count="$count" ${OPTION[seed]:+-Dkills.seed=${OPTION[seed]}}
}

# Maven writes an escape sequence to its standard error even when it is told to use no colour
told_kills() { # CLASS MAVEN OPTION...
  slow_test "$@" 2>&1 | tee -a "$LOGS/dev.log" | sed -unE 's/^(kills: .*)/  \1/p; /(ERROR|FAIL)/p'
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

check_hub_kills() {
  need jdk mvn
  open_lab
  check "20 kills of the agent while modules send, and a cut of a minute" slow_test HubHardship -Dkills.count=20 -Dhardship.cut=60
}

check_modules() {
  need jdk mvn
  open_lab
  check "100 modules of which one changes" slow_test HundredModules
}
