package io.edgeagent.model;

/** What kind of thing went wrong; machines read the code, people the text beside it. */
public enum ErrorCode {
    MANIFEST_INVALID,
    SCHEMA_UNSUPPORTED,
    IMAGE_INVALID,
    IMAGE_NOT_FOUND,
    IMAGE_WRONG_PLATFORM,
    REGISTRY_UNAUTHORIZED,
    REGISTRY_UNREACHABLE,
    NAME_TAKEN,
    PORT_TAKEN,
    DEVICE_MISSING,
    OPTIONS_REFUSED,
    UPDATE_ROLLED_BACK,
    DISK_FULL,
    ENGINE_UNREACHABLE,
    ENGINE_FAILED,
    HUB_UNREACHABLE,
    HUB_UNAUTHORIZED,
    HUB_THROTTLED,
    HUB_REFUSED,
    STATE_DAMAGED,
    INTERNAL
}
