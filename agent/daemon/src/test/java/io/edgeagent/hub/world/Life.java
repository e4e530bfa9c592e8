package io.edgeagent.hub.world;

import io.edgeagent.hub.Hub;
import io.edgeagent.hub.HubRuntime;
import io.edgeagent.hub.MessageStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The hub's process from a start to its end. */
final class Life implements HubRuntime {
    static final int SEGMENT = 64 * 1024;

    private final World world;
    private final MessageStore store;
    private final Hub hub;
    private boolean running = true;

    /** The process is killed, or the power goes: nothing of it runs on. */
    static final class Died extends Error {
        private static final long serialVersionUID = 1L;

        Died() {
            super("the process has ended", null, false, false);
        }
    }

    Life(World world) throws IOException {
        this.world = world;
        this.store = world.disk().messages(SEGMENT);
        this.hub = new Hub(
                this,
                store,
                world.disk().documents(),
                world.cloud().links(this),
                world.deadLetters(),
                world.directory(),
                new Hub.Limits(100, world.limits()));
    }

    Hub hub() {
        return hub;
    }

    MessageStore store() {
        return store;
    }

    boolean isRunning() {
        return running;
    }

    void end() {
        running = false;
    }

    /** A moment at which the process may end. */
    void step() {
        world.step();
    }

    @Override
    public long nanos() {
        return world.time().now();
    }

    @Override
    public Optional<Instant> wallClock() {
        return world.time().wall();
    }

    @Override
    public Cancellation after(Duration delay, Runnable action) {
        boolean[] cancelled = {false};
        world.time().after(delay.toNanos(), () -> {
            if (running && !cancelled[0]) {
                action.run();
            }
        });
        return () -> cancelled[0] = true;
    }
}
