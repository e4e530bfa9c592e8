package io.edgeagent.board;

import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.SavedState;
import java.util.Map;
import java.util.concurrent.Executor;

/** What is kept of the modules over an end of the agent. */
public final class ModuleMemories {
    private final ModuleMemoryStore store;
    private final SavedState<Map<String, ModuleMemory>> saved;

    /** @param disk where writes happen */
    public ModuleMemories(ModuleMemoryStore store, Executor disk, Clock clock) {
        this.store = store;
        this.saved = new SavedState<>("what is remembered of modules", store::saveMemories, disk, clock);
    }

    public Map<String, ModuleMemory> restore() {
        Map<String, ModuleMemory> onDisk = Map.copyOf(store.memories());
        saved.restored(onDisk);
        return onDisk;
    }

    /** Writes it if it changed. */
    public void keep(Map<String, ModuleMemory> memories) {
        saved.keep(Map.copyOf(memories));
    }

    /** For those who need it on the disk first, and to write it again where that failed. */
    public SavedState<Map<String, ModuleMemory>> saved() {
        return saved;
    }
}
