package io.edgeagent.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What leaves {@link CreateOptions} is what the engine makes of the text: the rule of Go's encoding/json is written here once
 * more, on its own, for texts with names in any case and more than once.
 */
class GoReadsTheSameTest {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String[] NAMES = {
        "HostConfig",
        "Privileged",
        "Mounts",
        "Source",
        "Type",
        "Binds",
        "Labels",
        "PidMode",
        "NetworkMode",
        "SecurityOpt",
        "Sysctls",
        "net.x",
        "Future",
        "Devices",
        "PathOnHost",
        "NetworkingConfig",
        "EndpointsConfig",
        "Links"
    };

    /** An object as it is written: names can be there twice. */
    private record Written(List<Map.Entry<String, Object>> fields) {}

    @Test
    void what_the_policy_sees_is_what_the_engine_will_see() {
        Random random = new Random(42);
        int taken = 0;
        for (int i = 0; i < 20_000; i++) {
            Written written = object(random, CreateCall.BODY, 0);
            CreateOptions options;
            try {
                options = CreateOptions.parse(text(written));
            } catch (ProblemException e) {
                assertThat(isTwice(written, CreateCall.BODY))
                        .as(text(written) + ": " + e.getMessage())
                        .isTrue();
                continue;
            }
            taken++;
            assertThat(isTwice(written, CreateCall.BODY)).as(text(written)).isFalse();
            assertThat(known(options.toJson(), CreateCall.BODY))
                    .as(text(written))
                    .isEqualTo(decode(written, CreateCall.BODY));
        }
        assertThat(taken).isGreaterThan(5_000);
    }

    /** encoding/json: a field by its exact name, else by its folded one; a later value goes over an earlier one. */
    private static JsonNode decode(Object value, Shape shape) {
        if (value instanceof Written written) {
            ObjectNode object = NODES.objectNode();
            written.fields().forEach(field -> {
                if (shape instanceof Shape.Fields fields) {
                    fields.find(field.getKey()).ifPresent(known -> {
                        JsonNode decoded = decode(field.getValue(), known.shape());
                        if (!decoded.isNull()) {
                            object.set(known.name(), decoded);
                        }
                    });
                } else {
                    Shape inner = shape instanceof Shape.Names names ? names.value() : Shape.ANY;
                    object.set(field.getKey(), decode(field.getValue(), inner));
                }
            });
            return object;
        }
        if (value instanceof List<?> list) {
            ArrayNode array = NODES.arrayNode();
            list.forEach(item ->
                    array.add(decode(item, shape instanceof Shape.Items items ? items.item() : Shape.ANY)));
            return array;
        }
        return (JsonNode) value;
    }

    /** Without the names that the engine does not look for. */
    private static JsonNode known(JsonNode node, Shape shape) {
        if (node.isObject()) {
            ObjectNode object = NODES.objectNode();
            node.properties().forEach(field -> {
                if (shape instanceof Shape.Fields fields) {
                    fields.find(field.getKey()).ifPresent(known -> {
                        assertThat(field.getKey()).isEqualTo(known.name());
                        object.set(known.name(), known(field.getValue(), known.shape()));
                    });
                } else {
                    Shape inner = shape instanceof Shape.Names names ? names.value() : Shape.ANY;
                    object.set(field.getKey(), known(field.getValue(), inner));
                }
            });
            return object;
        }
        if (node.isArray()) {
            ArrayNode array = NODES.arrayNode();
            node.forEach(item -> array.add(known(item, shape instanceof Shape.Items items ? items.item() : Shape.ANY)));
            return array;
        }
        return node;
    }

    private static boolean isTwice(Object value, Shape shape) {
        if (value instanceof List<?> list) {
            return list.stream()
                    .anyMatch(item -> isTwice(item, shape instanceof Shape.Items items ? items.item() : Shape.ANY));
        }
        if (!(value instanceof Written written)) {
            return false;
        }
        List<String> seen = new ArrayList<>();
        for (Map.Entry<String, Object> field : written.fields()) {
            String name = shape instanceof Shape.Fields ? goFold(field.getKey()) : field.getKey();
            Shape inner = shape instanceof Shape.Fields fields
                    ? fields.find(field.getKey()).map(Shape.Fields.Field::shape).orElse(Shape.ANY)
                    : shape instanceof Shape.Names names ? names.value() : Shape.ANY;
            if (seen.contains(name) || isTwice(field.getValue(), inner)) {
                return true;
            }
            seen.add(name);
        }
        return false;
    }

    // encoding/json, foldName: the smallest rune of each folding class, which for letters is the upper case one
    private static String goFold(String name) {
        StringBuilder folded = new StringBuilder();
        name.chars()
                .forEach(c -> folded.append(
                        (char) (c == 0x17f ? 'S' : c == 0x212a ? 'K' : c < 0x80 ? Character.toUpperCase(c) : c)));
        return folded.toString();
    }

    private static Written object(Random random, Shape shape, int depth) {
        List<Map.Entry<String, Object>> fields = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            String name = spell(NAMES[random.nextInt(NAMES.length)], random);
            Shape inner = shape instanceof Shape.Fields known
                    ? known.find(name).map(Shape.Fields.Field::shape).orElse(Shape.ANY)
                    : shape instanceof Shape.Names names ? names.value() : Shape.ANY;
            fields.add(Map.entry(name, value(random, inner, depth + 1)));
        }
        return new Written(fields);
    }

    private static Object value(Random random, Shape shape, int depth) {
        if (random.nextInt(12) == 0) {
            return NODES.nullNode();
        }
        if (shape instanceof Shape.Text) {
            return NODES.textNode("t" + random.nextInt(3));
        }
        if (shape instanceof Shape.Flag) {
            return NODES.booleanNode(random.nextBoolean());
        }
        if (shape instanceof Shape.Whole) {
            return NODES.numberNode((long) random.nextInt(9));
        }
        if (shape instanceof Shape.Items items) {
            List<Object> list = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                list.add(value(random, items.item(), depth + 1));
            }
            return list;
        }
        return depth > 6 || (shape instanceof Shape.Any && random.nextBoolean())
                ? shape instanceof Shape.Any ? NODES.numberNode(random.nextInt(9)) : new Written(List.of())
                : object(random, shape, depth);
    }

    private static String spell(String name, Random random) {
        if (random.nextInt(3) > 0) {
            return name;
        }
        StringBuilder spelled = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            char other = Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c);
            if (random.nextInt(20) == 0) {
                other = switch (Character.toLowerCase(c)) {
                    case 'k' -> '\u212a';
                    case 's' -> '\u017f';
                    case 'i' -> '\u0131';
                    default -> c;
                };
            }
            spelled.append(random.nextBoolean() ? c : other);
        }
        return spelled.toString();
    }

    private static String text(Object value) {
        if (value instanceof Written written) {
            List<String> fields = new ArrayList<>();
            written.fields()
                    .forEach(field -> fields.add(NODES.textNode(field.getKey()) + ":" + text(field.getValue())));
            return "{" + String.join(",", fields) + "}";
        }
        if (value instanceof List<?> list) {
            return "["
                    + String.join(
                            ",", list.stream().map(GoReadsTheSameTest::text).toList()) + "]";
        }
        return value.toString();
    }
}
