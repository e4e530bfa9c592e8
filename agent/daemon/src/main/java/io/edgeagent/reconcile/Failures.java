package io.edgeagent.reconcile;

import io.edgeagent.model.Problem;
import java.util.Optional;

/**
 * Steps of one module that failed one after the other.
 *
 * @param last why the last one failed; empty once the trouble is over
 * @param step what kind of step it was
 * @param count in a row
 * @param startOf the container that was there
 * @param starts how many of them were starts of that container, for a reason that a new container may not have
 * @param before how many were such starts of the containers before it
 */
public record Failures(Optional<Problem> last, Class<?> step, int count, String startOf, int starts, int before) {
    static final Failures NONE = new Failures(Optional.empty(), Step.class, 0, "", 0, 0);
    // the engine's own words may be wrong once, or twice; the third time the container is to blame
    private static final int STARTS_OF_ONE_CONTAINER = 3;

    Failures with(Step failed, Problem problem, String container) {
        boolean counts = failed instanceof Step.Start && isMendable(problem);
        int of = startsOf(container);
        return new Failures(
                Optional.of(problem),
                failed.getClass(),
                count + 1,
                container,
                counts ? of + 1 : of,
                startOf.equals(container) ? before : before + starts);
    }

    /** Each new container that cannot be started either makes the next one come later: it costs the disk more than a start. */
    boolean callForANew(String container) {
        return startsOf(container) >= Math.max(STARTS_OF_ONE_CONTAINER, before);
    }

    private int startsOf(String container) {
        return startOf.equals(container) ? starts : 0;
    }

    /** What lies outside of the container stays as it is when the container is made anew. */
    private static boolean isMendable(Problem problem) {
        return switch (problem.code()) {
            case ENGINE_UNREACHABLE, DEVICE_MISSING, PORT_TAKEN, DISK_FULL -> false;
            default -> true;
        };
    }

    /** A start ends all trouble but that of a pull, because the container before the update may have been started. */
    boolean areOverAfter(Step done) {
        return done.getClass() == step || (done instanceof Step.Start && step != Step.Pull.class);
    }
}
