package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of IoT Hub's query language that lists twins: SELECT * FROM devices[.modules] [WHERE a = 'x' AND b != 2]. */
public final class Query {
    private static final Pattern SELECT = Pattern.compile(
            "\\s*select\\s+(?:top\\s+(\\d+)\\s+)?\\*\\s+from\\s+(devices(?:\\.modules)?)(?:\\s+where\\s+(.+?))?\\s*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern CONDITION = Pattern.compile(
            "\\s*([\\w.$\\-]+)\\s*(=|!=|<>)\\s*(?:'([^']*)'|\"([^\"]*)\"|([\\w.\\-]+))\\s*(and\\b|$)",
            Pattern.CASE_INSENSITIVE);

    private final boolean modules;
    private final long limit;
    private final List<Predicate<ObjectNode>> conditions;

    private Query(boolean modules, long limit, List<Predicate<ObjectNode>> conditions) {
        this.modules = modules;
        this.limit = limit;
        this.conditions = conditions;
    }

    /** @throws HubException 400 if the text is beyond this part of the language */
    public static Query parse(String text) {
        Matcher select = SELECT.matcher(text);
        if (!select.matches()) {
            throw unsupported(text);
        }
        List<Predicate<ObjectNode>> conditions = new ArrayList<>();
        if (select.group(3) != null) {
            Matcher condition = CONDITION.matcher(select.group(3));
            int end = 0;
            boolean more = true;
            while (more) {
                if (!condition.find() || condition.start() != end) {
                    throw unsupported(text);
                }
                end = condition.end();
                conditions.add(condition(condition));
                more = !condition.group(6).isEmpty();
            }
            if (end != select.group(3).length()) {
                throw unsupported(text);
            }
        }
        long limit = select.group(1) == null ? Long.MAX_VALUE : Long.parseLong(select.group(1));
        return new Query(select.group(2).indexOf('.') > 0, limit, conditions);
    }

    /** Matching twins in the service API's form, by device id and module id. */
    public List<ObjectNode> run(Registry registry) {
        Collection<Identity> devices = registry.devices();
        return (modules
                        ? devices.stream()
                                .flatMap(
                                        device -> registry.modules(device.name().deviceId()).stream())
                        : devices.stream())
                .map(Identity::toTwinJson)
                .filter(twin -> conditions.stream().allMatch(condition -> condition.test(twin)))
                .limit(limit)
                .toList();
    }

    private static Predicate<ObjectNode> condition(Matcher matcher) {
        String[] path = matcher.group(1)
                .replaceFirst("(?i)^devices\\.(modules\\.)?", "")
                .split("\\.", -1);
        boolean equal = matcher.group(2).equals("=");
        String quoted = matcher.group(3) != null ? matcher.group(3) : matcher.group(4);
        String wanted = quoted != null ? quoted : matcher.group(5);
        return twin -> {
            JsonNode value = twin;
            for (String name : path) {
                value = value.path(name);
            }
            // a quoted literal equals only text, a bare one only numbers and booleans; what is not there equals nothing
            boolean sameKind = value.isValueNode() && value.isTextual() == (quoted != null);
            return sameKind && value.asText().equals(wanted) == equal;
        };
    }

    private static HubException unsupported(String text) {
        return new HubException(
                HubError.ARGUMENT_INVALID,
                "The simulator only knows SELECT * FROM devices[.modules] [WHERE name = value AND ..], not: " + text);
    }
}
