# ./dev simulate: the built-in hub in a simulated world, io.edgeagent.hub.world of agent/daemon's tests.

cmd_simulate() {
  options "hours= seed=" "$@"
  local seed=${OPTION[seed]:-$((16#$RUN_ID))}
  build_if_changed
  need jdk mvn
  step "compiling the world" maven -q -pl agent/protocol,agent/simulator,agent/daemon test-compile
  say "seed $seed: repeat this run with --seed $seed"
  # the jar has the libraries
  java -XX:+UseSerialGC -Xmx512m \
    -cp "$ROOT/agent/daemon/target/test-classes:$ROOT/agent/daemon/target/classes:$ROOT/agent/protocol/target/classes:$AGENT_JAR" \
    io.edgeagent.hub.world.Simulate "${OPTION[hours]:-240}" "$seed"
}
