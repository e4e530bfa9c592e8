package io.edgeagent.hub;

import io.edgeagent.hub.route.Endpoint;
import io.edgeagent.hub.route.RoutedMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which queues a message goes to, by the routes in force. */
final class Router {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final long HOUR = Duration.ofHours(1).toNanos();
    private static final int MOST_SOURCES = 200;
    private static final int LONGEST_SOURCE = 200;

    private final HubRuntime runtime;
    private final HubMetrics metrics;
    private final Map<String, Unmatched> unmatched = new LinkedHashMap<>();
    private final Map<String, Long> matched = new LinkedHashMap<>();
    private HubSettings settings = HubSettings.NONE;

    Router(HubRuntime runtime, HubMetrics metrics) {
        this.runtime = runtime;
        this.metrics = metrics;
    }

    void follow(HubSettings newSettings) {
        settings = newSettings;
        unmatched.clear();
        matched.keySet().retainAll(newSettings.routes().keySet());
    }

    HubSettings settings() {
        return settings;
    }

    /** The routes that a message matches, with their endpoints; counts nothing. */
    Map<String, Endpoint> matching(Message message) {
        Map<String, Endpoint> matching = new LinkedHashMap<>();
        settings.routes().forEach((name, rule) -> {
            if (rule.route().matches(message)) {
                matching.put(name, rule.route().endpoint());
            }
        });
        return matching;
    }

    /** How many messages each route has matched since the hub started. */
    Map<String, Long> matched() {
        return matched;
    }

    /** One an endpoint: of several routes to the same one that with the smallest priority number counts, with its time to live. */
    List<MessageStore.Target> targets(Message message) {
        Map<Endpoint, HubSettings.RouteRule> chosen = new LinkedHashMap<>();
        settings.routes().forEach((name, rule) -> {
            if (rule.route().matches(message)) {
                matched.merge(name, 1L, Long::sum);
                chosen.merge(
                        rule.route().endpoint(), rule, (one, other) -> other.priority() < one.priority() ? other : one);
            }
        });
        if (chosen.isEmpty()) {
            metrics.count(
                    "messages_dropped",
                    "reason",
                    "no_route",
                    "from",
                    message.sender().toString(),
                    "from_route_output",
                    message.output().orElse(""));
            sayUnmatched(message);
        }
        List<MessageStore.Target> targets = new ArrayList<>();
        chosen.forEach((endpoint, rule) -> targets.add(new MessageStore.Target(
                QueueName.of(endpoint, rule.priority(), message.sender()).text(),
                milliseconds(rule.timeToLive().orElse(settings.timeToLive())))));
        return targets;
    }

    private static long milliseconds(long seconds) {
        return seconds < 0 || seconds > Long.MAX_VALUE / 1000 ? -1 : seconds * 1000;
    }

    /** Once an hour a source, with the likely reason. */
    private void sayUnmatched(RoutedMessage message) {
        long now = runtime.nanos();
        unmatched.values().removeIf(known -> now - known.saidAt >= HOUR && known.since == 0);
        // a client makes up the names of its outputs
        String source = message.source()
                .substring(0, Math.min(LONGEST_SOURCE, message.source().length()));
        if (!unmatched.containsKey(source) && unmatched.size() >= MOST_SOURCES) {
            source = "others";
        }
        Unmatched known = unmatched.computeIfAbsent(source, name -> new Unmatched(now - HOUR));
        known.since++;
        if (now - known.saidAt >= HOUR) {
            LOG.warn(
                    "event=message_unmatched source=\"{}\" messages={} reason=\"{}\"",
                    source,
                    known.since,
                    reason(message));
            known.saidAt = now;
            known.since = 0;
        }
    }

    /** Of one source: when it was said last, and how many there were since. */
    private static final class Unmatched {
        private long saidAt;
        private long since;

        private Unmatched(long saidAt) {
            this.saidAt = saidAt;
        }
    }

    /** Why a message matches no route, in words. */
    String reason(RoutedMessage message) {
        if (settings.routes().isEmpty()) {
            return "the hub has no routes";
        }
        List<String> same = new ArrayList<>();
        boolean body = false;
        for (Map.Entry<String, HubSettings.RouteRule> rule : settings.routes().entrySet()) {
            if (rule.getValue().route().comesFrom(message.source())) {
                same.add(rule.getKey());
                body |= rule.getValue().route().readsBody();
            }
        }
        if (same.isEmpty()) {
            return "no route names this source";
        }
        String unreadable = body ? message.body().reason() : "";
        return "the conditions of these routes do not hold: " + String.join(", ", same)
                + (unreadable.isEmpty() ? "" : "; $body cannot be read: " + unreadable);
    }
}
