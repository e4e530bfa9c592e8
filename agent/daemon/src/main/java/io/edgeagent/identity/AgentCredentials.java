package io.edgeagent.identity;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.runtime.SavedState;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the agent signs in as {@code $edgeAgent}: with the key that is derived from the identity's generation and was pushed to the
 * hub with the device's own credentials, a key or a certificate. Used by one thread.
 */
public final class AgentCredentials {
    private static final Logger LOG = LoggerFactory.getLogger(AgentCredentials.class);

    private final Device device;
    private final IdentityRegistry registry;
    private final Identities identities;
    private final SavedState<ModuleIdentity> saved;
    private Optional<ModuleIdentity> before = Optional.empty();
    private Optional<ConnectionString> current;

    /** @param saved the write of the identity, which whoever made it repeats */
    public AgentCredentials(
            Device device,
            IdentityRegistry registry,
            Identities identities,
            AgentMemory memory,
            SavedState<ModuleIdentity> saved) {
        this.device = device;
        this.registry = registry;
        this.identities = identities;
        this.saved = saved;
        this.before = memory.agentIdentity();
        this.current = before.map(this::connectionString);
    }

    /**
     * The module's connection string. Asks the hub the first time in the device's life and after {@link #refused}; blocks then.
     */
    public ConnectionString get() {
        if (current.isEmpty()) {
            ModuleIdentity identity = registry.list().stream()
                    .map(HubModule::identity)
                    .filter(known -> known.moduleId().equals(Identities.EDGE_AGENT))
                    .findFirst()
                    .orElseThrow(
                            () -> new ProblemException(
                                    ErrorCode.HUB_REFUSED,
                                    "the device " + device.deviceId()
                                            + " has no module identity $edgeAgent: it is not an IoT Edge "
                                            + "device; make one in the hub with: az iot hub device-identity create --edge-enabled"));
            identities.pushKeys(identity);
            before.ifPresent(old -> say(old, identity));
            before = Optional.of(identity);
            current = Optional.of(connectionString(identity));
            saved.keep(identity);
        }
        return current.get();
    }

    /** The hub did not take the key: it was changed there, or the identity is a new one. */
    public void refused() {
        current = Optional.empty();
    }

    private static void say(ModuleIdentity old, ModuleIdentity identity) {
        if (old.equals(identity)) {
            LOG.info(
                    "event=agent_key_set_again reason=\"the hub refused $edgeAgent before: its key was changed there, or the device was disabled\"");
        } else {
            LOG.warn(
                    "event=device_made_again reason=\"the device was deleted in the hub and made again\" generation={}"
                            + " before={}",
                    identity.generationId(),
                    old.generationId());
        }
    }

    private ConnectionString connectionString(ModuleIdentity identity) {
        return new ConnectionString(
                device.hubHost(),
                Optional.of(device.deviceId()),
                Optional.of(Identities.EDGE_AGENT),
                Optional.empty(),
                Optional.empty(),
                Optional.of(identities.keyOf(identity)));
    }
}
