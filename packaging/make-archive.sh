#!/bin/sh
# Makes the class data archive from which the runtime of edge-agent starts faster and with less memory: at installation
# and, by a trigger of dpkg, whenever something in /usr/lib/jvm changes. Never fails: without an archive all works too.
set -u

# shellcheck source=/dev/null
. /usr/share/edge-agent/read-settings.sh
read_settings /etc/default/edge-agent
SHARE=/usr/share/edge-agent
CACHE=/var/cache/edge-agent
# shellcheck source=/dev/null
. "$SHARE/find-java.sh"

give_up() { # WHY
  echo "edge-agent: no class data archive: $1. Everything works without it, but starts more slowly."
  exit 0
}

mkdir -p "$CACHE" || give_up "$CACHE cannot be made"
rm -f "$CACHE"/*.jsa "$CACHE"/*.tmp || give_up "$CACHE cannot be written"
find_java || exit 0
# writing it takes 240 MB for some seconds
available=0
while read -r key kilobytes _; do
  case $key in MemAvailable: | SwapFree:) available=$((available + kilobytes)) ;; esac
done </proc/meminfo
if [ "$available" -lt 200000 ]; then
  echo "edge-agent: too little memory is free to make the class data archive; later: sudo /usr/lib/edge-agent/make-archive"
  exit 0
fi
name=${JAVA_HOME##*/}
if timeout 300 nice "$JAVA_HOME/bin/java" -Xshare:dump -Xlog:disable -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
  -XX:SharedClassListFile="$SHARE/classes.list" -XX:SharedArchiveFile="$CACHE/$name.tmp" -cp "$SHARE/edge-agent.jar" \
  </dev/null >/dev/null 2>&1 && [ -s "$CACHE/$name.tmp" ] && chmod 644 "$CACHE/$name.tmp" &&
  # the JVM trusts its length: one that a power cut or a full disk left half written would end every start with SIGBUS
  sync "$CACHE/$name.tmp" && mv "$CACHE/$name.tmp" "$CACHE/$name.jsa"; then
  exit 0
fi
rm -f "$CACHE/$name.tmp"
give_up "$JAVA_HOME did not write one (is the disk full?)"
