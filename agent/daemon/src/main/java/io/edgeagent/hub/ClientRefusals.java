package io.edgeagent.hub;

import io.edgeagent.model.Printable;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who was refused lately, and why: for a person who wonders. Bounded, since anybody may try names, and so is the log: one line a client
 * and reason, again each hour, and at most some a minute. For the hub's thread.
 */
final class ClientRefusals {
    private static final Logger LOG = LoggerFactory.getLogger(ClientRefusals.class);
    private static final int MOST = 50;
    private static final int MOST_LINES = 20;
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final long HOUR = Duration.ofHours(1).toNanos();

    private final HubRuntime runtime;
    private final Map<ClientId, Refused> refused = new LinkedHashMap<>();
    private Optional<Long> minuteBegan = Optional.empty();
    private int lines;

    /**
     * @param reason of the last time
     * @param count how often since it was let in last
     * @param at the last time; empty while the clock was never set
     * @param saidAt by the hub's clock
     */
    record Refused(String reason, long count, Optional<Instant> at, Optional<Long> saidAt) {}

    ClientRefusals(HubRuntime runtime) {
        this.runtime = runtime;
    }

    void refused(ClientId id, String reason) {
        Optional<Refused> before = Optional.ofNullable(refused.remove(id));
        long count = before.map(Refused::count).orElse(0L) + 1;
        long now = runtime.nanos();
        Optional<Long> said = before.filter(known -> known.reason().equals(reason))
                .flatMap(Refused::saidAt)
                .filter(at -> now - at < HOUR);
        if (said.isEmpty() && mayPrint(now)) {
            LOG.info("event=client_refused client={} times={} reason=\"{}\"", shown(id), count, reason);
            said = Optional.of(now);
        }
        refused.put(id, new Refused(reason, count, runtime.wallClock(), said));
        Iterator<ClientId> oldest = refused.keySet().iterator();
        if (refused.size() > MOST) {
            oldest.next();
            oldest.remove();
        }
    }

    private boolean mayPrint(long now) {
        if (minuteBegan.filter(began -> now - began < MINUTE).isEmpty()) {
            minuteBegan = Optional.of(now);
            lines = 0;
        }
        return ++lines <= MOST_LINES;
    }

    /** A stranger calls himself anything. */
    private static String shown(ClientId id) {
        return Printable.of(id.toString(), 260).replace(' ', '?');
    }

    void admitted(ClientId id) {
        refused.remove(id);
    }

    Map<ClientId, Refused> all() {
        return Map.copyOf(refused);
    }
}
