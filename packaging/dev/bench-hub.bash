# ./dev bench --hub: the built-in hub beside mosquitto, and what it adds to the agent.

HUB_CLIENTS=50 HUB_PUBLISHERS=20 STORED=100000 LEAVES=100

bench_hub() {
  local image=edge-agent-bench-$RUN_ID
  need jdk mvn docker curl jq ip openssl node npm
  build_if_changed
  compile_load
  install_node_clients
  engine
  on_exit remove_images "$image"
  step "making two local images" busybox_images "$image"
  FIGURES=$RUN/hub.jsonl
  LOAD_BEFORE=$(cut -d ' ' -f 1 /proc/loadavg)
  hub_config
  mosquittos
  start_all
  on_exit stop_holding
  total_memory "$image:1"
  added_memory "$image:1"
  amqp_memory
  leaf_memory
  speeds
  store_of_many
  report_hub
}

# Room for what waits, whatever this machine's disk has
hub_config() {
  AGENT_CONFIG=$RUN/config.toml
  printf '[hub]\nmax_store_mb = 4000\n' >"$AGENT_CONFIG"
}

figure() { # NAME JSON
  printf '{"%s": %s}\n' "$1" "$2" >>"$FIGURES"
}

# The load program, of the simulator's tests
LOAD=(java -XX:+UseSerialGC -Xmx512m -cp "$ROOT/agent/simulator/target/test-classes:$HUB_JAR" io.edgeagent.load.Load)

compile_load() {
  local classes=$ROOT/agent/simulator/target/test-classes/io/edgeagent/load
  if [[ ! -e $classes/Load.class || -n $(find "$ROOT/agent/simulator/src/test/java/io/edgeagent/load" -newer "$classes/Load.class") ]]; then
    step "compiling the load program" maven -q -pl agent/protocol,agent/simulator test-compile
  fi
}

load_to() { # FILE COMMAND NUMBER...: its result
  "${LOAD[@]}" "$2" "$RUN/identities.json" "$HUB_ADDRESS" "${@:3}" >"$1"
}

# The modules' ids and keys from the local IoT Hub, as the agent has written them there; what modules trust, from a socket of theirs
load_identities() {
  local socket
  hub GET "devices/$DEVICE/modules" >"$RUN/identities.json"
  socket=$(find "$RUN/agent/workload" -type s -print -quit)
  curl -sS --fail --unix-socket "$socket" 'http://localhost/trust-bundle?api-version=2019-11-05' |
    jq -r .certificate >"$RUN/edge-ca.pem"
  TARGET=hub,$(docker network inspect --format '{{(index .IPAM.Config 0).Gateway}}' "$AGENT_NETWORK"),8883,$RUN/edge-ca.pem
}

# hub_modules IMAGE COUNT: three that run, and names for the others: a stopped module has an identity and costs nothing
hub_modules() {
  jq -n --arg image "$1" --argjson count "$2" '[range($count) | {key: "load-\(. + 10)-'"$RUN_ID"'", value: {type: "docker",
    status: (if . < 3 then "running" else "stopped" end), restartPolicy: "always", imagePullPolicy: "never",
    settings: {image: $image}}}] | from_entries'
}

deploy_load() { # IMAGE COUNT
  ROUTES='{"kept": "FROM /messages/* WHERE $outputName = \"kept\" INTO BrokeredEndpoint(\"/modules/absent/inputs/in\")",
    "ping": "FROM /messages/modules/load-10-'"$RUN_ID"'/outputs/ping INTO BrokeredEndpoint(\"/modules/load-11-'"$RUN_ID"'/inputs/in\")"}'
  deploy hub_modules "$1" "$2"
  step "deploying $2 modules, three of them running" until_true 120 is_deployed
}

is_deployed() {
  hub GET "twins/$DEVICE/modules/%24edgeAgent" | jq -e '.properties as $p |
    $p.reported.lastDesiredVersion == $p.desired["$version"] and
    all($p.desired.modules | to_entries[]; ($p.reported.modules[.key].runtimeStatus // "") == .value.status)' >/dev/null
}

restart_agent() { # on|off
  stop_agent
  EDGE_AGENT_HUB=$1 start_agent
  step "starting the agent with EDGE_AGENT_HUB=$1" until_ready "$AGENT" "$LOGS/agent.log" 60 agent_is_ready
  step "waiting until all modules are as deployed" until_true 120 is_deployed
  if [[ $1 == on ]]; then step "waiting for the hub" until_ready "$AGENT" "$LOGS/agent.log" 60 hub_listens; fi
}

hub_listens() { grep -q "event=hub_listens address=$(cut -d , -f 2 <<<"$TARGET"):8883" "$LOGS/agent.log"; }

# They are made anew for it, one after another
containers_know_the_hub() {
  (($(docker ps -aq --filter "network=$AGENT_NETWORK" | xargs docker inspect --format '{{.Config.Env}}' |
    grep -c IOTEDGE_GATEWAYHOSTNAME) == HUB_CLIENTS))
}

HOLDER=

hold_clients() { # COUNT: connects so many modules, which stay
  stop_holding
  hold "$1 modules" "${LOAD[@]}" hold "$RUN/identities.json" "$HUB_ADDRESS" "$1" "$TARGET"
}

hold() { # WHAT COMMAND...: runs a program that keeps clients connected until it is stopped
  serve "${@:2}" >"$LOGS/hold.log" 2>&1
  HOLDER=$SPAWNED
  step "connecting $1" until_ready "$HOLDER" "$LOGS/hold.log" 60 grep -q READY "$LOGS/hold.log"
}

amqp_load() { # hold|rate COUNT [WINDOW SECONDS]: sets COMMAND_OF_LOAD to the load by AMQP
  COMMAND_OF_LOAD=(node "$NODE_TESTS/amqp-load.js" "$1" "$RUN/identities.json" "$HUB_ADDRESS" "$2"
    "$(cut -d , -f 2 <<<"$TARGET")" "$RUN/edge-ca.pem" "${@:3}")
}

stop_holding() {
  [[ -z $HOLDER ]] || stop "$HOLDER"
  HOLDER=
}

rest() { # SECONDS WHAT
  step "watching the agent $2 for $1 s" sleep "$1"
}

# Three connected modules, and nothing else
total_memory() { # IMAGE
  local before
  deploy_load "$1" 3
  load_identities
  restart_agent on
  hold_clients 3
  rest 15 "with three connected modules"
  before=$(cpu_ticks)
  rest 20 "with three connected modules"
  figure idle_cpu_s_per_minute "$(awk -v ticks=$(($(cpu_ticks) - before)) -v hz="$(getconf CLK_TCK)" \
    'BEGIN { printf "%.2f", 3 * ticks / hz }')"
  figure pss_total_mb "$(memory_mb Pss)"
  stop_holding
}

# The same deployment without the hub and with it
added_memory() { # IMAGE
  local clients
  stop_agent
  EDGE_AGENT_HUB=off start_agent
  step "starting the agent with EDGE_AGENT_HUB=off" until_ready "$AGENT" "$LOGS/agent.log" 60 agent_is_ready
  deploy_load "$1" "$HUB_CLIENTS"
  load_identities
  restart_agent off
  rest 20 "without the hub"
  figure pss_without_hub_mb "$(memory_mb Pss)"
  restart_agent on
  step "waiting until all containers know the hub" until_true 180 containers_know_the_hub
  restart_agent on
  for clients in 0 10 "$HUB_CLIENTS"; do
    if ((clients)); then hold_clients "$clients"; fi
    rest 15 "with $clients clients"
    figure "pss_${clients}_clients_mb" "$(memory_mb Pss)"
  done
  stop_holding
}

# What clients of AMQP add to a hub that has none
amqp_memory() {
  restart_agent on
  rest 15 "with no client of AMQP"
  figure pss_0_amqp_clients_mb "$(memory_mb Pss)"
  amqp_load hold 10
  hold "10 modules by AMQP" "${COMMAND_OF_LOAD[@]}"
  rest 15 "with 10 clients of AMQP"
  figure pss_10_amqp_clients_mb "$(memory_mb Pss)"
  stop_holding
}

# Devices behind the board, each with its own link to the IoT Hub
leaf_memory() {
  step "registering $LEAVES devices below the board" register_leaves
  restart_agent on
  rest 15 "with no device behind it"
  figure pss_0_leaves_mb "$(memory_mb Pss)"
  figure threads_0_leaves "$(agent_threads)"
  hold "$LEAVES devices" "${LOAD[@]}" hold "$RUN/leaves.json" "$HUB_ADDRESS" "$LEAVES" "$TARGET"
  step "waiting until all their links are up" until_true 120 links_are_up
  rest 15 "with $LEAVES devices behind it"
  figure pss_leaves_mb "$(memory_mb Pss)"
  figure threads_leaves "$(agent_threads)"
  stop_holding
}

register_leaves() {
  local scope n
  scope=$(hub GET "devices/$DEVICE" | jq -r .deviceScope)
  for ((n = 0; n < LEAVES; n++)); do
    hub PUT "devices/leaf-$n" --data "$(jq -n --arg id "leaf-$n" --arg scope "$scope" '{deviceId: $id, deviceScope: $scope}')"
  done | jq -s . >"$RUN/leaves.json"
}

links_are_up() { (($(grep -c 'event=upstream_up client=leaf-' "$LOGS/agent.log") >= LEAVES)); }

agent_threads() { awk '$1 == "Threads:" { print $2 }' "/proc/$AGENT/status"; }

# Runs on, and keeps the most of what it saw
watch_memory() { # PID FILE
  local now most=0
  while now=$(awk '$1 == "Pss:" { print $2 }' "/proc/$1/smaps_rollup" 2>/dev/null); do
    if ((now > most)); then
      most=$now
      echo "$most" >"$2"
    fi
    sleep 1
  done
}

speeds() {
  local watcher
  serve bash -c "$(declare -f watch_memory); watch_memory \"\$@\"" watch_memory "$AGENT" "$RUN/pss-load"
  watcher=$SPAWNED
  against_mosquitto window_20 20
  against_mosquitto one_at_a_time 1
  amqp_load rate "$HUB_PUBLISHERS" 20 3
  step "$HUB_PUBLISHERS publishers by AMQP, 20 in flight each" amqp_load_to "$RUN/amqp.json"
  figure amqp_window_20 "$(<"$RUN/amqp.json")"
  stop "$watcher"
  figure pss_under_load_mb "$(awk '{ printf "%.1f", $1 / 1024 }' "$RUN/pss-load")"
  step "module to module, 100 messages a second" load_to "$RUN/latency.json" latency 5 "$TARGET"
  figure module_to_module "$(<"$RUN/latency.json")"
  under_attack
}

# The same while a client means harm. It is nice, because on a board it would be another machine
under_attack() {
  local attack
  serve nice -n 19 java -XX:+UseSerialGC -Xmx128m -cp "$ROOT/agent/simulator/target/test-classes:$HUB_JAR" io.edgeagent.load.Attack \
    "$RUN/identities.json" "$HUB_ADDRESS" "$TARGET" >"$LOGS/attack.log" 2>&1
  attack=$SPAWNED
  step "attacking the hub" until_ready "$attack" "$LOGS/attack.log" 60 grep -q READY "$LOGS/attack.log"
  step "module to module under attack" load_to "$RUN/attacked.json" latency 5 "$TARGET"
  stop "$attack"
  figure under_attack "$(<"$RUN/attacked.json")"
}

amqp_load_to() { "${COMMAND_OF_LOAD[@]}" >"$1"; } # FILE

# against_mosquitto NAME WINDOW: one load program, three brokers, in turns
against_mosquitto() {
  step "$HUB_PUBLISHERS publishers, $2 in flight each: the hub, mosquitto, mosquitto that persists" \
    load_to "$RUN/$1.json" compare "$2" 3 3 "$TARGET" "$MEMORY" "$PERSISTENT"
  figure "$1" "$(<"$RUN/$1.json")"
}

# Messages that wait: what they cost the disk, and the next start
store_of_many() {
  local before
  stop_agent
  rm -rf "$RUN/agent/hub/messages"
  disk_for_messages
  EDGE_AGENT_HUB=on start_agent
  step "starting the agent with an empty store" until_ready "$AGENT" "$LOGS/agent.log" 60 hub_listens
  before=$(written_bytes)
  step "storing $STORED messages" load_to "$RUN/stored.json" fill "$STORED" "$TARGET"
  figure disk_bytes_per_message "$(jq --argjson bytes $(($(written_bytes) - before)) '$bytes / .messages | round' "$RUN/stored.json")"
  stop_agent
  EDGE_AGENT_HUB=on start_agent
  step "starting the agent with $STORED messages" until_ready "$AGENT" "$LOGS/agent.log" 60 hub_listens
  figure stored_messages "$(hub_started waiting)"
  figure open_100k_ms "$(hub_started opened_store_ms)"
  stop_agent
}

# A disk of its own for the store, so that all that is written to it can be counted, the file system's own bytes too. Where this is not
# possible the kernel's count for the process is taken, which counts too much: a change of a page as a change of all that is cached with it.
disk_for_messages() {
  need mkfs.ext4
  MESSAGES_DISK='' COUNTED_BY="the process's write_bytes"
  mkdir -p "$RUN/agent/hub/messages"
  truncate -s 1G "$RUN/messages.img"
  if root_is_possible &&
    mkfs.ext4 -q -F -E "lazy_itable_init=0,lazy_journal_init=0,root_owner=$(id -u):$(id -g)" "$RUN/messages.img" &&
    as_root mount -o loop "$RUN/messages.img" "$RUN/agent/hub/messages"; then
    on_exit as_root umount -l "$RUN/agent/hub/messages" # the agent may still be there
    MESSAGES_DISK=$(findmnt -no SOURCE "$RUN/agent/hub/messages") COUNTED_BY="the sectors written to a loop device"
  fi 2>>"$LOGS/dev.log"
}

written_bytes() {
  if [[ -n $MESSAGES_DISK ]]; then
    sync -f "$RUN/agent/hub/messages"
    awk '{ print 512 * $7 }' "/sys/class/block/${MESSAGES_DISK#/dev/}/stat"
  else
    awk '$1 == "write_bytes:" { print $2 }' "/proc/$AGENT/io"
  fi
}

hub_started() { sed -nE "s/.*event=hub_started .*\b$1=([0-9]+).*/\1/p" "$LOGS/agent.log"; } # NAME of the number

# Two brokers of Debian's package: MEMORY keeps everything in memory, PERSISTENT writes as durably as it can be told to. Both have
# TLS as their package has it, and a certificate like the hub's. Sets the two as targets of the load.
mosquittos() {
  local program plugin
  program=$(mosquitto_program)
  step "making their certificate" mosquitto_certificate
  MOSQUITTO_VERSION=$({ "$program" -h || true; } | awk 'NR == 1 { print $3 }') # its help exits with 3
  start_mosquitto "$program" memory "persistence false"
  MEMORY=$STARTED
  plugin=$(find /usr/lib "${program%/usr/sbin/*}/usr/lib" -name mosquitto_persist_sqlite.so -print -quit 2>/dev/null)
  if [[ -n $plugin ]]; then
    PERSISTS="its SQLite plugin, sync full"
    start_mosquitto "$program" persistent "plugin $plugin" "plugin_opt_sync full" "plugin_opt_flush_period 0"
  else
    PERSISTS="saves after each change"
    start_mosquitto "$program" persistent "persistence true" "autosave_on_changes true" "autosave_interval 1"
  fi
  PERSISTENT=$STARTED
}

# Installing the package would start a service on port 1883
mosquitto_program() {
  local libraries
  if command -v mosquitto; then return; fi
  if ! has apt-get || ! root_is_possible; then die 3 "mosquitto is needed: install it"; fi
  say "missing: mosquitto (a broker to compare the hub with); it is unpacked beside the system" >&2
  if ! apt-cache show mosquitto >/dev/null 2>&1; then as_root apt-get update >&2; fi
  read -ra libraries < <(apt-cache depends mosquitto | awk '$1 == "Depends:" && $2 ~ /^lib/ { printf "%s ", $2 } END { print "" }')
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600 \
    "${libraries[@]}" >>"$LOGS/dev.log" 2>&1
  borrow mosquitto usr/sbin/mosquitto 2>>"$LOGS/dev.log"
}

mosquitto_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$RUN/mosquitto.key" -out "$RUN/mosquitto.pem"
}

start_mosquitto() { # PROGRAM NAME LINE OF ITS CONFIGURATION...
  local port
  port=$(free_port)
  mkdir "$RUN/mosquitto-$2"
  printf '%s\n' "listener $port 127.0.0.1" "certfile $RUN/mosquitto.pem" "keyfile $RUN/mosquitto.key" "allow_anonymous true" \
    "user $(id -un)" "max_inflight_messages 100" "max_queued_messages 0" "set_tcp_nodelay true" "log_type error" \
    "persistence_location $RUN/mosquitto-$2/" "${@:3}" >"$RUN/mosquitto-$2.conf"
  serve "$1" -c "$RUN/mosquitto-$2.conf" >"$LOGS/mosquitto-$2.log" 2>&1
  on_exit stop "$SPAWNED"
  step "starting mosquitto $MOSQUITTO_VERSION, $2" until_ready "$SPAWNED" "$LOGS/mosquitto-$2.log" 20 port_is_taken "$port"
  STARTED=$2,127.0.0.1,$port,$RUN/mosquitto.pem
}

port_is_taken() { ! port_is_free "$1"; }

report_hub() {
  local machine file=$ROOT/target/bench/hub.json
  machine=$(this_machine)
  mkdir -p "$ROOT/target/bench"
  jq -s --arg date "$(date -I)" --arg machine "$machine" --arg mosquitto "$MOSQUITTO_VERSION" --arg persists "$PERSISTS" \
    --arg load "$LOAD_BEFORE" --arg counted "$COUNTED_BY" 'def median: sort | .[length / 2 | floor];
    def ratio(other): (.hub.rates | median) / ([other.rates | median, 1] | max) * 100 | round / 100;
    add | . as $all | {date: $date, machine: $machine, load_before: ($load | tonumber), mosquitto: $mosquitto,
      mosquitto_persists_by: $persists, disk_bytes_counted_by: $counted,
      ratio_mosquitto: (.window_20 | ratio(.memory)), ratio_mosquitto_persistent: (.window_20 | ratio(.persistent)),
      ratio_one_at_a_time: (.one_at_a_time | ratio(.memory)),
      ratio_one_at_a_time_persistent: (.one_at_a_time | ratio(.persistent)),
      messages_a_second: (.window_20 | map_values(.rates | median)),
      messages_a_second_one_at_a_time: (.one_at_a_time | map_values(.rates | median)),
      pss_added_mb: (([.pss_0_clients_mb, .pss_10_clients_mb, .pss_50_clients_mb, .pss_under_load_mb] | max) -
        .pss_without_hub_mb | . * 10 | round / 10)} + .' "$FIGURES" >"$file"
  headline "The built-in hub beside mosquitto $MOSQUITTO_VERSION, $machine, load $LOAD_BEFORE before"
  jq -r 'def row(what; value; goal; met): "\(what)|\(value)|\(goal)|\(if met then "met" else "not met" end)";
    def plain(what; value): "\(what)|\(value)||";
    def within(base): . - base | . * 10 | round / 10;
    row("20 in flight, to mosquitto in memory"; "\(.ratio_mosquitto) x"; "1.5 x"; .ratio_mosquitto >= 1.5),
    row("20 in flight, to mosquitto that persists"; "\(.ratio_mosquitto_persistent) x"; "4 x"; .ratio_mosquitto_persistent >= 4),
    row("one at a time, to mosquitto in memory"; "\(.ratio_one_at_a_time) x"; "0.4 x"; .ratio_one_at_a_time >= 0.4),
    plain("one at a time, to mosquitto that persists"; "\(.ratio_one_at_a_time_persistent) x"),
    (.messages_a_second | plain("20 in flight: hub, memory, persists"; "\(.hub) \(.memory) \(.persistent) /s")),
    (.messages_a_second_one_at_a_time | plain("one at a time: hub, memory, persists"; "\(.hub) \(.memory) \(.persistent) /s")),
    plain("CPU of the load program, beside the hub"; "\(.window_20.hub.load_cpu * 100 | round) %"),
    plain("20 in flight by AMQP"; "\(.amqp_window_20.rates | sort | .[1]) /s"),
    plain("CPU of the load by AMQP"; "\(.amqp_window_20.load_cpu * 100 | round) %"),
    plain("CPU of the load program, beside mosquitto"; "\(.window_20.memory.load_cpu * 100 | round) %"),
    plain("module to module, p50"; "\(.module_to_module.p50_ms * 100 | round / 100) ms"),
    plain("module to module, p99"; "\(.module_to_module.p99_ms * 100 | round / 100) ms"),
    row("  under attack, p99"; "\(.under_attack.p99_ms * 100 | round / 100) ms"; "2 x"; .under_attack.p99_ms <= 2 * .module_to_module.p99_ms),
    row("written to disk for a message of 256 B"; "\(.disk_bytes_per_message) B"; "768 B"; .disk_bytes_per_message < 768),
    row("opening \(.stored_messages) messages"; "\(.open_100k_ms) ms"; "1000 ms"; .open_100k_ms < 1000),
    plain("PSS of the agent without the hub"; "\(.pss_without_hub_mb) MB"),
    (.pss_without_hub_mb as $base |
      row("PSS added, no client"; "\(.pss_0_clients_mb | within($base)) MB"; "20 MB"; (.pss_0_clients_mb | within($base)) <= 20),
      row("PSS added, 10 clients"; "\(.pss_10_clients_mb | within($base)) MB"; "20 MB"; (.pss_10_clients_mb | within($base)) <= 20),
      row("PSS added, 50 clients"; "\(.pss_50_clients_mb | within($base)) MB"; "20 MB"; (.pss_50_clients_mb | within($base)) <= 20),
      row("PSS added, under load"; "\(.pss_under_load_mb | within($base)) MB"; "20 MB"; (.pss_under_load_mb | within($base)) <= 20)),
    row("PSS added, 10 clients of AMQP"; "\(.pss_10_amqp_clients_mb - .pss_0_amqp_clients_mb | . * 10 | round / 10) MB"; "6 MB";
      (.pss_10_amqp_clients_mb - .pss_0_amqp_clients_mb) <= 6),
    plain("PSS added, 100 devices behind the board"; "\(.pss_leaves_mb - .pss_0_leaves_mb | . * 10 | round / 10) MB"),
    plain("Threads with no device, and with 100"; "\(.threads_0_leaves) \(.threads_leaves)"),
    row("PSS in all, three connected modules"; "\(.pss_total_mb) MB"; "80 MB"; .pss_total_mb <= 80),
    row("  the same, the limit"; "\(.pss_total_mb) MB"; "96 MB"; .pss_total_mb <= 96),
    plain("CPU in an idle minute, three connected modules"; "\(.idle_cpu_s_per_minute) s")' "$file" |
    while IFS='|' read -r what value goal met; do printf '  %-48s %26s  %-8s %s\n' "$what" "$value" "$goal" "$met"; done
  say "written to target/bench/hub.json"
}
