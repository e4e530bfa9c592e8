package io.edgeagent.hub;

import io.edgeagent.protocol.SharedKey;
import java.util.Optional;

/**
 * Who may connect to the hub, and with which key. An implementation gives an immutable picture of the moment and may be asked from
 * any thread.
 */
public interface ModuleDirectory {
    /**
     * @param generation changes when the identity is made again
     * @param key that its tokens are signed with
     */
    record Known(String generation, SharedKey key) {}

    /** The device that all of this runs on. */
    String device();

    /** The IoT Hub's host name. */
    String iotHub();

    Optional<Known> find(ClientId id);
}
