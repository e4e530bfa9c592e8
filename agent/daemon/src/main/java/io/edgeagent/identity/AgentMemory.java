package io.edgeagent.identity;

import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.SavedState;
import java.util.Optional;
import java.util.concurrent.Executor;

/** The agent's own module identity as it was when the hub got its keys, so that the hub need not be asked at every start. */
public interface AgentMemory {

    Optional<ModuleIdentity> agentIdentity();

    /** @throws io.edgeagent.model.ProblemException DISK_FULL */
    void keepAgentIdentity(ModuleIdentity identity);

    /**
     * Its write, repeated until it is on the disk.
     *
     * @param what for the log
     */
    default SavedState<ModuleIdentity> saved(String what, Executor disk, Clock clock) {
        SavedState<ModuleIdentity> saved = new SavedState<>(what, this::keepAgentIdentity, disk, clock);
        agentIdentity().ifPresent(saved::restored);
        return saved;
    }
}
