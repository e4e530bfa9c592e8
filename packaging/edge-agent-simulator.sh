#!/bin/sh
# The command edge-agent-simulator
set -eu
SHARE=/usr/share/edge-agent-simulator
# shellcheck source=/dev/null
. "$SHARE/find-java.sh"
find_java || exit 1
exec "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -jar "$SHARE/edge-agent-simulator.jar" "$@"
