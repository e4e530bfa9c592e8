package io.edgeagent.protocol;

import java.util.Optional;

/** Topics that the hub publishes and that clients subscribe to (IoT Hub docs, MQTT). */
public final class Topics {
    public static final String TWIN_RESPONSES = "$iothub/twin/res/#";
    public static final String DESIRED_PATCHES = "$iothub/twin/PATCH/properties/desired/#";
    public static final String METHOD_CALLS = "$iothub/methods/POST/#";
    static final String METHOD_RESPONSE = "$iothub/methods/res/";

    private Topics() {}

    /** Where an identity publishes telemetry, with the slash that the property bag follows. */
    public static String telemetry(String deviceId, Optional<String> moduleId) {
        return identity(deviceId, moduleId) + "/messages/events/";
    }

    /** Filter of messages from the cloud to a device. */
    public static String cloudToDeviceFilter(String deviceId) {
        return "devices/" + deviceId + "/messages/devicebound/#";
    }

    public static String cloudToDevice(String deviceId, PropertyBag properties) {
        return "devices/" + deviceId + "/messages/devicebound/" + properties.toText();
    }

    /** Filter of messages that an edge hub routes to a module's inputs. */
    public static String inputsFilter(String deviceId, String moduleId) {
        return identity(deviceId, Optional.of(moduleId)) + "/inputs/#";
    }

    public static String twinResponse(int status, String requestId) {
        return "$iothub/twin/res/" + status + "/?$rid=" + requestId;
    }

    /** The version stands last: the Java SDK's parser needs it there. */
    public static String twinResponse(int status, String requestId, long version) {
        return twinResponse(status, requestId) + "&$version=" + version;
    }

    public static String desiredPatch(long version) {
        return "$iothub/twin/PATCH/properties/desired/?$version=" + version;
    }

    public static String methodCall(String method, String requestId) {
        return "$iothub/methods/POST/" + method + "/?$rid=" + requestId;
    }

    private static String identity(String deviceId, Optional<String> moduleId) {
        return "devices/" + deviceId
                + moduleId.map(module -> "/modules/" + module).orElse("");
    }
}
