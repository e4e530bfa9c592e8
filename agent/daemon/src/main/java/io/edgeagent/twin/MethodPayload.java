package io.edgeagent.twin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.edgeagent.model.Json;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Payloads of direct methods, read as IoT Edge reads them: names of fields without regard to case, numbers also as text. */
public final class MethodPayload {
    private static final Pattern VERSION_1 = Pattern.compile("1\\.\\d{1,9}");

    /** Doubles below are exact. */
    private static final double WHOLE = 1L << 53;

    private MethodPayload() {}

    /** @throws IllegalArgumentException if it is not an object, or of another major version of the schema than 1 */
    public static JsonNode parse(String payload) {
        try {
            JsonNode json = Json.MAPPER.readTree(payload);
            if (json == null || json.isMissingNode() || json.isNull()) {
                throw new IllegalArgumentException("the payload is missing; it begins with schemaVersion \"1.0\"");
            }
            if (!json.isObject()) {
                throw new IllegalArgumentException("the payload must be an object");
            }
            if (!VERSION_1.matcher(text(json, "schemaVersion").orElse("")).matches()) {
                throw new IllegalArgumentException("schemaVersion must be \"1.0\"");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the payload is not valid JSON: " + Json.explain(e), e);
        }
    }

    /** A field; missing where there is none. */
    public static JsonNode field(JsonNode json, String name) {
        if (json.has(name)) {
            return json.path(name);
        }
        return json.properties().stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    /** A field that is a text or a number; empty where there is none. @throws IllegalArgumentException if it is something else */
    public static Optional<String> text(JsonNode json, String name) {
        JsonNode field = field(json, name);
        if (field.isMissingNode() || field.isNull()) {
            return Optional.empty();
        }
        if (!field.isTextual() && !field.isNumber()) {
            throw new IllegalArgumentException(name + " must be a text");
        }
        return Optional.of(field.isFloatingPointNumber() ? number(field.doubleValue()) : field.asText());
    }

    /** Clients that know only one kind of number send 2.0 for 2. */
    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < WHOLE
                ? String.valueOf((long) value)
                : String.valueOf(value);
    }
}
