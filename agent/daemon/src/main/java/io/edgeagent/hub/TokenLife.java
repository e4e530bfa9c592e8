package io.edgeagent.hub;

import java.time.Duration;
import java.util.Optional;

/** The time for which one connection may stay by its token, on a timer of its own. */
final class TokenLife {
    private final HubRuntime runtime;
    private final Runnable over;
    private Optional<HubRuntime.Cancellation> timer = Optional.empty();

    /** @param over is run when the time is over */
    TokenLife(HubRuntime runtime, Runnable over) {
        this.runtime = runtime;
        this.over = over;
    }

    /**
     * Begins, or begins anew with a newer token.
     *
     * @param left empty if nobody knows what time it is
     */
    void begin(Optional<Duration> left) {
        end();
        timer = left.map(time -> runtime.after(time, over));
    }

    void end() {
        timer.ifPresent(HubRuntime.Cancellation::cancel);
        timer = Optional.empty();
    }
}
