package io.edgeagent.hub;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whether a message has waited too long. A message that came since the hub started is judged by the clock that never jumps: when
 * the wall clock is set, messages of a minute ago are still a minute old. One from before can be judged by the wall clock only, and not
 * while that was never set, nor in the first minutes after the start or a jump: a board without a battery must not lose on boot
 * what it kept through a power cut.
 */
final class Expiry {
    static final Duration GRACE = Duration.ofMinutes(2);
    private static final long JUMP = Duration.ofSeconds(30).toMillis();
    private static final int MOST_ERAS = 64;

    private final HubRuntime runtime;
    /** By the first message of each: how far the wall clock was before the other one, in milliseconds. */
    private final TreeMap<Long, Long> eras = new TreeMap<>();

    private Optional<Long> ahead = Optional.empty();
    private boolean newEra = true;
    private long graceUntil;

    Expiry(HubRuntime runtime) {
        this.runtime = runtime;
        this.graceUntil = runtime.nanos() + GRACE.toNanos();
        look();
    }

    /** The wall clock in milliseconds, for a message that is stored now; 0 while it was never set. */
    long stamp() {
        return look().map(Instant::toEpochMilli).orElse(0L);
    }

    /** A message was stored with the last {@link #stamp}. */
    void stored(long sequence) {
        if (newEra && ahead.isPresent()) {
            newEra = false;
            eras.put(sequence, ahead.get());
            if (eras.size() > MOST_ERAS) {
                // what lies before the first is judged by the wall clock
                eras.pollFirstEntry();
            }
        }
    }

    boolean isExpired(MessageStore.Entry entry) {
        return isExpired(entry.sequence(), entry.storedAt(), entry.timeToLive());
    }

    boolean isExpired(long sequence, long storedAt, long timeToLive) {
        if (timeToLive < 0 || storedAt == 0) {
            return false;
        }
        Optional<Instant> now = look();
        Map.Entry<Long, Long> era = eras.floorEntry(sequence);
        if (era != null) {
            return millis() - (storedAt - era.getValue()) > timeToLive;
        }
        return now.isPresent() && runtime.nanos() - graceUntil >= 0 && now.get().toEpochMilli() - storedAt > timeToLive;
    }

    private long millis() {
        return Duration.ofNanos(runtime.nanos()).toMillis();
    }

    private Optional<Instant> look() {
        Optional<Instant> now = runtime.wallClock();
        Optional<Long> found = now.map(wall -> wall.toEpochMilli() - millis());
        boolean same = found.isPresent() == ahead.isPresent()
                && found.map(value -> Math.abs(value - ahead.get()) <= JUMP).orElse(true);
        if (!same) {
            ahead = found;
            newEra = true;
            graceUntil = runtime.nanos() + GRACE.toNanos();
        }
        return now;
    }
}
