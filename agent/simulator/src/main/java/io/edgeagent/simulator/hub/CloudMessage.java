package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.PropertyBag;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A message from the cloud to a device.
 *
 * @param id made by the hub where the sender gave none
 * @param properties application properties
 * @param bodyBase64 the body
 */
public record CloudMessage(String id, Map<String, String> properties, String bodyBase64) {

    static CloudMessage fromState(JsonNode state) {
        Map<String, String> properties = new LinkedHashMap<>();
        state.path("properties")
                .properties()
                .forEach(property ->
                        properties.put(property.getKey(), property.getValue().asText()));
        return new CloudMessage(
                state.path("id").asText(), properties, state.path("body").asText());
    }

    ObjectNode toState() {
        ObjectNode state = HubJson.object().put("id", id).put("body", bodyBase64);
        ObjectNode bag = state.putObject("properties");
        properties.forEach(bag::put);
        return state;
    }

    byte[] body() {
        return Base64.getDecoder().decode(bodyBase64);
    }

    PropertyBag bag(String deviceId) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put(PropertyBag.MESSAGE_ID, id);
        values.put("$.to", "/devices/" + deviceId + "/messages/devicebound");
        values.putAll(properties);
        return new PropertyBag(values);
    }
}
