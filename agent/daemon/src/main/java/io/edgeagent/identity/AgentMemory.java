package io.edgeagent.identity;

import java.util.Optional;

/** The agent's own module identity as it was when the hub got its keys, so that the hub need not be asked at every start. */
public interface AgentMemory {

    Optional<ModuleIdentity> agentIdentity();

    /** @throws io.edgeagent.model.ProblemException DISK_FULL */
    void keepAgentIdentity(ModuleIdentity identity);
}
