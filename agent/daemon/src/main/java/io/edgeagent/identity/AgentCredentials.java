package io.edgeagent.identity;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.protocol.ConnectionString;
import java.util.Optional;

/**
 * How the agent signs in as {@code $edgeAgent}: with the key that is derived from the identity's generation and was pushed to the
 * hub with the device's own credentials. Used by one thread.
 */
public final class AgentCredentials {
    private final ConnectionString device;
    private final IdentityRegistry registry;
    private final Identities identities;
    private Optional<ConnectionString> current = Optional.empty();

    public AgentCredentials(ConnectionString device, IdentityRegistry registry, Identities identities) {
        this.device = device;
        this.registry = registry;
        this.identities = identities;
    }

    /** The module's connection string. Asks the hub the first time and after {@link #refused}; blocks then. */
    public ConnectionString get() {
        if (current.isEmpty()) {
            ModuleIdentity identity = registry.list().stream()
                    .filter(known -> known.moduleId().equals(Identities.EDGE_AGENT))
                    .findFirst()
                    .orElseThrow(
                            () -> new ProblemException(
                                    ErrorCode.HUB_REFUSED,
                                    "the device " + device.deviceId().orElse("")
                                            + " has no module identity $edgeAgent: it is no IoT Edge "
                                            + "device; make one in the hub with: az iot hub device-identity create --edge-enabled"));
            identities.pushKeys(identity);
            current = Optional.of(new ConnectionString(
                    device.hostName(),
                    device.deviceId(),
                    Optional.of(Identities.EDGE_AGENT),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(identities.keyOf(identity))));
        }
        return current.get();
    }

    /** The hub did not take the key: it was changed there, or the identity is a new one. */
    public void refused() {
        current = Optional.empty();
    }
}
