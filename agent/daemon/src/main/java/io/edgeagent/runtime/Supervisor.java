package io.edgeagent.runtime;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Who restarts the agent when it hangs: systemd's watchdog, a container's HEALTHCHECK. Called by the conductor's thread alone. */
public interface Supervisor {
    Supervisor NOBODY = of(List.of());

    /** How often {@link #alive} is wanted. */
    Duration period();

    /**
     * The agent takes events and works on them. Must not block.
     *
     * @param state a line for people, which begins with {@code ready} or {@code not ready}
     */
    void alive(String state);

    /** The agent was asked to end and does so. */
    void stopping();

    /** All of these, each at least as often as it wants. */
    static Supervisor of(List<Supervisor> all) {
        Duration period = Stream.concat(
                        Stream.of(Duration.ofDays(1)), all.stream().map(Supervisor::period))
                .min(Duration::compareTo)
                .orElseThrow();
        return new Supervisor() {
            @Override
            public Duration period() {
                return period;
            }

            @Override
            public void alive(String state) {
                all.forEach(one -> one.alive(state));
            }

            @Override
            public void stopping() {
                all.forEach(Supervisor::stopping);
            }
        };
    }
}
