package io.edgeagent.fake;

import io.edgeagent.identity.AgentMemory;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import java.util.Optional;

/** Remembers while the test runs. */
public final class MemoryAgentIdentity implements AgentMemory {
    private Optional<ModuleIdentity> kept = Optional.empty();
    private boolean full;

    /** From now on nothing can be saved; or it can again. */
    public synchronized void setFull(boolean isFull) {
        full = isFull;
    }

    @Override
    public synchronized Optional<ModuleIdentity> agentIdentity() {
        return kept;
    }

    @Override
    public synchronized void keepAgentIdentity(ModuleIdentity identity) {
        if (full) {
            throw new ProblemException(ErrorCode.DISK_FULL, "no space left on device");
        }
        kept = Optional.of(identity);
    }
}
