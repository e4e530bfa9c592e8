package io.edgeagent.adapter.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.identity.Device;
import java.util.Optional;
import java.util.function.Predicate;

/** A device in a file. */
final class DeviceJson {
    private DeviceJson() {}

    /** Empty if there is none that counts; a damaged file is set aside. */
    static Optional<Device> read(AtomicFile file, Predicate<JsonNode> counts) {
        return file.readJson(json ->
                        json.path("hub").isTextual() && json.path("device").isTextual())
                .filter(counts)
                .map(found -> new Device(
                        found.path("hub").asText(), found.path("device").asText()));
    }

    static ObjectNode write(Device device) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("hub", device.hubHost())
                .put("device", device.deviceId());
    }
}
