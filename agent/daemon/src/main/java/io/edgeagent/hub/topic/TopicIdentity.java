package io.edgeagent.hub.topic;

import io.edgeagent.hub.ClientId;
import io.edgeagent.model.Printable;
import java.util.Objects;
import java.util.Optional;

/**
 * Who uses plain topics: an identity of the IoT Hub, or a local client that has only a name and a password.
 *
 * @param name that authorisations know: {@code device}, {@code device/module}, or the local client's user name
 * @param iot empty for a local client
 * @param clientId of MQTT; of an identity of the IoT Hub it is the name
 */
public record TopicIdentity(String name, Optional<ClientId> iot, String clientId) {
    public TopicIdentity {
        Objects.requireNonNull(name);
        Objects.requireNonNull(clientId);
    }

    public static TopicIdentity of(ClientId id) {
        return new TopicIdentity(id.toString(), Optional.of(id), id.toString());
    }

    public static TopicIdentity local(String name, String clientId) {
        return new TopicIdentity(name, Optional.empty(), clientId);
    }

    /** What a session is kept under. Two local clients of one client id have a session each: nobody takes over another's. */
    String key() {
        return iot.isPresent() ? "iot\n" + name : "local\n" + name + "\n" + clientId;
    }

    /** Whether both have the name of one local client, or the same identity of the IoT Hub. */
    boolean isOfSame(TopicIdentity other) {
        return name.equals(other.name) && iot.equals(other.iot);
    }

    /** For the log. */
    @Override
    public String toString() {
        return iot.isPresent() || clientId.equals(name)
                ? name
                : name + " (" + Printable.of(clientId, TopicLimits.LONGEST_SHOWN) + ")";
    }
}
