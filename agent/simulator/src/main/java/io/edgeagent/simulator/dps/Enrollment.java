package io.edgeagent.simulator.dps;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.HubJson;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who may register, and as what.
 *
 * @param id registration id of the one device, or name of the group
 * @param deviceId what the one device is called in the hub; empty takes the registration id
 * @param iotEdge whether its devices are IoT Edge devices
 */
record Enrollment(
        String id,
        boolean group,
        Attestation attestation,
        Optional<String> deviceId,
        boolean iotEdge,
        boolean enabled,
        Reprovision reprovision) {
    /** Registration ids, DPS concepts: letters, digits and - . _ :, the last a letter, a digit or a dash. */
    static final Pattern ID = Pattern.compile("[A-Za-z0-9\\-._:]{0,127}[A-Za-z0-9\\-]");

    /** What becomes of a device that registers again. */
    enum Reprovision {
        /** It is made again if the hub has lost it; else it stays, with its twin. */
        MIGRATE,
        /** It is made anew, with an empty twin. */
        RESET,
        /** It gets the old answer; the hub is not even looked at. */
        NEVER
    }

    /** @throws HubException 400 if it is malformed */
    static Enrollment parse(String id, JsonNode json) {
        if (!ID.matcher(id).matches()) {
            throw new HubException(
                    HubError.ARGUMENT_INVALID,
                    "The id of an enrollment is 1 to 128 letters, digits and - . _ :, the last a letter, a digit or -");
        }
        Enrollment parsed = new Enrollment(
                id,
                json.path("group").asBoolean(),
                Attestation.parse(json.path("attestation")),
                Optional.ofNullable(json.path("deviceId").textValue()),
                json.path("iotEdge").asBoolean(),
                json.path("enabled").asBoolean(true),
                reprovision(json.path("reprovision").asText("migrate")));
        if (parsed.group() && parsed.deviceId().isPresent()) {
            throw new HubException(
                    HubError.ARGUMENT_INVALID, "Devices of a group are called by their registration ids: no deviceId.");
        }
        return parsed;
    }

    ObjectNode toJson() {
        ObjectNode json = HubJson.object().put("id", id).put("group", group);
        json.set("attestation", attestation.toJson());
        deviceId.ifPresent(device -> json.put("deviceId", device));
        return json.put("iotEdge", iotEdge)
                .put("enabled", enabled)
                .put("reprovision", reprovision.name().toLowerCase(Locale.ROOT));
    }

    private static Reprovision reprovision(String text) {
        return Arrays.stream(Reprovision.values())
                .filter(value -> value.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new HubException(
                        HubError.ARGUMENT_INVALID, "reprovision must be migrate, reset or never, not " + text));
    }
}
