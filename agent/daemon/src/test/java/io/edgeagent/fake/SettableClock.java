package io.edgeagent.fake;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A wall clock that a test sets. */
public final class SettableClock implements InstantSource {
    private final AtomicReference<Instant> now;

    public SettableClock(String now) {
        this.now = new AtomicReference<>(Instant.parse(now));
    }

    /** For tests whose certificates others look at with the real time. */
    public static SettableClock atRealTime() {
        return new SettableClock(Instant.now().toString());
    }

    public void set(String time) {
        now.set(Instant.parse(time));
    }

    public void advance(Duration time) {
        now.updateAndGet(old -> old.plus(time));
    }

    @Override
    public Instant instant() {
        return now.get();
    }
}
