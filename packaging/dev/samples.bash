# ./dev modules: the container images of the sample modules.

declare -A SAMPLES=([button]=button-acr [led]=led-acr [temperature-filter]=temperature-filter
  [temperature-sensor]=temperature-sensor)

cmd_modules() {
  local platform=''
  while (($#)); do
    case $1 in
      --platform)
        platform=${2:?--platform wants arm32v7, arm64v8 or amd64}
        shift 2
        ;;
      --test)
        test_sensor
        return
        ;;
      *) usage "modules has no option $1" ;;
    esac
  done
  need docker
  build_if_changed
  engine
  sample_images "${platform:-$(platform)}"
}

# Builds on the engine that is set, as button-acr:1.0 and so on, which the manifests name, or as edge-agent-dev/button-acr:TAG
sample_images() { # PLATFORM [TAG]
  local module image base
  local -A arch=([amd64]=amd64 [arm64v8]=arm64 [arm32v7]=armhf)
  [[ -n ${arch[$1]:-} ]] || usage "there is no platform $1: arm32v7, arm64v8, amd64"
  base=$(sample_base "$1")
  base_image debian:bookworm-slim
  if [[ $1 == "$(platform)" ]]; then base_image "$base"; else foreign_base_image "$base" "${arch[$1]}"; fi
  for module in button led temperature-sensor temperature-filter; do
    image=$(sample_image "$module" "${2:-}")
    step "building $image" docker build --label "$LABEL=image" --tag "$image" \
      --file "$ROOT/modules/$module/Dockerfile.$1" "$ROOT/modules/$module"
  done
  for module in button led temperature-sensor temperature-filter; do
    image=$(sample_image "$module" "${2:-}")
    say "made $image, $(image_mb "$image") MB; of these $(above_base_mb "$image" "$base") MB are above its base"
  done
}

sample_image() { echo "${2:+edge-agent-dev/}${SAMPLES[$1]}:${2:-1.0}"; } # MODULE [TAG]

# For a board that is emulated: this machine's engine is not to have another CPU's images under the manifests' names
samples_to_file() { # PLATFORM FILE
  local tag=$1-$RUN_ID module images=()
  for module in "${!SAMPLES[@]}"; do images+=("$(sample_image "$module" "$tag")"); done
  [[ -e $2 ]] && return
  on_exit remove_images "edge-agent-dev/*:$tag"
  sample_images "$1" "$tag"
  step "saving the images of the samples" docker save --output "$2" "${images[@]}"
}

# Gives them the names that the manifests have, on the board
NAME_SAMPLES='for image in $(docker images --format "{{.Repository}}:{{.Tag}}" "edge-agent-dev/*"); do
  name=${image#edge-agent-dev/}; docker tag "$image" "${name%:*}:1.0"; done'

# What the images themselves are based on; their Java is put together on debian:bookworm-slim, for the machine that builds
sample_base() { awk '/^FROM/ { base = $2 } END { print base }' "$ROOT/modules/led/Dockerfile.$1"; } # PLATFORM

above_base_mb() { # IMAGE BASE
  docker image inspect --format '{{.Size}}' "$1" "$2" | awk 'NR == 1 { all = $1 } END { printf "%.1f", (all - $1) / 1e6 }'
}
