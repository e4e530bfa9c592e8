#!/bin/sh
# Makes the class data archive from which the runtime of edge-agent starts faster and with less memory: at installation
# and, by a trigger of dpkg, whenever something in /usr/lib/jvm changes. Never fails: without an archive all works too.
set -u
SHARE=/usr/share/edge-agent
CACHE=/var/cache/edge-agent

# shellcheck source=/dev/null
if [ -r /etc/default/edge-agent ]; then . /etc/default/edge-agent; fi
# shellcheck source=/dev/null
. "$SHARE/find-java.sh"

mkdir -p "$CACHE"
rm -f "$CACHE"/*.jsa "$CACHE"/*.tmp
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
  </dev/null >/dev/null 2>&1 && [ -s "$CACHE/$name.tmp" ]; then
  chmod 644 "$CACHE/$name.tmp"
  # the JVM trusts its length: one that a power cut left half written would end every start with SIGBUS
  sync "$CACHE/$name.tmp"
  mv "$CACHE/$name.tmp" "$CACHE/$name.jsa"
else
  rm -f "$CACHE/$name.tmp"
  echo "edge-agent: no class data archive with $JAVA_HOME; all works without, only slower to start"
fi
exit 0
