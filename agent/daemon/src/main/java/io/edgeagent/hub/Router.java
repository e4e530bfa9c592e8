package io.edgeagent.hub;

import io.edgeagent.hub.route.Endpoint;
import io.edgeagent.hub.route.RoutedMessage;
import io.edgeagent.runtime.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which queues a message goes to, by the routes in force. */
final class Router {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final long HOUR = Duration.ofHours(1).toNanos();
    private static final int MOST_SOURCES = 200;
    private static final int LONGEST_SOURCE = 200;

    private final HubRuntime runtime;
    private final Metrics metrics;
    private final Map<String, Unmatched> unmatched = new LinkedHashMap<>();
    private List<Way> ways = List.of();
    private HubSettings settings = HubSettings.NONE;

    Router(HubRuntime runtime, Metrics metrics) {
        this.runtime = runtime;
        this.metrics = metrics;
    }

    void follow(HubSettings newSettings) {
        Map<String, Long> known = matched();
        settings = newSettings;
        unmatched.clear();
        ways = newSettings.routes().entrySet().stream()
                .map(rule -> new Way(
                        rule.getKey(),
                        rule.getValue(),
                        milliseconds(rule.getValue().timeToLive().orElse(newSettings.timeToLive())),
                        known.getOrDefault(rule.getKey(), 0L)))
                .toList();
    }

    /** Whether a route names plain topics. */
    boolean takesTopics() {
        return settings.routes().values().stream().anyMatch(rule -> rule.route().takesTopics());
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
        Map<String, Long> matched = new LinkedHashMap<>();
        ways.forEach(way -> matched.put(way.name, way.matched));
        matched.values().removeIf(count -> count == 0);
        return matched;
    }

    /** One route in force. The queue of a module's input is the same for all messages, so its name is made once. */
    private static final class Way {
        private final String name;
        private final HubSettings.RouteRule rule;
        private final long timeToLive;
        private final Optional<MessageStore.Target> toModule;
        private long matched;

        private Way(String name, HubSettings.RouteRule rule, long timeToLive, long matched) {
            this.name = name;
            this.rule = rule;
            this.timeToLive = timeToLive;
            this.matched = matched;
            this.toModule = QueueName.ofModule(rule.route().endpoint(), rule.priority())
                    .map(queue -> new MessageStore.Target(queue.text(), timeToLive));
        }

        private boolean leadsWhere(Way other) {
            return rule.route().endpoint().equals(other.rule.route().endpoint());
        }

        private MessageStore.Target target(ClientId sender) {
            return toModule.orElseGet(() -> new MessageStore.Target(
                    QueueName.of(rule.route().endpoint(), rule.priority(), sender)
                            .text(),
                    timeToLive));
        }
    }

    /** One an endpoint: of several routes to the same one that with the smallest priority number counts, with its time to live. */
    List<MessageStore.Target> targets(Message message) {
        List<Way> chosen = new ArrayList<>(2);
        for (Way way : ways) {
            if (way.rule.route().matches(message)) {
                way.matched++;
                choose(chosen, way);
            }
        }
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
        List<MessageStore.Target> targets = new ArrayList<>(chosen.size());
        for (Way way : chosen) {
            targets.add(way.target(message.sender()));
        }
        return targets;
    }

    private static void choose(List<Way> chosen, Way way) {
        for (int i = 0; i < chosen.size(); i++) {
            if (chosen.get(i).leadsWhere(way)) {
                if (way.rule.priority() < chosen.get(i).rule.priority()) {
                    chosen.set(i, way);
                }
                return;
            }
        }
        chosen.add(way);
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
