# ./dev image: the container image of the agent.

cmd_image() {
  local platform='' image
  while (($#)); do
    case $1 in
      --platform)
        platform=${2:?--platform wants arm32v7, arm64v8 or amd64}
        shift 2
        ;;
      --test)
        cmd_test --only image
        return
        ;;
      *) usage "image has no option $1" ;;
    esac
  done
  need docker curl
  build_if_changed
  engine
  platform=${platform:-$(platform)}
  image=edge-agent:$platform
  [[ $platform != "$(platform)" ]] || image=edge-agent:latest
  agent_image "$platform" "$image"
  say "made $image, $(image_mb "$image") MB; of these $(image_own_mb "$image") MB are above its base"
  say "  docker save $image | ssh BOARD docker load      brings it to a board without a registry"
}

agent_image() { # PLATFORM IMAGE: builds on the engine that is set
  local base=debian:bookworm-slim arch=amd64
  case $1 in
    amd64) ;;
    arm64v8) base=arm64v8/$base arch=arm64 ;;
    arm32v7) base=arm32v7/$base arch=armhf ;;
    *) usage "there is no platform $1: arm32v7, arm64v8, amd64" ;;
  esac
  base_image debian:bookworm-slim
  if [[ $1 == "$(platform)" ]]; then base=debian:bookworm-slim; else foreign_base_image "$base" "$arch"; fi
  step "building $2" build_agent_image "$base" "$arch" "$2"
}

# Only what the image is made of goes to the engine: this checkout holds a lot more
build_agent_image() { # BASE ARCH IMAGE
  tar -C "$ROOT" -c docker/Dockerfile docker/edge-agent packaging/jvm.options packaging/debian/copyright agent/daemon/target/edge-agent.jar |
    docker build --file docker/Dockerfile --build-arg "BASE=$1" --build-arg "ARCH=$2" \
      --build-arg "VERSION=$(package_version)" --label "$LABEL=image" --tag "$3" -
}

image_own_mb() { # without the layers of the base image
  docker history --human=false --format '{{.Size}} {{.CreatedBy}}' "$1" |
    awk '/groupadd/ { last = 1 } !done { sum += $1 } last { done = 1 } END { printf "%.0f", sum / 1e6 }'
}
