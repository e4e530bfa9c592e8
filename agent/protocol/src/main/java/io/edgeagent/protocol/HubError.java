package io.edgeagent.protocol;

/**
 * Error codes that the hub's REST API sends in its body and in the header iothub-errorcode (Azure IoT Hub error codes; java SDK,
 * service side).
 */
public enum HubError {
    INVALID_PROTOCOL_VERSION(400, 400001, "InvalidProtocolVersion"),
    ARGUMENT_INVALID(400, 400004, "ArgumentInvalid"),
    DEVICE_DEFINED_MULTIPLE_TIMES(400, 400011, "DeviceDefinedMultipleTimes"),
    BULK_REGISTRY_FAILURE(400, 400013, "BulkRegistryOperationFailure"),
    INVALID_DEVICE_SCOPE(400, 400028, "InvalidDeviceScope"),
    INVALID_POLICY_KEY(400, 400035, "InvalidPolicyKey"),
    UNAUTHORIZED(401, 401002, "IotHubUnauthorizedAccess"),
    QUOTA_EXCEEDED(403, 403002, "IotHubQuotaExceeded"),
    QUEUE_DEPTH_EXCEEDED(403, 403004, "DeviceMaximumQueueDepthExceeded"),
    NOT_FOUND(404, 404000, "GenericNotFound"),
    DEVICE_NOT_FOUND(404, 404001, "DeviceNotFound"),
    MODULE_NOT_FOUND(404, 404010, "ModuleNotFound"),
    DEVICE_NOT_ONLINE(404, 404103, "DeviceNotOnline"),
    METHOD_NOT_ALLOWED(405, 405000, "GenericMethodNotAllowed"),
    DEVICE_EXISTS(409, 409001, "DeviceAlreadyExists"),
    MODULE_EXISTS(409, 409301, "ModuleAlreadyExistsOnDevice"),
    PRECONDITION_FAILED(412, 412001, "PreconditionFailed"),
    TOO_LARGE(413, 413001, "MessageTooLarge"),
    TOO_MANY_DEVICES(413, 413002, "TooManyDevices"),
    THROTTLED(429, 429001, "ThrottlingException"),
    SERVER_ERROR(500, 500001, "ServerError"),
    NOT_SUPPORTED(501, 501000, "FeatureNotSupported"),
    GATEWAY_TIMEOUT(504, 504101, "GatewayTimeout");

    private final int status;
    private final int number;
    private final String code;

    HubError(int status, int number, String code) {
        this.status = status;
        this.number = number;
        this.code = code;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** What answers in JSON carry as errorCode; its first three digits are the status. */
    public int number() {
        return number;
    }

    /** The name in the body and the header. */
    public String code() {
        return code;
    }
}
