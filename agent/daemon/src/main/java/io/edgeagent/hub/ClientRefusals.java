package io.edgeagent.hub;

import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Who was refused lately, and why: for a person who wonders. Bounded, since anybody may try names. For the hub's thread. */
final class ClientRefusals {
    private static final int MOST = 50;

    private final Map<ClientId, Refused> refused = new LinkedHashMap<>();

    /**
     * @param reason of the last time
     * @param count how often since it was let in last
     * @param at the last time; empty while the clock was never set
     */
    record Refused(String reason, long count, Optional<Instant> at) {}

    void refused(ClientId id, String reason, Optional<Instant> at) {
        Refused before = refused.remove(id);
        refused.put(id, new Refused(reason, before == null ? 1 : before.count() + 1, at));
        Iterator<ClientId> oldest = refused.keySet().iterator();
        if (refused.size() > MOST) {
            oldest.next();
            oldest.remove();
        }
    }

    void admitted(ClientId id) {
        refused.remove(id);
    }

    Map<ClientId, Refused> all() {
        return Map.copyOf(refused);
    }
}
