# Images of Docker Hub and root file systems of Debian, made where they cannot be pulled.

# Makes sure that an image of Docker Hub is there: as it is, pulled, or made of Debian's packages
base_image() { # debian:bookworm-slim or the same of arm32v7/ or arm64v8/ [ARCH of Debian, if not this machine's]
  if docker image inspect "$1" >/dev/null 2>&1; then return 0; fi
  [[ -n $ENGINE_IS_OURS ]] || on_exit docker rmi "$1"
  # 401 is its answer to everybody who has not logged in
  if [[ $(curl -s -m 10 -o /dev/null -w '%{http_code}' https://registry-1.docker.io/v2/) == 401 ]]; then
    step "pulling $1" timeout 900 docker pull "$1"
  else
    need mmdebstrap
    root_is_possible || die 3 "Docker Hub is out of reach, and making $1 needs root: docker load an image of this name"
    step "Docker Hub is out of reach: making $1 of Debian's packages" make_base_image "$@"
  fi
}

make_base_image() {
  as_root mmdebstrap --variant=minbase ${2:+--architectures="$2"} bookworm "$RUN/base.tar" "deb $(debian_mirror) bookworm main"
  docker import --change 'CMD ["bash"]' --change "LABEL $LABEL=$RUN_ID" - "$1" <"$RUN/base.tar"
  as_root rm "$RUN/base.tar"
}

foreign_base_image() { # IMAGE ARCH
  if docker image inspect "$1" >/dev/null 2>&1; then return 0; fi
  run_arm_programs
  base_image "$1" "$2"
}

make_root_archive() { # ARCHIVE PACKAGES
  as_root mmdebstrap --variant=minbase --dpkgopt='path-exclude=/usr/share/locale/*' --include="$2" bookworm "$RUN/root.tar" \
    "deb $(debian_mirror) bookworm main"
  as_root chown "$(id -u)" "$RUN/root.tar"
  mkdir -p "${1%/*}"
  mv "$RUN/root.tar" "$1"
}

debian_mirror() {
  local mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' | head -n 1)
  echo "${mirror:-http://deb.debian.org/debian}"
}

image_mb() { awk -v bytes="$(docker image inspect --format '{{.Size}}' "$1")" 'BEGIN { printf "%.0f", bytes / 1e6 }'; }
