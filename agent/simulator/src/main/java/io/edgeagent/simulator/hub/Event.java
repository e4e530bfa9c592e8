package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A message from a device to the cloud, as a reader of the hub's events sees it.
 *
 * @param sequence grows by one with each event, also over a restart
 * @param deviceId of the connection that sent it, whatever the message says
 * @param moduleId of the connection that sent it
 * @param systemProperties by the names that IoT Hub gives them: iothub-connection-device-id, message-id, ..
 * @param properties application properties
 * @param bodyBase64 the body
 */
public record Event(
        long sequence,
        String deviceId,
        Optional<String> moduleId,
        Map<String, String> systemProperties,
        Map<String, String> properties,
        String bodyBase64) {

    public byte[] bytes() {
        return Base64.getDecoder().decode(bodyBase64);
    }

    /** The body as UTF-8 text. */
    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    static Event fromJson(JsonNode json) {
        return new Event(
                json.path("sequence").asLong(),
                json.path("deviceId").asText(),
                Optional.ofNullable(json.path("moduleId").textValue()),
                strings(json.path("systemProperties")),
                strings(json.path("properties")),
                json.path("bodyBase64").asText());
    }

    /** One line of the event list: "body" is the body as JSON or text, and left out where it is neither. */
    public ObjectNode toJson() {
        ObjectNode json = HubJson.object().put("sequence", sequence).put("deviceId", deviceId);
        moduleId.ifPresent(module -> json.put("moduleId", module));
        systemProperties.forEach(json.putObject("systemProperties")::put);
        properties.forEach(json.putObject("properties")::put);
        readableBody().ifPresent(body -> json.set("body", body));
        return json.put("bodyBase64", bodyBase64);
    }

    private Optional<JsonNode> readableBody() {
        byte[] bytes = bytes();
        try {
            return Optional.of(HubJson.parse(bytes));
        } catch (IOException noJson) {
            try {
                return Optional.of(HubJson.object()
                        .textNode(StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(bytes))
                                .toString()));
            } catch (CharacterCodingException noText) {
                return Optional.empty();
            }
        }
    }

    private static Map<String, String> strings(JsonNode json) {
        Map<String, String> strings = new LinkedHashMap<>();
        json.properties()
                .forEach(field -> strings.put(field.getKey(), field.getValue().asText()));
        return strings;
    }
}
