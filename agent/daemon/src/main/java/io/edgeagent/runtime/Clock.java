package io.edgeagent.runtime;

import java.time.Instant;

/** Time as the agent sees it. Waits are measured on the monotonic clock; the wall clock is only shown. */
public interface Clock {
    /** Nanoseconds on the monotonic clock, from an arbitrary start. */
    long nanos();

    Instant wallClock();

    Clock SYSTEM = new Clock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public Instant wallClock() {
            return Instant.now();
        }
    };
}
