# A registry with a login, and small images to push to it.

random_password() { head -c 18 /dev/urandom | base64 | tr -d '+/='; }

# Sets REGISTRY, REGISTRY_USER and REGISTRY_PASSWORD; a registry in a private engine's folder knows its layers next time
registry() {
  need htpasswd ip
  local program data=$RUN/registry
  program=$(command -v docker-registry || borrow docker-registry usr/bin/docker-registry 2>>"$LOGS/dev.log")
  REGISTRY=127.0.0.1:$(free_port) REGISTRY_USER=edge REGISTRY_PASSWORD=$(random_password)
  htpasswd -Bin "$REGISTRY_USER" <<<"$REGISTRY_PASSWORD" >"$RUN/htpasswd"
  cat >"$RUN/registry.yml" <<END
version: 0.1
log: {level: warn}
storage: {filesystem: {rootdirectory: $data}}
http: {addr: $REGISTRY}
auth: {htpasswd: {realm: edge-agent, path: $RUN/htpasswd}}
END
  serve "$program" serve "$RUN/registry.yml" >"$LOGS/registry.log" 2>&1
  on_exit stop "$SPAWNED"
  step "starting a registry with a login" until_ready "$SPAWNED" "$LOGS/registry.log" 20 curl -s "http://$REGISTRY/v2/"
  docker login -u "$REGISTRY_USER" --password-stdin "$REGISTRY" <<<"$REGISTRY_PASSWORD" >>"$LOGS/dev.log" 2>&1
  on_exit remove_images "$REGISTRY/*"
}

remove_images() { # REFERENCE PATTERN
  docker images --filter "reference=$1" --format '{{.Repository}} {{.Tag}} {{.Digest}}' --digests |
    while read -r repository tag digest; do
      [[ $tag == '<none>' ]] && tag=@$digest || tag=:$tag
      docker rmi "$repository$tag"
    done
}

push() { # NAME:TAG...: and removes the local tags, so that the agent has to pull
  local image
  for image; do docker push "$REGISTRY/$image"; done
  for image; do docker rmi "$REGISTRY/$image"; done
}

busybox_images() { # IMAGE: its tags 1 and 2, a few MB with a shell, network tools, and a command that ends when asked to
  local tag busybox root=$RUN/busybox
  busybox=$(command -v busybox || true)
  if [[ -z $busybox ]] || ldd "$busybox" >/dev/null 2>&1; then busybox=$(borrow busybox-static bin/busybox); fi
  mkdir -p "$root/bin" "$root/etc" "$root/tmp"
  cp "$busybox" "$root/bin/busybox"
  "$busybox" --list | grep -vx busybox | while read -r applet; do ln -sf busybox "$root/bin/$applet"; done
  for tag in 1 2; do
    tar -C "$root" -c . | docker import --change "LABEL $LABEL=$RUN_ID tag=$tag" \
      --change "CMD [\"sh\", \"-c\", \"trap 'exit 0' TERM; while :; do sleep 3600 & wait; done\"]" - "$1:$tag"
  done
}
