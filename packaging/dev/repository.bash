# A signed apt repository of the packages.

# A pool repository that any web server, or a folder, can hold
make_repository() { # FOLDER KEY
  local repo=$1/repo package architecture binary
  rm -rf "$repo"
  mkdir -p "$repo/pool/main"
  for package in "$1"/*.deb; do cp "$package" "$repo/pool/main/"; done
  use_key "$2"
  (
    cd "$repo" || return
    for architecture in "${ARCHITECTURES[@]}"; do
      binary=dists/stable/main/binary-$architecture
      mkdir -p "$binary"
      apt-ftparchive --arch "$architecture" packages pool >"$binary/Packages"
      gzip -9nk "$binary/Packages"
    done
    apt-ftparchive -o APT::FTPArchive::Release::Origin="Edge Agent" -o APT::FTPArchive::Release::Label="Edge Agent" \
      -o APT::FTPArchive::Release::Suite=stable -o APT::FTPArchive::Release::Codename=stable \
      -o APT::FTPArchive::Release::Components=main -o APT::FTPArchive::Release::Architectures="${ARCHITECTURES[*]}" \
      release dists/stable >"$RUN/Release"
    mv "$RUN/Release" dists/stable/Release
    signer --armor --detach-sign --output dists/stable/Release.gpg dists/stable/Release
    signer --clearsign --output dists/stable/InRelease dists/stable/Release
    signer --export --output edge-agent-archive-keyring.gpg "$SIGNING_KEY"
  )
  end_signer
}

# Sets SIGNING_KEY: one of the user's keyring, one from a file, or a throw-away one
use_key() { # FINGERPRINT, FILE, or nothing
  SIGNING_HOME=$RUN/gnupg
  if [[ -n $1 && ! -e $1 ]]; then
    SIGNING_HOME=${GNUPGHOME:-$HOME/.gnupg}
    SIGNING_KEY=$1
    return
  fi
  mkdir -m 700 "$SIGNING_HOME"
  if [[ -n $1 ]]; then
    signer --import "$1"
  else
    signer --passphrase '' --quick-generate-key "Edge Agent throw-away key <throw-away@edge-agent.invalid>" ed25519 sign 1y
  fi
  SIGNING_KEY=$(signer --with-colons --list-secret-keys | awk -F: '/^fpr/ { print $10; exit }')
}

signer() { gpg --homedir "$SIGNING_HOME" --batch --yes --quiet --pinentry-mode loopback ${SIGNING_KEY:+--local-user "$SIGNING_KEY"} "$@"; }

# gpg starts an agent for each home folder; the user's own stays
end_signer() { [[ $SIGNING_HOME != "$RUN"/* ]] || gpgconf --homedir "$SIGNING_HOME" --kill all; }
