# shellcheck shell=sh
# Sets JAVA_HOME, and JAVA_VERSION to its major version, to the best runtime on this machine, without starting a process.
# Best is the oldest that is new enough: 21 and 25 need more memory, and all of them get security updates. A JAVA_HOME that
# is set already wins.

java_version_of() { # JAVA_HOME: sets FOUND
  FOUND=0
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
  while read -r line; do
    case $line in JAVA_VERSION=*)
      FOUND=${line#JAVA_VERSION=\"}
      FOUND=${FOUND%%[!0-9]*}
      ;;
    esac
  done <"$1/release"
}

find_java() {
  if [ -n "${JAVA_HOME:-}" ]; then
    java_version_of "$JAVA_HOME"
    if [ "$FOUND" -ge 17 ]; then
      JAVA_VERSION=$FOUND
      return 0
    fi
    echo "JAVA_HOME=$JAVA_HOME is not Java 17 or newer: looking for another" >&2
  fi
  JAVA_HOME='' JAVA_VERSION=999
  for home in /usr/lib/jvm/* /opt/java/*; do
    # /usr/lib/jvm has each runtime under several names
    [ ! -h "$home" ] || continue
    java_version_of "$home"
    if [ "$FOUND" -ge 17 ] && [ "$FOUND" -lt "$JAVA_VERSION" ]; then
      JAVA_HOME=$home JAVA_VERSION=$FOUND
    fi
  done
  [ -n "$JAVA_HOME" ] || {
    echo "there is no Java 17 or newer on this machine: sudo apt install openjdk-17-jre-headless, or openjdk-21-jre-headless" >&2
    return 1
  }
}
