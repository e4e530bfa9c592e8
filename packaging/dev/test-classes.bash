# ./dev test CLASS...: named test classes with what they need.

# The classes that are named, and nothing else
test_classes() { # CLASS[#METHOD]|-DNAME=VALUE...
  local name file files=() modules=() classes=() properties=()
  for name; do
    if [[ $name == -D* ]]; then
      properties+=("$name")
      continue
    fi
    file=$(find "$ROOT/agent" "$ROOT/modules" -path '*/src/test/java/*' -name "${name%%#*}.java" -print -quit)
    [[ -n $file ]] || usage "there is no test class ${name%%#*}"
    files+=("$file") modules+=("$(realpath --relative-to="$ROOT" "${file%%/src/test/*}")")
    # the star, because Surefire does not look for a method in nested classes by itself
    classes+=("${name/\#/*#}")
  done
  need jdk mvn
  if needs_lab "${files[@]}"; then open_lab "${files[@]}"; fi
  remove_reports
  attempt "testing ${classes[*]}" maven -pl "$(joined "${modules[@]}")" -am -Dtest="$(joined "${classes[@]}")" \
    -Dsurefire.failIfNoSpecifiedTests=false -Derror.prone=-parameters "${properties[@]}" test
  count_reports
  if ((PASSED + FAILED + SKIPPED == 0)); then fail "no test of that name: ${classes[0]}"; fi
  clean_up
  if ((FAILED)); then show_reports; fi
  summary
}

joined() { local IFS=, && echo "$*"; }

# Unit tests need no engine, no registry and no address with the hub's ports
needs_lab() { # SOURCE FILE...
  local file
  for file; do
    if [[ $file != *Test.java ]]; then return 0; fi
  done
  return 1
}

# Engine, registry, hub address and images, as the environment variables that the tests read
open_lab() { # [SOURCE FILE OF A TEST]...
  need docker curl htpasswd ip
  engine
  registry
  hub_address
  step "making two images for the tests" test_images
  test_environment
  if (($#)) && grep -qE 'SdkImage.node|NodeProgram' "$@"; then
    need node npm
    install_node_clients
  fi
  if (($#)) && grep -q TinyProxy "$@"; then need tinyproxy; fi
  if (($#)) && grep -q mosquitto_pub "$@"; then need mosquitto_pub; fi
  if [[ "$*" == */PodmanEngine.java* ]]; then open_podman; fi
}

# What failed, as JUnit tells it, and where the rest is
show_reports() {
  local report
  while read -r report; do
    headline "${report#"$ROOT"/}"
    head -n 60 "$report"
    if [[ -e ${report%.txt}-output.txt ]]; then say "what it printed: ${report%.txt}-output.txt"; fi
  done < <(find "$ROOT/agent" "$ROOT/modules" -path '*/target/surefire-reports/*.txt' ! -name '*-output.txt' \
    -exec grep -lE 'FAILURE!|ERROR!' {} + || true)
}
