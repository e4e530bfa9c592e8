# ./dev deb --record-classes: the list from which the class data archive is made on the board.

# Records which classes a working agent and the commands load, on a local hub with two modules and an update. The list
# is kept in the repository, so that the packages are the same whoever builds them; a class that is gone is skipped.
record_classes() {
  need docker curl jq ip
  build_if_changed
  engine
  local image=edge-agent-classes-$RUN_ID
  on_exit remove_images "$image"
  step "making two local images" busybox_images "$image"
  MODULES=2
  start_all
  stop_agent
  export JDK_JAVA_OPTIONS="-Xshare:off -XX:DumpLoadedClassList=$RUN/classes-%p"
  start_agent
  deploy bench_modules "$image:1"
  follow_deployment 60
  deploy bench_modules "$image:2"
  follow_deployment 60
  sleep 15
  step "asking it what modules and the command ask" ask_agent
  stop_agent
  java -jar "$AGENT_JAR" --help >/dev/null
  java -jar "$AGENT_JAR" version >/dev/null
  write_class_list "$RUN"/classes-*
}

ask_agent() {
  local socket=$RUN/agent/admin.sock module=idle-1-$RUN_ID workload generation
  java -jar "$AGENT_JAR" list --socket "$socket"
  java -jar "$AGENT_JAR" list -o json --socket "$socket"
  java -jar "$AGENT_JAR" status --socket "$socket"
  EDGE_AGENT_ENGINE=$DOCKER_HOST java -jar "$AGENT_JAR" logs "$module" --tail 5
  java -jar "$AGENT_JAR" restart "$module" --socket "$socket"
  workload=$(docker inspect --format '{{range .Mounts}}{{if eq .Destination "/var/run/iotedge"}}{{.Source}}{{end}}{{end}}' "$module")/workload.sock
  generation=$(docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "$module" | sed -n 's/^IOTEDGE_MODULEGENERATIONID=//p')
  curl -sS --fail --unix-socket "$workload" -d '{"keyId":"primary","algo":"HMACSHA256","data":"YQ=="}' \
    "http://localhost/modules/$module/genid/$generation/sign?api-version=2018-06-28"
  curl -sS --fail --unix-socket "$workload" "http://localhost/trust-bundle?api-version=2018-06-28"
}

# Names only: ids differ from run to run. Lambdas are kept, those of our own classes too as long as they last.
# A lambda that holds picocli's own class would keep that class, an old one and the largest, out of the archive.
write_class_list() { # FILE...
  sed -E 's/ (id|super|interfaces|source):.*//; /^#/d; /^@(lambda-form-invoker.*Invokers|cp)/d; /^$/d' "$@" |
    grep -vE '^@lambda-proxy .*picocli/CommandLine[; ]|^(@lambda-proxy )?(io/edgeagent/simulator|io/netty|org/bouncycastle|sun/launcher|jdk/jfr|jdk/internal/event)' | LC_ALL=C sort -u >"$CLASS_LIST"
  say "$(wc -l <"$CLASS_LIST") classes in ${CLASS_LIST#"$ROOT"/}"
}
