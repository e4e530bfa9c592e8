#!/bin/sh
# The command edge-agent: chooses the Java runtime and its flags, then becomes it. Starts no other process, because
# each costs a small board some 10 ms.
set -eu

# shellcheck source=/dev/null
. /usr/share/edge-agent/read-settings.sh
read_settings /etc/default/edge-agent
SHARE=/usr/share/edge-agent
LIB=/usr/lib/edge-agent
# shellcheck source=/dev/null
. "$SHARE/find-java.sh"
find_java || exit 1

# Java takes the encoding of file names from the locale, and no option changes that (17 ignores -Dsun.jnu.encoding). In the
# locale C it is ASCII, and a device or a file with another letter in its name cannot be named at all.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in C | POSIX) export LC_ALL=C.UTF-8 ;; esac

flags="@$LIB/version.options @$LIB/jvm-cli.options"
if [ "${1:-}" = run ]; then
  flags="@$LIB/version.options @$LIB/jvm.options"
  while read -r key kilobytes _; do
    [ "$key" != MemTotal: ] || break
  done </proc/meminfo
  if [ "$kilobytes" -lt 700000 ]; then flags="$flags @$LIB/jvm-small.options"; fi
  if [ "$kilobytes" -gt 1500000 ]; then flags="$flags @$LIB/jvm-large.options"; fi
  # glibc's malloc: one arena. More would be speed that nobody needs, for memory that is never given back.
  export MALLOC_ARENA_MAX=1
fi

# Made by /usr/lib/edge-agent/make-archive. One of another build of the runtime or of the jar is not used: the JVM compares.
archive=/var/cache/edge-agent/${JAVA_HOME##*/}.jsa
if [ -r "$archive" ]; then flags="$flags -XX:SharedArchiveFile=$archive -Xshare:auto -Xlog:cds=off,cds+dynamic=off"; fi

# words, and no file names: a * in an option is a *
set -f
# shellcheck disable=SC2086 # several options; the last one wins
exec "$JAVA_HOME/bin/java" $flags ${EDGE_AGENT_JAVA_OPTIONS:-} -jar "$SHARE/edge-agent.jar" "$@"
