package io.edgeagent.board;

import java.util.Map;

/**
 * Keeps what is remembered of the modules over a power cut. A save that returned is on the disk whole; one that failed with {@link
 * io.edgeagent.model.ProblemException} left the old state in place. Damaged state is set aside and read as absent.
 */
public interface ModuleMemoryStore {
    /** What is kept of each module, by its name. */
    Map<String, ModuleMemory> memories();

    void saveMemories(Map<String, ModuleMemory> memories);
}
