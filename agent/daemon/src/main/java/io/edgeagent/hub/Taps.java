package io.edgeagent.hub;

import io.edgeagent.hub.route.Endpoint;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Copies of messages for people who look at routes. Each look has a few of the last messages, and is forgotten when nobody has asked
 * for a while; without one nothing is kept. For the hub's thread.
 */
final class Taps {
    private static final int MOST_TAPS = 4;
    private static final int MOST_MESSAGES = 100;
    private static final int MOST_BYTES = 512 * 1024;
    private static final Duration FORGOTTEN = Duration.ofSeconds(20);

    private final HubRuntime runtime;
    private final Map<String, Tap> taps = new HashMap<>();

    /** What is wanted; all that is given must hold. */
    record Wanted(Optional<String> module, Optional<String> input, Optional<String> route) {
        boolean takes(Map<String, Endpoint> matched) {
            return matched.entrySet().stream().anyMatch(this::takes)
                    || (module.isEmpty() && input.isEmpty() && route.isEmpty());
        }

        private boolean takes(Map.Entry<String, Endpoint> matched) {
            return route.map(matched.getKey()::equals).orElse(true)
                    && module.map(name -> matched.getValue() instanceof Endpoint.ModuleInput to
                                    && to.module().equals(name)
                                    && input.map(to.input()::equals).orElse(true))
                            .orElse(input.isEmpty());
        }
    }

    /**
     * @param number counts from 1 for each look: a gap tells that some were too many to keep
     * @param routes that matched
     */
    record Passed(long number, Message message, List<String> routes) {}

    private static final class Tap {
        private final Wanted wanted;
        private final ArrayDeque<Passed> passed = new ArrayDeque<>();
        private long bytes;
        private long last;
        private long askedAt;

        private Tap(Wanted wanted) {
            this.wanted = wanted;
        }

        private void add(Message message, List<String> routes) {
            passed.add(new Passed(++last, message, routes));
            bytes += message.size();
            while (passed.size() > MOST_MESSAGES || (bytes > MOST_BYTES && passed.size() > 1)) {
                bytes -= passed.poll().message().size();
            }
        }
    }

    Taps(HubRuntime runtime) {
        this.runtime = runtime;
    }

    /** Whether anybody looks. */
    boolean isActive() {
        if (taps.isEmpty()) {
            return false;
        }
        taps.values().removeIf(tap -> runtime.nanos() - tap.askedAt > FORGOTTEN.toNanos());
        return !taps.isEmpty();
    }

    /** @param matched the routes that the message matched, with their endpoints */
    void passed(Message message, Map<String, Endpoint> matched) {
        for (Tap tap : taps.values()) {
            if (tap.wanted.takes(matched)) {
                tap.add(message, List.copyOf(matched.keySet()));
            }
        }
    }

    /**
     * What came since, from the first question on.
     *
     * @return empty if too many look already
     */
    Optional<List<Passed>> after(String id, Wanted wanted, long number) {
        if (!isActive() || !taps.containsKey(id)) {
            if (taps.size() >= MOST_TAPS) {
                return Optional.empty();
            }
            taps.put(id, new Tap(wanted));
        }
        Tap tap = taps.get(id);
        tap.askedAt = runtime.nanos();
        List<Passed> news = new ArrayList<>(tap.passed);
        // the hub was started anew since, and counts from 1 again
        long known = number > tap.last ? 0 : number;
        news.removeIf(passed -> passed.number() <= known);
        return Optional.of(news);
    }
}
