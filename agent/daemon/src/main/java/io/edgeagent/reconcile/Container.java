package io.edgeagent.reconcile;

import io.edgeagent.model.ModuleSpec;
import java.time.Instant;
import java.util.Optional;

/**
 * A container of ours as the engine sees it.
 *
 * @param module whose it is
 * @param name the module's, or {@link #previousName} while an update of the module is on probation
 * @param fingerprint of the spec it was made from; empty where its label is gone
 * @param standsOn the containers of other modules that it was made on, as {@link Foundation} writes them; empty for none, and
 *     for a container of an agent that did not write it
 * @param recipe of the agent that made it, as {@link RecipeMark} writes it; empty where its label is gone, and for a container
 *     of an agent that did not write it
 * @param imageId content id, sha256:...
 * @param exitCode of the last run; 0 while it runs
 * @param startedAt the engine's wall clock; empty if it never ran
 * @param finishedAt the engine's wall clock; empty if it never ended
 * @param outOfMemory the kernel killed it for its memory
 * @param error why the engine could not start it; empty if it could
 */
public record Container(
        String id,
        String module,
        String name,
        String fingerprint,
        String standsOn,
        String recipe,
        String imageId,
        State state,
        Health health,
        int exitCode,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        boolean outOfMemory,
        String error) {

    /** Docker API, container inspect, State.Status. */
    public enum State {
        CREATED,
        RUNNING,
        PAUSED,
        RESTARTING,
        REMOVING,
        EXITED,
        DEAD
    }

    /** Docker API, container inspect, State.Health.Status. */
    public enum Health {
        NONE,
        STARTING,
        HEALTHY,
        UNHEALTHY
    }

    /** The name under which a module's container waits until its successor has proved itself. */
    public static String previousName(String module) {
        return ModuleSpec.RESERVED + "previous." + module;
    }

    /** The name that agents before this one gave it, which may be a module's as well. */
    private static String formerPreviousName(String module) {
        return module + ".previous";
    }

    /**
     * Whose a container is. One that somebody renamed by hand is nobody's: as a module of its own name it is a leftover, as in
     * IoT Edge.
     *
     * @param label value of {@link ContainerRecipe#MODULE_LABEL}
     */
    public static String moduleOf(String label, String name) {
        return name.equals(previousName(label)) || name.equals(formerPreviousName(label)) ? label : name;
    }

    /** Whether it was set aside for its successor. */
    public boolean isPrevious() {
        return !name.equals(module);
    }

    public boolean isUp() {
        return state == State.RUNNING || state == State.RESTARTING || state == State.PAUSED;
    }
}
