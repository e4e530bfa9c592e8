package io.edgeagent.protocol;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * The user name of an MQTT CONNECT: {@code {hub}/{device}[/{module}]/?api-version=..&DeviceClientType=..&model-id=..}.
 *
 * @param hubHost host of the hub, also behind a gateway
 * @param query decoded parameters; api-version is always there
 */
public record MqttUsername(String hubHost, String deviceId, Optional<String> moduleId, Map<String, String> query) {
    private static final String API_VERSION = "api-version";

    /**
     * The query is the first segment that holds api-version, with a '?' in front or without (old SDKs); a '?' elsewhere belongs to
     * an id, and one old client writes a raw '/' in its query.
     *
     * @throws ProtocolException if the segments or api-version are missing
     */
    public static MqttUsername parse(String text) {
        String[] segments = text.split("/", -1);
        int last = 0;
        while (last < segments.length && !segments[last].contains(API_VERSION + "=")) {
            last++;
        }
        if (last == segments.length) {
            throw new ProtocolException("the MQTT user name has no " + API_VERSION);
        }
        if (last < 2 || last > 3 || Arrays.stream(segments, 0, last).anyMatch(String::isBlank)) {
            throw new ProtocolException("the MQTT user name is {hub}/{device}[/{module}]/?api-version={version}");
        }
        String query = String.join("/", Arrays.asList(segments).subList(last, segments.length));
        Map<String, String> values = PropertyBag.parse(query.startsWith("?") ? query.substring(1) : query)
                .values();
        if (values.getOrDefault(API_VERSION, "").isBlank()) {
            throw new ProtocolException("the MQTT user name has no " + API_VERSION);
        }
        return new MqttUsername(
                segments[0],
                Percent.identifier(segments[1]),
                last == 3 ? Optional.of(Percent.identifier(segments[2])) : Optional.empty(),
                values);
    }

    /** The client id that belongs to this user: {@code {device}} or {@code {device}/{module}}. */
    public String clientId() {
        return moduleId.map(module -> deviceId + "/" + module).orElse(deviceId);
    }
}
