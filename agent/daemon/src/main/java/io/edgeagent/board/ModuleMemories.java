package io.edgeagent.board;

import io.edgeagent.model.ProblemException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what is kept of the modules when it changed, and only then: a board's flash wears out. */
public final class ModuleMemories {
    private static final Logger LOG = LoggerFactory.getLogger(ModuleMemories.class);

    private final ModuleMemoryStore store;
    private Map<String, ModuleMemory> onDisk = Map.of();
    private boolean failed;

    public ModuleMemories(ModuleMemoryStore store) {
        this.store = store;
    }

    public Map<String, ModuleMemory> restore() {
        onDisk = Map.copyOf(store.memories());
        return onDisk;
    }

    public void save(Map<String, ModuleMemory> memories) {
        if (memories.equals(onDisk)) {
            return;
        }
        try {
            store.saveMemories(memories);
            onDisk = Map.copyOf(memories);
            failed = false;
        } catch (ProblemException e) {
            if (!failed) {
                LOG.error("event=memories_not_saved reason=\"{}\"", e.problem());
            }
            failed = true;
        }
    }
}
