package io.edgeagent.identity;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A module identity that the hub makes together with the edge device, for a role of this process: its keys are derived and pushed
 * once, and what was pushed is kept.
 */
public final class RuntimeIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(RuntimeIdentity.class);

    private final String moduleId;
    private final IdentityRegistry registry;
    private final Identities identities;
    private final AgentMemory memory;

    public RuntimeIdentity(String moduleId, IdentityRegistry registry, Identities identities, AgentMemory memory) {
        this.moduleId = moduleId;
        this.registry = registry;
        this.identities = identities;
        this.memory = memory;
    }

    /** As it was when the hub got its keys. */
    public Optional<ModuleIdentity> known() {
        return memory.agentIdentity();
    }

    /** Asks the hub and pushes keys; blocks. @throws ProblemException if the hub does not take it */
    public ModuleIdentity fetch() {
        ModuleIdentity identity = registry.list().stream()
                .map(HubModule::identity)
                .filter(known -> known.moduleId().equals(moduleId))
                .findFirst()
                .orElseThrow(() ->
                        new ProblemException(ErrorCode.HUB_REFUSED, "the device has no module identity " + moduleId));
        identities.pushKeys(identity);
        try {
            memory.keepAgentIdentity(identity);
        } catch (ProblemException e) {
            // the hub is asked at the next start
            LOG.warn("event=identity_not_saved module={} reason=\"{}\"", moduleId, e.problem());
        }
        return identity;
    }
}
