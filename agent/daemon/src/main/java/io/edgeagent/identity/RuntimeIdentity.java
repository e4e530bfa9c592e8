package io.edgeagent.identity;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.runtime.SavedState;
import java.util.Optional;

/**
 * A module identity that the hub makes together with the edge device, for a role of this process: its keys are derived and pushed
 * once, and what was pushed is kept.
 */
public final class RuntimeIdentity {
    private final String moduleId;
    private final IdentityRegistry registry;
    private final Identities identities;
    private final AgentMemory memory;
    private final SavedState<ModuleIdentity> saved;

    /** @param saved the write of the identity, which whoever made it repeats */
    public RuntimeIdentity(
            String moduleId,
            IdentityRegistry registry,
            Identities identities,
            AgentMemory memory,
            SavedState<ModuleIdentity> saved) {
        this.moduleId = moduleId;
        this.registry = registry;
        this.identities = identities;
        this.memory = memory;
        this.saved = saved;
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
        saved.keep(identity);
        return identity;
    }
}
