# The checks "java" and "node": all Maven modules, and the local hub with Azure's clients for Node.js.

check_java() {
  need jdk mvn openssl node npm tinyproxy mosquitto_pub
  open_lab
  install_node_clients
  remove_reports
  # CI: look at the format of the sources instead of changing it. Failed tests do not keep Maven from making the jars.
  CI=true attempt "building and testing all Maven modules" maven -fae -Pcoverage -Dmaven.test.failure.ignore=true verify
  if ((OUTCOME == 0)); then
    touch "$ROOT/target/built"
    try_again
  fi
  count_reports
  show_coverage
}

remove_reports() {
  find "$ROOT/agent" "$ROOT/modules" -path '*/target/*' \( -name surefire-reports -o -name failsafe-reports \) -prune -exec rm -rf {} +
}

# A class with a failed test runs once more, alone: a crowded machine may have been the reason. What passes then is told at the end, because
# the test, or the product, has a fault all the same. More than three classes are no accident.
try_again() {
  local class classes=() first=() modules=() aside=$RUN/first-reports
  list_reports -exec grep -lE '<(failure|error)[ >/]' {} + >"$RUN/failed-reports" || true
  mapfile -t classes < <(sed -E 's|.*/TEST-||; s|(\$.*)?\.xml$||; s|.*\.||' "$RUN/failed-reports" | sort -u)
  ((${#classes[@]} >= 1 && ${#classes[@]} <= 3)) || return 0
  mapfile -t modules < <(sed "s|/target/.*||; s|^$ROOT/||" "$RUN/failed-reports" | sort -u)
  mapfile -t first < <(read_reports | sed -n 's/^failed //p')
  mkdir -p "$aside"
  for class in "${classes[@]}"; do
    list_reports \( -name "TEST-*.$class.xml" -o -name "TEST-*.$class\$*.xml" \) -exec mv -t "$aside" {} +
  done
  attempt "failed, testing once more: ${classes[*]}" maven -pl "$(joined "${modules[@]}")" -am \
    -Dtest="$(joined "${classes[@]}")" -Dsurefire.failIfNoSpecifiedTests=false -Dmaven.test.failure.ignore=true test
  for class in "${classes[@]}"; do
    if [[ -z $(list_reports -name "TEST-*.$class.xml") ]]; then
      fail "$class failed, and did not run a second time"
      return
    fi
  done
  second_try "${first[@]}"
}

list_reports() { find "$ROOT/agent" "$ROOT/modules" -path '*/target/*-reports/TEST-*.xml' "$@"; }

# A figure to look at, nothing that decides
show_coverage() {
  local files
  mapfile -t files < <(find "$ROOT/agent" "$ROOT/modules" -path '*/target/site/jacoco/jacoco.csv')
  ((${#files[@]})) || return 0
  awk -F, '$4 + 0 == $4 { missed += $8; covered += $9 }
    END { if (covered) printf "  lines that tests in the same process reach: %d of %d, %d %%\n",
      covered, covered + missed, 100 * covered / (covered + missed) }' "${files[@]}"
}

test_environment() {
  export EDGE_TEST_ENGINE=$DOCKER_HOST EDGE_TEST_HUB_ADDRESS=$HUB_ADDRESS EDGE_TEST_REGISTRY=$REGISTRY \
    EDGE_TEST_REGISTRY_USER=$REGISTRY_USER EDGE_TEST_REGISTRY_PASSWORD=$REGISTRY_PASSWORD
}

test_images() {
  busybox_images "$REGISTRY/busybox"
  push busybox:1 busybox:2
}

# Adds up what Surefire and Failsafe wrote, case by case: their totals leave out tests in nested classes. A Maven that failed without a failed test, say of the compiler's warnings, counts as one.
count_reports() {
  local tests=0 failed=0 skipped=0 name found=0
  read_reports >"$RUN/reports"
  while read -r word name; do
    if [[ $word == failed ]]; then failure "$name"; else
      read -r tests failed skipped <<<"$name"
      found=$((found + failed))
      count $((tests - failed - skipped)) "$failed" "$skipped"
      say "  $(result $((tests - failed - skipped)) "$failed" "$skipped")"
    fi
  done <"$RUN/reports"
  if ((OUTCOME != 0 && found == 0)); then
    fail "Maven failed: $(grep -m 1 '\[ERROR\]' "$LOGS/dev.log" || echo "see $LOGS/dev.log")"
  fi
}

# "failed TEST: MESSAGE" for each failed test, then "total TESTS FAILED SKIPPED"
read_reports() {
  list_reports -exec awk '
    function attribute(name) {
      return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : ""
    }
    cdata { if (/\]\]>/) cdata = 0; next } # what a test printed
    /<testcase / { tests++; test = attribute("classname") "." attribute("name") }
    /<skipped[ >\/]/ && test != "" { skipped++; test = "" }
    /<(failure|error)[ >\/]/ && test != "" { failed++; print "failed " test ": " substr(attribute("message"), 1, 200); test = "" }
    /<!\[CDATA\[/ && !/\]\]>/ { cdata = 1 }
    END { print "total " tests + 0, failed + 0, skipped + 0 }' {} +
}

# For the tests of the local hub, and for a module that the agent's tests run in a container
install_node_clients() {
  attempt "installing Azure's clients for Node.js" npm --prefix "$NODE_TESTS" ci --no-audit --no-fund
  NODE_CLIENTS=$OUTCOME
}

# Azure's clients for Node.js against the local hub
check_node() {
  need node npm curl
  build_if_changed
  engine
  hub_address
  install_node_clients
  ((NODE_CLIENTS == 0)) || die 1 "Azure's clients for Node.js could not be installed"
  start_hub
  export EDGE_SIM_HOST=$HUB_ADDRESS EDGE_SIM_STATE=$HUB
  attempt "testing the local hub with Azure's clients for Node.js" node_tests "$NODE_TESTS"
  count_tap
}

node_tests() { (cd "$1" && NODE_EXTRA_CA_CERTS=$HUB/ca.pem node --test --test-reporter=tap) | tee "$RUN/tap"; }

count_tap() {
  local passed failed skipped line
  passed=$(tap_total pass) failed=$(($(tap_total fail) + $(tap_total cancelled))) skipped=$(($(tap_total skipped) + $(tap_total todo)))
  if ((OUTCOME != 0 && failed == 0)); then failed=1; fi
  count "$passed" "$failed" "$skipped"
  say "  $(result "$passed" "$failed" "$skipped")"
  while read -r line; do failure "$line"; done < <(sed -nE 's/^ *not ok [0-9]+ - (.*)/node: \1/p' "$RUN/tap")
}

tap_total() { awk -v word="$1" '$1 == "#" && $2 == word { n = $3 } END { print n + 0 }' "$RUN/tap"; }
