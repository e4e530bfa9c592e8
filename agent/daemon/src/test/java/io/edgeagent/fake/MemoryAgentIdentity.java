package io.edgeagent.fake;

import io.edgeagent.identity.AgentMemory;
import io.edgeagent.identity.ModuleIdentity;
import java.util.Optional;

/** Remembers while the test runs. */
public final class MemoryAgentIdentity implements AgentMemory {
    private Optional<ModuleIdentity> kept = Optional.empty();

    @Override
    public Optional<ModuleIdentity> agentIdentity() {
        return kept;
    }

    @Override
    public void keepAgentIdentity(ModuleIdentity identity) {
        kept = Optional.of(identity);
    }
}
