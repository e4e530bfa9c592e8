package io.edgeagent.runtime;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the {@link Supervisor} in time that work is done. A loop that turns proves nothing: each vital sign says for how long its
 * part has done nothing of what it should, and one that stalls for too long ends the beat, so that the supervisor restarts the
 * agent. Modules go on meanwhile.
 */
public final class Pulse {
    /** Longer than any call of the engine may take that is not a pull. */
    public static final Duration TOO_LONG = Duration.ofMinutes(15);

    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);

    private final Supervisor supervisor;
    private final Clock clock;
    private final Map<String, Supplier<Duration>> signs = new TreeMap<>();
    private Optional<String> said = Optional.empty();
    private long due;

    public Pulse(Supervisor supervisor, Clock clock) {
        this.supervisor = supervisor;
        this.clock = clock;
        this.due = clock.nanos();
    }

    /** @param stalledFor for how long this part has not done what it should */
    public Pulse watch(String sign, Supplier<Duration> stalledFor) {
        signs.put(sign, stalledFor);
        return this;
    }

    /** What has not been done for too long; empty while the agent lives. */
    public Optional<String> stalled() {
        return signs.entrySet().stream()
                .filter(sign -> sign.getValue().get().compareTo(TOO_LONG) > 0)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    public void beat(Supplier<String> state) {
        if (clock.nanos() - due < 0) {
            return;
        }
        due = clock.nanos() + supervisor.period().toNanos();
        Optional<String> now = stalled();
        if (now.isPresent() && !now.equals(said)) {
            LOG.error(
                    "event=stalled what=\"{}\" reason=\"the supervisor is told nothing until it goes on\"", now.get());
        }
        said = now;
        if (now.isEmpty()) {
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
