# shellcheck shell=bash
# The container images of the sample modules. Part of ../dev, which sources it.

declare -A SAMPLES=([button]=button-acr [led]=led-acr [temperature-sensor]=temperature-sensor)

cmd_modules() {
  local platform=''
  while (($#)); do
    case $1 in
      --platform)
        platform=${2:?--platform wants arm32v7, arm64v8 or amd64}
        shift 2
        ;;
      *) usage "modules has no option $1" ;;
    esac
  done
  need docker
  build_if_changed
  engine
  sample_images "${platform:-$(platform)}"
}

sample_images() { # PLATFORM: builds on the engine that is set, under the names that the manifests have
  local module image base
  local -A arch=([amd64]=amd64 [arm64v8]=arm64 [arm32v7]=armhf)
  [[ -n ${arch[$1]:-} ]] || usage "there is no platform $1: arm32v7, arm64v8, amd64"
  base=$(awk '/^FROM/ { print $2; exit }' "$ROOT/modules/led/Dockerfile.$1")
  if [[ $1 == "$(platform)" ]]; then base_image "$base"; else foreign_base_image "$base" "${arch[$1]}"; fi
  for module in button led temperature-sensor; do
    image=${SAMPLES[$module]}:1.0
    step "building $image" docker build --label "$LABEL=image" --tag "$image" \
      --file "$ROOT/modules/$module/Dockerfile.$1" "$ROOT/modules/$module"
  done
  for module in button led temperature-sensor; do
    image=${SAMPLES[$module]}:1.0
    say "made $image, $(image_mb "$image") MB; of these $(above_base_mb "$image" "$base") MB are above its base"
  done
}

above_base_mb() { # IMAGE BASE
  docker image inspect --format '{{.Size}}' "$1" "$2" | awk 'NR == 1 { all = $1 } END { printf "%.1f", (all - $1) / 1e6 }'
}
