package io.edgeagent.protocol;

import java.util.Locale;

/** Paths of the hub's REST API; api-version is a query parameter. */
public final class HubPaths {
    /** What the identity service of IoT Edge sends with a device's own credentials. */
    public static final String IDENTITY_API_VERSION = "2017-11-08-preview";

    /** What current service SDKs send. */
    public static final String SERVICE_API_VERSION = "2021-04-12";

    /** What edgeHub sends when it asks who is in its scope. */
    public static final String SCOPE_API_VERSION = "2018-08-30-preview";

    /** What it sends to a parent's hub. */
    public static final String NESTED_SCOPE_API_VERSION = "2020-06-30-preview";

    private HubPaths() {}

    public static String device(String deviceId) {
        return "/devices/" + Percent.encode(deviceId);
    }

    public static String modules(String deviceId) {
        return device(deviceId) + "/modules";
    }

    public static String module(String deviceId, String moduleId) {
        return modules(deviceId) + "/" + Percent.encode(moduleId);
    }

    /** Where the hub of an edge device asks for the devices below it, and their modules. */
    public static String deviceScope(String edgeDeviceId) {
        return module(edgeDeviceId, "$edgeHub") + "/devicesAndModulesInDeviceScope";
    }

    /** The same question to the hub of the edge device above. */
    public static String targetScope(String edgeDeviceId) {
        return module(edgeDeviceId, "$edgeHub") + "/devicesAndModulesInTargetDeviceScope";
    }

    public static String twin(String deviceId) {
        return "/twins/" + Percent.encode(deviceId);
    }

    public static String moduleTwin(String deviceId, String moduleId) {
        return twin(deviceId) + "/modules/" + Percent.encode(moduleId);
    }

    public static String applyConfiguration(String deviceId) {
        return device(deviceId) + "/applyConfigurationContent";
    }

    /** The resource that a device's or module's SAS token is made for; the host in lower case. */
    public static String resource(String hubHost, String deviceId) {
        return hubHost.toLowerCase(Locale.ROOT) + "/devices/" + deviceId;
    }

    public static String resource(String hubHost, String deviceId, String moduleId) {
        return resource(hubHost, deviceId) + "/modules/" + moduleId;
    }
}
