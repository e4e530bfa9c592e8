# ./dev test: which checks there are, and running them one after the other.

# name, minutes once everything is downloaded, what it looks at
CHECKS="
scripts         1  shellcheck of all scripts
links           1  links between the Markdown files
java           12  all Maven modules: unit tests, and tests with a real engine, registry and hub
node            1  the local hub with Azure's clients for Node.js
packages        3  the Debian packages: contents, lintian, the unit, a repository, a clean root
live            2  the package under a running systemd
image           3  the container image of the agent
demo            2  the LED follows the button, an update touches one container
sensor          2  the temperature sensor's telemetry, reset and twin; its messages through the filter to the cloud"
LONG_CHECKS="
long-demo       4  the demo for three minutes
modules         4  100 modules of which one changes
kills           4  20 kills of the agent
hub-kills       5  20 kills of the agent while modules send through it, and a cut link
podman          3  the engine's contract on Podman
engines         8  the engine's contract on the newest Docker and Podman of Debian
foreign-roots  20  the package on emulated armhf and arm64 root file systems
virt           25  the samples on GPIO lines of an emulated arm64 machine
board          45  the package on an emulated Raspberry Pi 3B
fresh          60  the commands of the README, and long checks, on a machine that has nothing but git"

cmd_test() {
  local names=() name
  if [[ -n ${1:-} && $1 != --* ]]; then
    test_classes "$@"
    return
  fi
  options "all list only:" "$@"
  if [[ -n ${OPTION[list]:-} ]]; then
    list_checks
    return
  fi
  mapfile -t names < <(names_of "$CHECKS${OPTION[all]:+$LONG_CHECKS}")
  if [[ -n ${OPTION[only]:-} ]]; then
    IFS=, read -ra names <<<"${OPTION[only]}"
    for name in "${names[@]}"; do
      [[ $'\n'$CHECKS$LONG_CHECKS == *$'\n'"$name "* ]] || usage "there is no check $name: ./dev test --list prints their names"
    done
  fi
  # one engine for all of them
  if ((${#names[@]} > 1)); then engine; fi
  for name in "${names[@]}"; do run_check "$name"; done
  clean_up
  summary
}

names_of() { awk 'NF { print $1 }' <<<"$1"; }

list_checks() {
  local name minutes text
  while read -r name minutes text; do
    [[ -z $name ]] || printf '%-14s %3d min  %s\n' "$name" "$minutes" "$text"
  done <<<"$CHECKS"
  say "with --all also"
  while read -r name minutes text; do
    [[ -z $name ]] || printf '%-14s %3d min  %s\n' "$name" "$minutes" "$text"
  done <<<"$LONG_CHECKS"
}

# Each check is a process of its own: what one leaves behind, a hub on its address or a variable, cannot reach the next one,
# and one that ends early does not end the others.
run_check() { # NAME
  local results=$RUN/results code=0 before=$FAILED
  headline "$1"
  : >"$results"
  EDGE_DEV_RESULTS=$results EDGE_DEV_ENGINE_IS_OURS=$ENGINE_IS_OURS spawn "$ROOT/dev" check "$1"
  STEP=$SPAWNED
  wait "$STEP" || code=$?
  STEP=
  read_results "$results"
  if ((code != 0 && FAILED == before)); then fail "$1: ended early with exit code $code"; fi
}

cmd_check() { # NAME: what run_check starts
  "check_${1//-/_}"
  clean_up
  if ((FAILED)); then
    say "logs are in $LOGS"
    exit 1
  fi
}

check_demo() {
  check "demo: the LED follows the button, an update touches one container" "$ROOT/dev" demo --headless --seconds 20
}

check_sensor() {
  check "temperature sensor: telemetry, reset and twin, deployed by the agent" "$ROOT/dev" modules --test
}

check_long_demo() { check "demo, three minutes" "$ROOT/dev" demo --headless --seconds 180; }
