package io.edgeagent.hub.topic;

import io.edgeagent.hub.HubRuntime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which lines may be logged now: one a minute of each kind, and not more than so many kinds. For the hub's thread. */
final class SeldomLog {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final int MOST = 100;

    private final HubRuntime runtime;
    private final Map<String, Long> said = new LinkedHashMap<>();

    SeldomLog(HubRuntime runtime) {
        this.runtime = runtime;
    }

    boolean may(String line) {
        long now = runtime.nanos();
        said.values().removeIf(at -> now - at > MINUTE);
        if (said.containsKey(line) || said.size() >= MOST) {
            return false;
        }
        said.put(line, now);
        return true;
    }
}
