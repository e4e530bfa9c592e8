package io.edgeagent.board;

import io.edgeagent.reconcile.Container;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which containers were up when they were last seen, and in which boot. A container that was up and is down after a reboot, or
 * after the engine was away, was cut off and must run again, whatever its exit code: many programs exit with 0 when they are
 * told to end.
 */
public final class CutOffMarks {
    private record Mark(String container, String boot) {}

    private static final String ANOTHER_BOOT = "";
    private static final Mark NONE = new Mark("", ANOTHER_BOOT);

    private final String bootId;
    private final Map<String, Mark> marks = new HashMap<>();

    public CutOffMarks(String bootId) {
        this.bootId = bootId;
    }

    public void restore(String module, ModuleMemory memory) {
        marks.put(module, new Mark(memory.upContainer(), memory.upBoot()));
    }

    /** Takes note of a module's container; true if it was cut off. */
    public boolean observe(String module, Optional<Container> container, boolean engineWasAway) {
        if (container.isEmpty()) {
            marks.remove(module);
            return false;
        }
        Mark mark = marks.getOrDefault(module, NONE);
        if (container.get().isUp()) {
            marks.put(module, new Mark(container.get().id(), bootId));
            return false;
        }
        boolean cutOff = mark.container.equals(container.get().id()) && (engineWasAway || !mark.boot.equals(bootId));
        if (cutOff) {
            // until it is up again, whatever happens to the agent meanwhile
            marks.put(module, new Mark(mark.container, ANOTHER_BOOT));
        } else {
            marks.remove(module);
        }
        return cutOff;
    }

    public String container(String module) {
        return marks.getOrDefault(module, NONE).container;
    }

    public String boot(String module) {
        return marks.getOrDefault(module, NONE).boot;
    }

    public void retain(Set<String> modules) {
        marks.keySet().retainAll(modules);
    }
}
