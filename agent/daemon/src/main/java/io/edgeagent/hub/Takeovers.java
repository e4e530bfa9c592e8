package io.edgeagent.hub;

import java.time.Duration;
import java.util.ArrayDeque;

/** How often a client took the place of another one of the same identity lately. */
final class Takeovers {
    private final ArrayDeque<Long> times = new ArrayDeque<>();

    /** One more. @return how many there were within a time, this one included */
    int another(long nanos, Duration window) {
        times.add(nanos);
        while (nanos - times.peek() > window.toNanos()) {
            times.poll();
        }
        return times.size();
    }
}
