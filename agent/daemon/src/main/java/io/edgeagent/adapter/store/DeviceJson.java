package io.edgeagent.adapter.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.identity.Device;
import io.edgeagent.model.Json;
import io.edgeagent.model.ProblemException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;

/** A device in a file. */
final class DeviceJson {
    private DeviceJson() {}

    /** Empty if there is none that counts; a damaged file is set aside. */
    static Optional<Device> read(AtomicFile file, Predicate<JsonNode> counts) {
        try {
            Optional<byte[]> content = file.read();
            if (content.isEmpty()) {
                return Optional.empty();
            }
            JsonNode json = Json.MAPPER.readTree(content.get());
            if (json.path("hub").isTextual() && json.path("device").isTextual()) {
                return Optional.of(json)
                        .filter(counts)
                        .map(found -> new Device(
                                found.path("hub").asText(), found.path("device").asText()));
            }
            file.setAside("it names no hub and device");
        } catch (IOException e) {
            file.setAside("it holds no JSON");
        } catch (ProblemException e) {
            file.setAside(e.problem().text());
        }
        return Optional.empty();
    }

    static ObjectNode write(Device device) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("hub", device.hubHost())
                .put("device", device.deviceId());
    }
}
