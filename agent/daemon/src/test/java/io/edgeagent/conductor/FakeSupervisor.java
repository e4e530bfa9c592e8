package io.edgeagent.conductor;

import io.edgeagent.runtime.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was told. */
final class FakeSupervisor implements Supervisor {
    final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    public Duration period() {
        return Duration.ofSeconds(20);
    }

    @Override
    public void alive(String state) {
        told.add(state);
    }

    @Override
    public void stopping() {
        told.add("stopping");
    }
}
