package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** JSON as the hub reads and writes it: strict, one document per body. */
public final class HubJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private HubJson() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** @throws IOException if the bytes are not exactly one JSON document */
    public static JsonNode parse(byte[] bytes) throws IOException {
        JsonNode node = MAPPER.readTree(bytes);
        if (node.isMissingNode()) {
            throw new IOException("no JSON: the text is empty");
        }
        return node;
    }

    /** @throws HubException 400 if the bytes are not exactly one JSON object */
    public static ObjectNode parseObject(byte[] bytes) {
        try {
            if (parse(bytes) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw new HubException(HubError.ARGUMENT_INVALID, "The body is not valid JSON: " + firstLine(e));
        }
        throw new HubException(HubError.ARGUMENT_INVALID, "The body must be a JSON object.");
    }

    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    /** For people and for files that people look into. */
    public static String pretty(JsonNode node) {
        return node.toPrettyString();
    }

    /** Times as SDKs parse them: ISO 8601 in UTC, always with fractions. */
    public static String time(Instant instant) {
        String text = instant.truncatedTo(ChronoUnit.MILLIS).toString();
        return text.contains(".") ? text : text.replace("Z", ".000Z");
    }

    private static String firstLine(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.lines().findFirst().orElse("");
    }
}
