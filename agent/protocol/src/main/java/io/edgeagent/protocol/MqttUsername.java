package io.edgeagent.protocol;

import java.util.Map;
import java.util.Optional;

/**
 * The user name of an MQTT CONNECT: {@code {hub}/{device}[/{module}]/?api-version=..&DeviceClientType=..&model-id=..}.
 *
 * @param hubHost host of the hub, also behind a gateway
 * @param query decoded parameters; api-version is always there
 */
public record MqttUsername(String hubHost, String deviceId, Optional<String> moduleId, Map<String, String> query) {

    /** @throws ProtocolException if the segments or api-version are missing */
    public static MqttUsername parse(String text) {
        int mark = text.indexOf("api-version=");
        if (mark <= 0) {
            throw new ProtocolException("the MQTT user name has no api-version");
        }
        int start = text.charAt(mark - 1) == '?' ? mark - 1 : mark;
        String path = text.substring(0, start);
        if (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        String[] segments = path.split("/", -1);
        if (segments.length < 2 || segments.length > 3 || segments[0].isEmpty() || segments[1].isEmpty()) {
            throw new ProtocolException("the MQTT user name is {hub}/{device}[/{module}]/?api-version={version}");
        }
        Optional<String> module = segments.length == 3 ? Optional.of(Percent.decode(segments[2])) : Optional.empty();
        if (module.filter(String::isEmpty).isPresent()) {
            throw new ProtocolException("the module in the MQTT user name is empty");
        }
        return new MqttUsername(
                segments[0],
                Percent.decode(segments[1]),
                module,
                PropertyBag.parse(text.substring(mark)).values());
    }

    /** The client id that belongs to this user: {@code {device}} or {@code {device}/{module}}. */
    public String clientId() {
        return moduleId.map(module -> deviceId + "/" + module).orElse(deviceId);
    }
}
