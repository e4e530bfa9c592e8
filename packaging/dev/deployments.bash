# Deploying modules by the hub, and looking at what the agent makes of it.

# The routes of the next deployments, by name; the portal's default sends all that modules send to the cloud
ROUTES='{"upstream": "FROM /messages/* INTO $upstream"}'

deploy() { # COMMAND...: prints the value of "modules" in a deployment manifest; the rest is what the portal writes
  write_deployment "$@"
  apply_deployment
}

write_deployment() { # COMMAND...
  "$@" >"$RUN/modules.json"
  REGISTRY=${REGISTRY:-} REGISTRY_USER=${REGISTRY_USER:-} REGISTRY_PASSWORD=${REGISTRY_PASSWORD:-} \
    jq --argjson routes "$ROUTES" '. as $modules | {modulesContent: {
      "$edgeAgent": {"properties.desired": {
        schemaVersion: "1.1",
        runtime: {type: "docker", settings: {minDockerVersion: "v1.25", loggingOptions: "", registryCredentials:
          (if env.REGISTRY == "" then {} else
            {local: {address: env.REGISTRY, username: env.REGISTRY_USER, password: env.REGISTRY_PASSWORD}} end)}},
        systemModules: {
          edgeAgent: {type: "docker", settings: {image: "mcr.microsoft.com/azureiotedge-agent:1.5", createOptions: "{}"}},
          edgeHub: {type: "docker", status: "running", restartPolicy: "always",
            settings: {image: "mcr.microsoft.com/azureiotedge-hub:1.5", createOptions: "{}"}}},
        modules: $modules}},
      "$edgeHub": {"properties.desired": {schemaVersion: "1.1", $routes, storeAndForwardConfiguration: {timeToLiveSecs: 7200}}}}}' \
      "$RUN/modules.json" >"$RUN/content.json"
}

apply_deployment() {
  hub POST "devices/$DEVICE/applyConfigurationContent" --data-binary "@$RUN/content.json" >"$RUN/answer" ||
    die 1 "the hub refused the deployment: $(<"$RUN/answer")"
}

# Prints "yes" when the device has applied its twin and runs all of it, else "no"; then the twin in one line
twin() {
  hub GET "twins/$DEVICE/modules/%24edgeAgent" | jq -r '.properties as $p | ($p.reported.modules // {}) as $running |
    (if $p.reported.lastDesiredVersion == $p.desired["$version"] and $p.reported.lastDesiredStatus.code == 200 and
      all($p.desired.modules | to_entries[]; $running[.key].runtimeStatus == "running" and
        ($running[.key].settings.image // .value.settings.image) == .value.settings.image) then "yes" else "no" end),
    "twin: desired version \($p.desired["$version"]), reported version \($p.reported.lastDesiredVersion // "-")" +
    " status \($p.reported.lastDesiredStatus.code // "-")" +
    (if ($running | length) > 5 then ", \([$running[] | select(.runtimeStatus == "running")] | length) of \($running | length) modules run"
      else [$running | to_entries[] | ", \(.key) \(.value.runtimeStatus)"] | join("") end)'
}

follow_deployment() { # SECONDS: prints the twin whenever it changes, until all of it runs
  local end=$((SECONDS + $1)) applied=no line last=
  while [[ $applied == no ]] && ((SECONDS < end)); do
    { read -r applied && read -r line; } < <(twin) || { applied=no line="twin: the hub does not answer"; }
    [[ $line == "$last" ]] || say "  $line"
    last=$line
    sleep 0.3
  done
  [[ $applied == yes ]]
}

facts() { docker inspect --format '{{.Id}} {{.State.StartedAt}}' "$1"; }
