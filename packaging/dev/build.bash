# ./dev build, clean, cli and sim: Maven and what it makes.

# Two Maven runs in one target/ would destroy each other's work
maven() {
  mkdir -p "$ROOT/target"
  (cd "$ROOT" && flock "$ROOT/target/.maven.lock" mvn -B -ntp -Dstyle.color=never "$@")
}

sources_changed() {
  [[ ! -e $AGENT_JAR || ! -e $HUB_JAR || ! -e $ROOT/target/built ]] ||
    [[ -n $(find "$ROOT/pom.xml" "$ROOT/agent" "$ROOT/modules" \( -name target -o -path '*/src/test' \) -prune -o \
      -type f -newer "$ROOT/target/built" -print -quit) ]]
}

build() {
  need jdk mvn
  step "building the agent, the local hub and the modules" maven -Dmaven.test.skip=true package
  touch "$ROOT/target/built"
}

build_if_changed() {
  need jdk
  if sources_changed; then build; fi
}

cmd_build() {
  options "" "$@"
  build
  say "made ${AGENT_JAR#"$ROOT/"}, ${HUB_JAR#"$ROOT/"}, modules/{button,led,temperature-sensor,temperature-filter}/target/*.jar"
}

cmd_clean() {
  options "all" "$@"
  find "$ROOT" -name .git -prune -o \( -name target -o -name node_modules \) -type d -prune -exec rm -rf {} +
  if [[ -n ${OPTION[all]:-} && -d $CACHE ]]; then
    say "removing $CACHE"
    remove_tree "$CACHE"
  fi
}

# run_jar JAR JAVA_OPTION ARGS: in place of this script, so that signals and the exit code are its own
run_jar() {
  if [[ ! -e $1 ]] || ! use_jdk; then build >&2; fi
  trap - EXIT
  rm -rf "$RUN" "$LOGS"
  exec java "$2" -jar "$1" "${@:3}"
}
