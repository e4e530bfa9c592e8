package io.edgeagent.protocol;

/** Error codes that the hub's REST API sends in its body and in the header iothub-errorcode (java SDK, service side). */
public enum HubError {
    ARGUMENT_INVALID(400, "ArgumentInvalid"),
    UNAUTHORIZED(401, "IotHubUnauthorizedAccess"),
    QUEUE_DEPTH_EXCEEDED(403, "DeviceMaximumQueueDepthExceeded"),
    DEVICE_NOT_FOUND(404, "DeviceNotFound"),
    MODULE_NOT_FOUND(404, "ModuleNotFound"),
    DEVICE_NOT_ONLINE(404, "DeviceNotOnline"),
    NOT_FOUND(404, "GenericNotFound"),
    METHOD_NOT_ALLOWED(405, "GenericMethodNotAllowed"),
    DEVICE_EXISTS(409, "DeviceAlreadyExists"),
    MODULE_EXISTS(409, "ModuleAlreadyExistsOnDevice"),
    PRECONDITION_FAILED(412, "PreconditionFailed"),
    TOO_LARGE(413, "MessageTooLarge"),
    THROTTLED(429, "ThrottlingException"),
    SERVER_ERROR(500, "ServerError"),
    GATEWAY_TIMEOUT(504, "GatewayTimeout");

    private final int status;
    private final String code;

    HubError(int status, String code) {
        this.status = status;
        this.code = code;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The name in the body and the header. */
    public String code() {
        return code;
    }
}
