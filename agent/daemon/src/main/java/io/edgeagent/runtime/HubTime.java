package io.edgeagent.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether the wall clock is right: it agrees with the time that the hub told over TLS, which the monotonic clock carries on. A
 * board without a battery boots in 1970, or where it was switched off. Any thread.
 */
public final class HubTime {
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final Clock clock;
    private volatile Optional<Told> told = Optional.empty();

    private record Told(Instant time, long at) {}

    public HubTime(Clock clock) {
        this.clock = clock;
    }

    /** The hub's time, just now. */
    public void told(Instant time) {
        told = Optional.of(new Told(time, clock.nanos()));
    }

    /** False before the hub told its time once since the agent started. */
    public boolean agrees() {
        return told.map(known -> known.time().plusNanos(clock.nanos() - known.at()))
                .filter(now -> Duration.between(now, clock.wallClock()).abs().compareTo(TOLERANCE) <= 0)
                .isPresent();
    }
}
