package io.edgeagent.hub.world;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubSettings;
import io.edgeagent.hub.Message;
import io.edgeagent.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The routes of the world, judged here by themselves: the hub is given their text.
 *
 * @param active rules
 * @param timeToLive of the hub in seconds, where a rule has none
 */
record Rules(List<Rule> active, long timeToLive) {
    /** In place of a module's name: all devices behind the board. */
    private static final String DEVICES = "";

    private static final int NO_PRIORITY = 2_000_000_000;

    /**
     * One route.
     *
     * @param from a module's name, or {@link #DEVICES}; empty for all messages
     * @param level a value of the property "level" that it asks for
     * @param input module and input as "m1/in"; empty for the cloud
     * @param timeToLive seconds; 0 for the hub's
     */
    record Rule(
            String name,
            Optional<String> from,
            Optional<String> level,
            Optional<String> input,
            int priority,
            long timeToLive) {
        private boolean matches(ClientId sender, Map<String, String> properties) {
            return from.map(name -> sender.module().orElse(DEVICES).equals(name))
                            .orElse(true)
                    && level.map(wanted -> wanted.equals(properties.get("level")))
                            .orElse(true);
        }

        private String text() {
            String source = from.filter(name -> !name.equals(DEVICES))
                    .map(name -> "/messages/modules/" + name + "/outputs/*")
                    .orElse("/messages/*");
            String sink = input.map(to -> {
                        String[] parts = to.split("/", -1);
                        return "BrokeredEndpoint(\"/modules/" + parts[0] + "/inputs/" + parts[1] + "\")";
                    })
                    .orElse("$upstream");
            List<String> conditions = new ArrayList<>();
            from.filter(DEVICES::equals).ifPresent(all -> conditions.add("NOT is_defined($connectionModuleId)"));
            level.ifPresent(wanted -> conditions.add("level = '" + wanted + "'"));
            return "FROM " + source + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions))
                    + " INTO " + sink;
        }
    }

    static final List<Rule> ALL = List.of(
            new Rule("up", Optional.of("m0"), Optional.empty(), Optional.empty(), NO_PRIORITY, 0),
            new Rule("up1", Optional.of("m1"), Optional.empty(), Optional.empty(), 5, 0),
            new Rule("alarms", Optional.empty(), Optional.of("high"), Optional.empty(), 0, 86400),
            new Rule("pipe", Optional.of("m0"), Optional.empty(), Optional.of("m1/in"), NO_PRIORITY, 0),
            new Rule("fast", Optional.of("m0"), Optional.of("high"), Optional.of("m1/in"), 1, 0),
            new Rule("other", Optional.of("m1"), Optional.of("low"), Optional.of("m2/a"), NO_PRIORITY, 600),
            new Rule("both", Optional.of("m3"), Optional.empty(), Optional.of("m2/b"), 3, 0),
            new Rule("devices", Optional.of(DEVICES), Optional.empty(), Optional.empty(), 5, 0),
            new Rule("seen", Optional.of(DEVICES), Optional.of("low"), Optional.of("m2/a"), NO_PRIORITY, 900),
            new Rule("gone", Optional.of("m3"), Optional.of("low"), Optional.of("nobody/in"), 3, 1800));

    /** The place of a message in one queue, by the name that the queue has on the disk, with the time to live in milliseconds. */
    Map<String, Long> places(ClientId sender, Map<String, String> properties) {
        Map<String, Rule> chosen = new TreeMap<>();
        for (Rule rule : active) {
            if (rule.matches(sender, properties)) {
                chosen.merge(
                        rule.input().orElse(""),
                        rule,
                        (one, other) -> one.priority() <= other.priority() ? one : other);
            }
        }
        Map<String, Long> places = new TreeMap<>();
        chosen.forEach((input, rule) -> {
            String queue = rule.priority() + "\n"
                    + (input.isEmpty()
                            ? "upstream\n" + sender.device() + "\n"
                                    + sender.module().orElse("")
                            : "input\n" + input.replace('/', '\n'));
            places.put(queue, (rule.timeToLive() == 0 ? timeToLive : rule.timeToLive()) * 1000);
        });
        return places;
    }

    HubSettings settings(long maxBytes) {
        ObjectNode desired = Json.MAPPER.createObjectNode();
        desired.put("$version", 1).put("schemaVersion", "1.1");
        ObjectNode routes = desired.putObject("routes");
        for (Rule rule : active) {
            ObjectNode route = routes.putObject(rule.name()).put("route", rule.text());
            if (rule.priority() != NO_PRIORITY) {
                route.put("priority", rule.priority());
            }
            if (rule.timeToLive() != 0) {
                route.put("timeToLiveSecs", rule.timeToLive());
            }
        }
        ObjectNode storage = desired.putObject("storeAndForwardConfiguration");
        storage.put("timeToLiveSecs", timeToLive);
        storage.putObject("storeLimits").put("maxSizeBytes", maxBytes);
        try {
            HubSettings settings = HubSettings.parse(desired);
            if (!settings.problems().isEmpty()) {
                throw new IllegalStateException(settings.problems().toString());
            }
            return settings;
        } catch (HubSettings.Refused e) {
            throw new IllegalStateException(e);
        }
    }

    /** Others: each rule is there or not, and times to live change. */
    static Rules any(SimTime time) {
        List<Rule> rules = new ArrayList<>();
        for (Rule rule : ALL) {
            if (time.chance(0.85)) {
                rules.add(rule);
            }
        }
        return new Rules(rules, time.chance(0.3) ? 120 + time.random().nextInt(3600) : 7200);
    }

    static Rules all() {
        return new Rules(ALL, 7200);
    }

    static String property(Message message, String name) {
        return message.application().getOrDefault(name, "");
    }
}
