package io.edgeagent.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Merging and comparing twin sections: JSON merge patch (RFC 7396) in which null deletes and arrays are values. "$version" is
 * no property: it is set by whoever owns the section.
 */
public final class TwinPatch {
    public static final String VERSION = "$version";
    public static final String METADATA = "$metadata";

    private static final int MAX_DEPTH = 10;
    private static final int MAX_KEY_BYTES = 1024;
    private static final int MAX_STRING_BYTES = 4096;
    private static final int MAX_SECTION_BYTES = 32 * 1024;
    private static final long MAX_INTEGER = (1L << 52) - 1;
    private static final long MIN_INTEGER = -(1L << 52);

    private TwinPatch() {}

    /** A new document: {@code target} with {@code patch} applied. Neither argument is changed. */
    public static ObjectNode merge(ObjectNode target, ObjectNode patch) {
        ObjectNode merged = target.deepCopy();
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            JsonNode value = field.getValue();
            if (value.isNull()) {
                merged.remove(field.getKey());
            } else if (value instanceof ObjectNode object) {
                JsonNode old = merged.get(field.getKey());
                // merging into an empty object drops nulls that delete nothing
                merged.set(field.getKey(), merge(old instanceof ObjectNode oldObject ? oldObject : empty(), object));
            } else {
                merged.set(field.getKey(), value.deepCopy());
            }
        }
        return merged;
    }

    /**
     * The smallest patch that turns {@code from} into {@code to} when merged; empty where they are the same document, however
     * Java holds their integers. A null in {@code to} cannot be expressed: it counts as deleted.
     */
    public static ObjectNode diff(ObjectNode from, ObjectNode to) {
        ObjectNode patch = empty();
        for (Map.Entry<String, JsonNode> field : from.properties()) {
            if (!to.has(field.getKey())) {
                patch.putNull(field.getKey());
            }
        }
        for (Map.Entry<String, JsonNode> field : to.properties()) {
            JsonNode old = from.get(field.getKey());
            JsonNode value = field.getValue();
            if (old instanceof ObjectNode oldObject && value instanceof ObjectNode object) {
                ObjectNode inner = diff(oldObject, object);
                if (!inner.isEmpty()) {
                    patch.set(field.getKey(), inner);
                }
            } else if (old == null || !value.equals(TwinPatch::compare, old)) {
                patch.set(field.getKey(), value.deepCopy());
            }
        }
        return patch;
    }

    /** An int that was parsed and a long that was set are the same number in JSON. */
    private static int compare(JsonNode one, JsonNode other) {
        if (one.isIntegralNumber() && other.isIntegralNumber()) {
            return one.bigIntegerValue().compareTo(other.bigIntegerValue());
        }
        return one.equals(other) ? 0 : 1;
    }

    /**
     * Holds a section (desired or reported, without $version) against the hub's limits (IoT Hub docs, device twins).
     *
     * @throws ProtocolException naming the first property that breaks one
     */
    public static void validate(ObjectNode section) {
        validate(section, "", 0);
        int size = section.toString().getBytes(StandardCharsets.UTF_8).length;
        if (size > MAX_SECTION_BYTES) {
            throw new ProtocolException(
                    "the section has " + size + " bytes, a twin holds at most " + MAX_SECTION_BYTES);
        }
    }

    private static void validate(JsonNode node, String path, int depth) {
        if (node.isContainerNode() && depth > MAX_DEPTH) {
            throw new ProtocolException("properties nest more than " + MAX_DEPTH + " deep at " + path);
        }
        if (node.isObject()) {
            node.properties().forEach(field -> {
                String key = field.getKey();
                if (key.isEmpty() || bytes(key) > MAX_KEY_BYTES || key.chars().anyMatch(TwinPatch::isForbidden)) {
                    throw new ProtocolException("a property name is 1 to " + MAX_KEY_BYTES
                            + " bytes without '.', '$', blanks and control characters: \"" + key + "\" in \"" + path
                            + "\"");
                }
                validate(field.getValue(), path.isEmpty() ? key : path + "." + key, depth + 1);
            });
        } else if (node.isArray()) {
            for (JsonNode item : node) {
                if (item.isNull()) {
                    throw new ProtocolException("the array at " + path + " holds a null, a twin's cannot");
                }
                validate(item, path + "[]", depth + 1);
            }
        } else if (node.isTextual() && bytes(node.textValue()) > MAX_STRING_BYTES) {
            throw new ProtocolException("the text at " + path + " is longer than " + MAX_STRING_BYTES + " bytes");
        } else if (node.isIntegralNumber()
                && (!node.canConvertToLong() || node.longValue() < MIN_INTEGER || node.longValue() > MAX_INTEGER)) {
            throw new ProtocolException(
                    "the number at " + path + " is not between " + MIN_INTEGER + " and " + MAX_INTEGER);
        }
    }

    private static boolean isForbidden(int character) {
        return character == '.' || character == '$' || character == ' ' || Character.isISOControl(character);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }
}
