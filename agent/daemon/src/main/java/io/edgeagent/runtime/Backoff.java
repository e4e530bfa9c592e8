package io.edgeagent.runtime;

import java.time.Duration;

/**
 * Waits that double from {@code first} up to {@code cap} and then stay there: we never give up.
 *
 * @param jitter part of the wait that is random, 0 to 1, so that a fleet does not come in step
 */
public record Backoff(Duration first, Duration cap, double jitter) {
    /** Restarts of modules: 10 s to 5 min, as IoT Edge does, but for ever. */
    public static final Backoff RESTART = new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(5), 0.1);

    /** Steps that the engine or a registry refused. */
    public static final Backoff RETRY = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(5), 0.2);

    /**
     * @param failures how many there were already, 0 for the first wait
     * @param random 0 to 1
     */
    public Duration after(int failures, double random) {
        int doublings = Math.min(failures, 30);
        long millis = Math.min(cap.toMillis(), first.toMillis() << doublings);
        return Duration.ofMillis((long) (millis * (1 - jitter * random)));
    }
}
