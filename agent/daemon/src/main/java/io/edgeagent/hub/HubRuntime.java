package io.edgeagent.hub;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Time, as the hub sees it, on its own thread. */
public interface HubRuntime {
    /** A clock that never goes back. */
    long nanos();

    /** The wall clock; empty while nobody has set it. */
    Optional<Instant> wallClock();

    /** Runs something on the hub's thread after a while. */
    Cancellation after(Duration delay, Runnable action);

    interface Cancellation {
        void cancel();
    }
}
