package io.edgeagent.hub.route;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A message written as JSON, for trying a route: {@code {"source": {"module": "m", "output": "o"}, "body": {"t": 1},
 * "contentType": "application/json", "contentEncoding": "utf-8", "appProperties": {"a": "b"}, "systemProperties": {"messageId":
 * "1"}}}. All fields may be left out. {@code bodyBase64} takes the place of a body that is not JSON text; {@code
 * "twinChange": true} makes it a notice of changed reported properties.
 */
public final class SampleMessage implements RoutedMessage {
    private static final String EDGE_DEVICE = "edge1";

    private final String source;
    private final Map<String, String> application = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, String> system = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final JsonBody body;

    /** @throws IllegalArgumentException if a field cannot be read; its message names the field */
    public SampleMessage(JsonNode json) {
        if (!json.isObject()) {
            throw new IllegalArgumentException("a message is a JSON object");
        }
        copy(json.path("appProperties"), application);
        copy(json.path("systemProperties"), system);
        for (String name : new String[] {"contentType", "contentEncoding"}) {
            if (json.hasNonNull(name)) {
                system.put(name, json.path(name).asText());
            }
        }
        source = json.path("twinChange").asBoolean(false)
                ? twinChange(json.path("source"))
                : telemetry(json.path("source"));
        body = JsonBody.of(
                systemProperty("contentType"), systemProperty("contentEncoding"), ByteBuffer.wrap(bytes(json)));
    }

    private static void copy(JsonNode from, Map<String, String> to) {
        from.properties()
                .forEach(field -> to.put(field.getKey(), field.getValue().asText()));
    }

    private static byte[] bytes(JsonNode json) {
        try {
            if (json.has("bodyBase64")) {
                return json.path("bodyBase64").binaryValue();
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("bodyBase64 is not valid Base64", e);
        }
        JsonNode body = json.path("body");
        String text = body.isMissingNode() ? "" : body.isTextual() ? body.textValue() : body.toString();
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String telemetry(JsonNode from) {
        if (from.has("device")) {
            system.put("connectionDeviceId", from.path("device").asText());
            system.put("edgeHubOriginInterface", "downstream");
            return "/messages";
        }
        String module = from.path("module").asText("module");
        system.put("connectionDeviceId", EDGE_DEVICE);
        system.put("connectionModuleId", module);
        system.put("edgeHubOriginInterface", "internal");
        if (!from.hasNonNull("output")) {
            return "/messages/modules/" + module;
        }
        system.put("outputName", from.path("output").asText());
        return "/messages/modules/" + module + "/outputs/" + from.path("output").asText();
    }

    private String twinChange(JsonNode from) {
        system.put("connectionDeviceId", EDGE_DEVICE);
        system.put("connectionModuleId", "$edgeHub");
        system.put("messageType", "twinChangeNotification");
        system.put("messageSchema", "twinChangeNotification");
        system.put("rpSenderDeviceId", from.path("device").asText(EDGE_DEVICE));
        if (from.hasNonNull("module")) {
            system.put("rpSenderModuleId", from.path("module").asText());
        }
        system.put("edgeHubOriginInterface", "internal");
        return "/twinChangeNotifications";
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public Optional<String> applicationProperty(String name) {
        return Optional.ofNullable(application.get(name));
    }

    @Override
    public Optional<String> systemProperty(String name) {
        return Optional.ofNullable(system.get(name));
    }

    @Override
    public JsonBody body() {
        return body;
    }
}
