package io.edgeagent.hub;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a message has waited too long. Nothing expires while the clock was never set, nor in the first minutes after it was set
 * or has jumped: a board without a battery must not lose on the first boot what it kept through a power cut.
 */
final class Expiry {
    static final Duration GRACE = Duration.ofMinutes(2);
    private static final Duration JUMP = Duration.ofSeconds(30);

    private final HubRuntime runtime;
    private Optional<Instant> last = Optional.empty();
    private long lastNanos;
    private long graceUntil;

    Expiry(HubRuntime runtime) {
        this.runtime = runtime;
        this.graceUntil = runtime.nanos() + GRACE.toNanos();
    }

    boolean isExpired(MessageStore.Entry entry) {
        if (entry.timeToLive() < 0 || entry.storedAt() == 0) {
            return false;
        }
        Optional<Instant> now = runtime.wallClock();
        watch(now);
        return now.isPresent()
                && runtime.nanos() - graceUntil >= 0
                && now.get().toEpochMilli() - entry.storedAt() > entry.timeToLive();
    }

    private void watch(Optional<Instant> now) {
        long nanos = runtime.nanos();
        boolean jumped = now.isPresent() != last.isPresent();
        if (now.isPresent() && last.isPresent()) {
            Duration byWall = Duration.between(last.get(), now.get());
            jumped = byWall.minusNanos(nanos - lastNanos).abs().compareTo(JUMP) > 0;
        }
        // the first look is no jump: the grace of the start covers it
        if (jumped && lastNanos != 0) {
            graceUntil = nanos + GRACE.toNanos();
        }
        last = now;
        lastNanos = nanos;
    }
}
