package io.edgeagent.fake;

import io.edgeagent.runtime.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only when a test says so. */
public final class FakeClock implements Clock {
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    private final AtomicLong passed = new AtomicLong();

    public void advance(Duration time) {
        passed.addAndGet(time.toNanos());
    }

    @Override
    public long nanos() {
        // from below zero, as the JVM may count
        return passed.get() - Duration.ofDays(1).toNanos();
    }

    @Override
    public Instant wallClock() {
        return START.plusNanos(passed.get());
    }
}
