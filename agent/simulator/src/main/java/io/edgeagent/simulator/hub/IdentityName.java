package io.edgeagent.simulator.hub;

import io.edgeagent.protocol.HubPaths;
import java.util.Optional;

/** What a device or module is called; its text is the MQTT client id. */
public record IdentityName(String deviceId, Optional<String> moduleId) {

    public static IdentityName device(String deviceId) {
        return new IdentityName(deviceId, Optional.empty());
    }

    public static IdentityName module(String deviceId, String moduleId) {
        return new IdentityName(deviceId, Optional.of(moduleId));
    }

    /** The resource of the identity's own SAS tokens. */
    public String resource(String hubHost) {
        return moduleId.map(module -> HubPaths.resource(hubHost, deviceId, module))
                .orElseGet(() -> HubPaths.resource(hubHost, deviceId));
    }

    @Override
    public String toString() {
        return moduleId.map(module -> deviceId + "/" + module).orElse(deviceId);
    }
}
