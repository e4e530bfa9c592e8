package io.edgeagent.reconcile;

import java.util.Optional;
import java.util.Set;

/**
 * Why modules that run are not changed just now.
 *
 * @param locked modules that hold their update lock
 * @param closed what all modules wait for, in words that do not change while they wait; empty if for nothing
 * @param pullsToo whether their images wait for that as well
 */
public record UpdateHolds(Set<String> locked, Optional<String> closed, boolean pullsToo) {
    public static final UpdateHolds NONE = new UpdateHolds(Set.of(), Optional.empty(), false);

    public UpdateHolds {
        locked = Set.copyOf(locked);
    }

    /** Why a module waits, if its container runs. */
    public Optional<String> on(String module) {
        return locked.contains(module) ? Optional.of("it holds its update lock") : closed;
    }
}
