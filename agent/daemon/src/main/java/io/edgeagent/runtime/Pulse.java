package io.edgeagent.runtime;

import java.util.function.Supplier;

/** Tells the {@link Supervisor} in time that the loop turns. */
public final class Pulse {
    private final Supervisor supervisor;
    private final Clock clock;
    private long due;

    public Pulse(Supervisor supervisor, Clock clock) {
        this.supervisor = supervisor;
        this.clock = clock;
        this.due = clock.nanos();
    }

    public void beat(Supplier<String> state) {
        if (clock.nanos() - due >= 0) {
            due = clock.nanos() + supervisor.period().toNanos();
            supervisor.alive(state.get());
        }
    }

    public long dueAt() {
        return due;
    }

    public void stopping() {
        supervisor.stopping();
    }
}
