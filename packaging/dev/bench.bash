# ./dev bench: memory, CPU, and times from a twin change to a running container.

cmd_bench() {
  options "runs= idle= modules= arm hub" "$@"
  if [[ -n ${OPTION[hub]:-} ]]; then
    bench_hub
    return
  fi
  if [[ -n ${OPTION[arm]:-} ]]; then
    bench_board
    return
  fi
  local runs=${OPTION[runs]:-10} image=edge-agent-bench-$RUN_ID
  MODULES=${OPTION[modules]:-3}
  need docker curl jq ip
  build_if_changed
  engine
  on_exit remove_images "$image"
  step "making two local images" busybox_images "$image"
  start_all
  measure_starts 4
  deploy bench_modules "$image:1"
  follow_deployment $((60 + 3 * MODULES)) || die 1 "the modules do not run; logs are in $LOGS"
  measure_idle "${OPTION[idle]:-60}"
  say "changing the twin $runs times, and $runs times plain docker run"
  measure_flips "$image" "$runs"
  measure_docker_run "$image" "$runs"
  measure_ten "$image"
  report_bench
}

bench_modules() { # IMAGE of the module that changes
  jq -n --arg image "$1" --argjson modules "$MODULES" '[{name: "flip", image: $image},
    (range(1; $modules) | {name: "idle-\(.)", image: ($image | sub(":.$"; ":1"))})] |
    map({key: (.name + "-'"$RUN_ID"'"), value: {type: "docker", status: "running", restartPolicy: "always",
      imagePullPolicy: "never", settings: {image}}}) | from_entries'
}

median() { sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }

measure_starts() { # TIMES: starts the agent anew, the last one stays
  local n begin times=()
  say "starting the agent $1 times"
  for ((n = 0; n < $1; n++)); do
    stop_agent
    begin=$(now_ms)
    start_agent
    until agent_is_ready; do
      kill -0 "$AGENT" || die 1 "the agent ended: $(tail -n 3 "$LOGS/agent.log")"
      sleep 0.01
    done
    times+=($(($(now_ms) - begin)))
  done
  READY_MS=$(printf '%s\n' "${times[@]}" | median)
}

cpu_ticks() { awk '{ print $14 + $15 }' "/proc/$AGENT/stat"; }
memory_mb() { awk -v key="$1:" '$1 == key { printf "%.1f", $2 / 1024 }' "/proc/$AGENT/smaps_rollup"; }

measure_idle() { # SECONDS
  local before
  before=$(cpu_ticks)
  step "watching the idle agent with $MODULES modules for $1 s" sleep "$1"
  IDLE_CPU_S=$(awk -v ticks=$(($(cpu_ticks) - before)) -v hz="$(getconf CLK_TCK)" 'BEGIN { printf "%.2f", ticks / hz }')
  PSS_MB=$(memory_mb Pss) RSS_MB=$(memory_mb Rss)
  THREADS=$(awk '$1 == "Threads:" { print $2 }' "/proc/$AGENT/status")
}

# The end is the engine's own StartedAt in both cases, so that polling and the client's exit do not count
started_ms() { date -d "$(docker inspect --format '{{.State.StartedAt}}' "$1")" +%s%3N; }

# parts NAME BEGIN_MS: a line for each thing that the engine did with the containers of this name since, up to the start: what it
# was, and the milliseconds since the one before. The first has the way from the hub to the engine in it, and our planning.
parts() {
  docker events --since "$(($2 / 1000)).$(printf '%03d' $(($2 % 1000)))" --until "$(date +%s.%N)" --filter type=container \
    --format '{{.TimeNano}} {{.Action}} {{.Actor.Attributes.name}}' |
    awk -v name="$1" -v last="$2" '!done && index($3, name) == 1 {
      printf "%s %.0f\n", $2, $1 / 1e6 - last
      last = $1 / 1e6
      done = $2 == "start"
    }'
}

# In the order in which they first came, each with its median
parts_json() { # FILE
  local action
  awk '!seen[$1]++ { print $1 }' "$1" | while read -r action; do
    echo "{\"$action\": $(awk -v action="$action" '$1 == action { print $2 }' "$1" | median)}"
  done | jq -cs 'add // {}'
}

measure_flips() { # IMAGE RUNS
  local n tag begin times=() name=flip-$RUN_ID
  for ((n = 0; n < $2; n++)); do
    tag=$((2 - n % 2))
    write_deployment bench_modules "$1:$tag"
    begin=$(now_ms)
    apply_deployment
    # seldom: on a small machine each look would cost the agent a part of the CPU
    until [[ $(docker inspect --format '{{.Config.Image}} {{.State.Running}}' "$name" 2>/dev/null) == "$1:$tag true" ]]; do
      (($(now_ms) - begin < 60000)) || die 1 "the agent did not follow a twin change; logs are in $LOGS"
      sleep 0.5
    done
    times+=($(($(started_ms "$name") - begin)))
    follow_deployment 60 >>"$LOGS/dev.log" # the next one starts from rest
    parts "$name" "$begin" >>"$RUN/twin-parts"
  done
  TWIN_MS=$(printf '%s\n' "${times[@]}" | median)
  TWIN_PARTS=$(parts_json "$RUN/twin-parts")
}

measure_docker_run() { # IMAGE RUNS
  local n begin times=() name=run-$RUN_ID
  for ((n = 0; n < $2; n++)); do
    begin=$(now_ms)
    docker run -d --label "$LABEL=$RUN_ID" --name "$name" "$1:1" >>"$LOGS/dev.log"
    times+=($(($(started_ms "$name") - begin)))
    parts "$name" "$begin" >>"$RUN/run-parts"
    docker rm -f "$name" >>"$LOGS/dev.log"
  done
  DOCKER_RUN_MS=$(printf '%s\n' "${times[@]}" | median)
  RUN_PARTS=$(parts_json "$RUN/run-parts")
}

# Ten new modules of one startup group, which start side by side, and ten containers started one after the other
measure_ten() { # IMAGE
  local n names=() before=$MODULES
  MODULES=$((MODULES + 10))
  deploy bench_modules "$1:1"
  follow_deployment 120 >>"$LOGS/dev.log" || die 1 "ten more modules do not run; logs are in $LOGS"
  for ((n = before; n < MODULES; n++)); do names+=("idle-$n-$RUN_ID"); done
  TEN_MS=$(span_ms "${names[@]}")
  MODULES=$before
  names=()
  for ((n = 0; n < 10; n++)); do
    names+=("ten-$n-$RUN_ID")
    docker run -d --label "$LABEL=$RUN_ID" --name "ten-$n-$RUN_ID" "$1:1" >>"$LOGS/dev.log"
  done
  TEN_RUN_MS=$(span_ms "${names[@]}")
  docker rm -f "${names[@]}" >>"$LOGS/dev.log"
}

# From the first create to the last start
span_ms() { # CONTAINER...
  docker inspect --format '{{.Created}} {{.State.StartedAt}}' "$@" | while read -r created started; do
    echo "$(date -d "$created" +%s%3N) $(date -d "$started" +%s%3N)"
  done | awk '{ if (NR == 1 || $1 < first) first = $1; if ($2 > last) last = $2 } END { print last - first }'
}

this_machine() {
  if [[ -e /proc/device-tree/model ]]; then printf '%s, ' "$(tr -d '\0' </proc/device-tree/model)"; fi
  echo "$(uname -m), $(nproc) cores, $(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo), Linux $(uname -r)"
}

report_bench() {
  local machine
  machine=$(this_machine)
  mkdir -p "$ROOT/target/bench"
  jq -n --arg date "$(date -I)" --arg machine "$machine" --argjson jar "$(stat -c %s "$AGENT_JAR")" --argjson pss "$PSS_MB" \
    --argjson rss "$RSS_MB" --argjson threads "$THREADS" --argjson cpu "$IDLE_CPU_S" --argjson ready "$READY_MS" \
    --argjson twin "$TWIN_MS" --argjson run "$DOCKER_RUN_MS" --argjson modules "$MODULES" \
    --argjson twin_parts "$TWIN_PARTS" --argjson run_parts "$RUN_PARTS" --argjson ten "$TEN_MS" --argjson ten_run "$TEN_RUN_MS" '{date: $date, machine: $machine,
      modules: $modules,
      jar_mb: ($jar / 10485.76 | round / 100), pss_mb: $pss, rss_mb: $rss, threads: $threads, idle_cpu_s: $cpu,
      ready_s: ($ready / 1000), twin_to_running_ms: $twin, docker_run_ms: $run,
      twin_parts_ms: $twin_parts, docker_run_parts_ms: $run_parts,
      ten_modules_ms: $ten, ten_docker_runs_ms: $ten_run}' >"$ROOT/target/bench/bench.json"
  headline "Idle agent with $MODULES modules, $machine"
  jq -r '"memory, PSS|\(.pss_mb) MB", "memory, RSS|\(.rss_mb) MB", "threads|\(.threads)", "CPU while idle|\(.idle_cpu_s) s",
    "start to ready|\(.ready_s) s", "twin change to running container|\(.twin_to_running_ms) ms",
    (.twin_parts_ms | to_entries[] | "  until the engine said \(.key)|\(.value) ms"),
    "plain docker run|\(.docker_run_ms) ms",
    (.docker_run_parts_ms | to_entries[] | "  until the engine said \(.key)|\(.value) ms"),
    "ten new modules, side by side|\(.ten_modules_ms) ms", "ten times docker run|\(.ten_docker_runs_ms) ms", "jar|\(.jar_mb) MB"' "$ROOT/target/bench/bench.json" |
    while IFS='|' read -r what value; do printf '  %-34s %10s\n' "$what" "$value"; done
  say "written to target/bench/bench.json"
}
