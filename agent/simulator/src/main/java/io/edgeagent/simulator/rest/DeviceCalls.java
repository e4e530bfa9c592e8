package io.edgeagent.simulator.rest;

import io.edgeagent.simulator.hub.IdentityName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What devices and modules ask a real hub over HTTPS. Here they use MQTT, and are told so. */
final class DeviceCalls {
    private static final Map<String, String> NAMES = Map.of(
            "messages", "messages over HTTPS: use MQTT",
            "files", "file upload",
            "deviceAndModuleInDeviceScope", "the device scope API",
            "getDeviceAndModuleOnBehalfOf", "the device scope API");

    private static final String BY_POST = "devicesAndModulesInTargetDeviceScope";

    private DeviceCalls() {}

    /** What {@code /devices/{d}[/modules/{m}]/..} asks for, in words; empty for anything else. */
    static Optional<String> named(Request request) {
        List<String> path = request.path();
        boolean ofModule = path.size() > 4 && path.get(2).equals("modules");
        int rest = ofModule ? 4 : 2;
        return path.size() > rest && path.get(0).equals("devices")
                ? Optional.ofNullable(NAMES.get(path.get(rest)))
                : Optional.empty();
    }

    /** Whether the hub of an edge device asks who is in its scope. */
    static boolean asksForScope(Request request) {
        List<String> path = request.path();
        return path.size() == 5
                && path.get(0).equals("devices")
                && path.get(2).equals("modules")
                && path.get(3).equals("$edgeHub")
                && path.get(4).equals(isPost(request) ? BY_POST : "devicesAndModulesInDeviceScope");
    }

    /** Whether it asks as the hub of a device with a parent does. */
    static boolean isPost(Request request) {
        return request.method().equals("POST");
    }

    /** Whether it is one of these and about the caller itself. */
    static boolean areOf(IdentityName caller, Request request) {
        return (named(request).isPresent() || asksForScope(request))
                && Routes.name(request.path()).equals(caller);
    }
}
