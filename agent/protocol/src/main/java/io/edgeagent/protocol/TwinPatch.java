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

    /** The smallest patch with {@code merge(from, diff(from, to)).equals(to)}; empty where they are equal. */
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
            } else if (!value.equals(old)) {
                patch.set(field.getKey(), value.deepCopy());
            }
        }
        return patch;
    }

    /**
     * Holds a section (desired or reported, without $version) against the hub's limits (contract, section 8.10).
     *
     * @throws ProtocolException naming the first property that breaks one
     */
    public static void validate(ObjectNode section) {
        validate(section, "", 1);
        int size = section.toString().getBytes(StandardCharsets.UTF_8).length;
        if (size > MAX_SECTION_BYTES) {
            throw new ProtocolException(
                    "the section has " + size + " bytes, a twin holds at most " + MAX_SECTION_BYTES);
        }
    }

    private static void validate(JsonNode node, String path, int depth) {
        if (node.isObject()) {
            if (depth > MAX_DEPTH) {
                throw new ProtocolException("properties nest more than " + MAX_DEPTH + " deep at " + path);
            }
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
            node.forEach(item -> validate(item, path + "[]", depth + 1));
        } else if (node.isTextual() && bytes(node.textValue()) > MAX_STRING_BYTES) {
            throw new ProtocolException("the text at " + path + " is longer than " + MAX_STRING_BYTES + " bytes");
        } else if (node.isIntegralNumber() && (!node.canConvertToLong() || Math.abs(node.longValue()) > (1L << 52))) {
            throw new ProtocolException("the number at " + path + " is beyond 2^52");
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
