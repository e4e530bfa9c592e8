package io.edgeagent.board;

import io.edgeagent.reconcile.Container;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which containers were up when they were last seen, in which boot and in which life of the engine. A container that was up in
 * another one and is down now was cut off and must run again, whatever its exit code: many programs exit with 0 when they are
 * told to end. So must one of which nothing is known, because what was known of it is lost.
 */
public final class CutOffMarks {
    /**
     * @param container the one that was up, or the run that was seen to end by itself; empty if nothing is known, as in what agents
     *     before this version have written
     * @param boot in which it was up
     * @param engine the life of the engine in which it was up; empty if the engine does not tell
     */
    public record Mark(String container, String boot, String engine) {
        public static final Mark NONE = new Mark("", "", "");
    }

    private static final String ANOTHER = "";
    // was started, and not looked at since
    private static final String STARTED = "started";
    // there was no container
    private static final Mark ABSENT = new Mark("absent", ANOTHER, ANOTHER);

    private final String bootId;
    private final Map<String, Mark> marks = new HashMap<>();
    private final Set<String> known = new HashSet<>();
    private final Set<String> restored = new HashSet<>();
    private String life = "";

    public CutOffMarks(String bootId) {
        this.bootId = bootId;
    }

    public void restore(String module, Mark mark) {
        marks.put(module, mark);
        known.add(module);
        restored.add(module);
    }

    /**
     * Takes note of a module's container; true if it was cut off.
     *
     * @param engine which life of the engine shows it; empty if the engine does not tell
     * @param engineWasAway the engine did not answer since the last look
     */
    public boolean observe(String module, Optional<Container> container, String engine, boolean engineWasAway) {
        life = engine;
        boolean isNew = known.add(module);
        boolean isRestored = restored.remove(module);
        if (container.isEmpty()) {
            marks.put(module, ABSENT);
            return false;
        }
        Mark mark = marks.getOrDefault(module, Mark.NONE);
        if (container.get().isUp()) {
            marks.put(module, new Mark(container.get().id(), bootId, engine));
            return false;
        }
        boolean isAboutIt = mark.container.equals(STARTED)
                || mark.container.equals(container.get().id());
        // the disk was full when this run began: what it had is about one before
        boolean isOlder = isRestored && !isAboutIt && !mark.equals(Mark.NONE) && !mark.equals(ended(container.get()));
        boolean isUnknown = (isNew || isOlder) && container.get().startedAt().isPresent();
        if (isUnknown || (isAboutIt && isOver(mark, engine, engineWasAway))) {
            // until it is started, whatever happens to the agent meanwhile
            marks.put(module, new Mark(container.get().id(), ANOTHER, ANOTHER));
            return true;
        }
        marks.put(module, ended(container.get()));
        return false;
    }

    /** This run ended by itself. */
    private static Mark ended(Container container) {
        String run = container.startedAt().map(Object::toString).orElse("");
        return new Mark("ended " + container.id() + " " + run, ANOTHER, ANOTHER);
    }

    private boolean isOver(Mark mark, String engine, boolean engineWasAway) {
        if (!mark.boot.equals(bootId)) {
            return true;
        }
        // a lost connection does not mean that the engine ended
        return (mark.engine.isEmpty() || engine.isEmpty()) ? engineWasAway : !mark.engine.equals(engine);
    }

    /**
     * It was started: if it is down when it is looked at next, it ended by itself, unless the engine or the board ended meanwhile.
     */
    public void started(String module) {
        known.add(module);
        marks.put(module, new Mark(STARTED, bootId, life));
    }

    public Mark of(String module) {
        return marks.getOrDefault(module, Mark.NONE);
    }

    public void retain(Set<String> modules) {
        marks.keySet().retainAll(modules);
        known.retainAll(modules);
        restored.retainAll(modules);
    }
}
