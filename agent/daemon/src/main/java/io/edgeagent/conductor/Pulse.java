package io.edgeagent.conductor;

import java.util.function.Supplier;

/** Tells the {@link Supervisor} in time that the loop turns. */
final class Pulse {
    private final Supervisor supervisor;
    private final Clock clock;
    private long due;

    Pulse(Supervisor supervisor, Clock clock) {
        this.supervisor = supervisor;
        this.clock = clock;
        this.due = clock.nanos();
    }

    void beat(Supplier<String> state) {
        if (clock.nanos() - due >= 0) {
            due = clock.nanos() + supervisor.period().toNanos();
            supervisor.alive(state.get());
        }
    }

    long dueAt() {
        return due;
    }

    void stopping() {
        supervisor.stopping();
    }
}
