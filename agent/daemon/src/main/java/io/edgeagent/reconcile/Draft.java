package io.edgeagent.reconcile;

import io.edgeagent.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A plan in the making. */
final class Draft {
    private final Situation situation;
    private final List<Step> steps = new ArrayList<>();
    private final Map<String, Problem> rejected = new TreeMap<>();
    private final Set<String> unsettled = new TreeSet<>();
    private final Set<String> peaceful = new TreeSet<>();
    private long wakeAt = Long.MAX_VALUE;

    Draft(Situation situation) {
        this.situation = situation;
    }

    void add(Step step) {
        steps.add(step);
    }

    void reject(String module, Problem reason) {
        rejected.put(module, reason);
    }

    void unsettled(String module) {
        unsettled.add(module);
    }

    void peaceful(String module) {
        peaceful.add(module);
    }

    void wakeAt(long nanos) {
        wakeAt = Math.min(wakeAt, nanos);
    }

    /** Whether the module's next step must wait after one that failed, or for a container that keeps vanishing. */
    boolean waits(History history) {
        if (situation.now() < history.retryAt()) {
            wakeAt(history.retryAt());
            return true;
        }
        return false;
    }

    void stopIfUp(Container container) {
        if (container.isUp()) {
            add(new Step.Stop(container.module()));
        }
    }

    void removeCurrent(Container container) {
        stopIfUp(container);
        add(new Step.Remove(container.module()));
    }

    void stopPreviousIfUp(String module) {
        if (situation.isPreviousUp(module)) {
            add(new Step.StopPrevious(module, previousOf(module)));
        }
    }

    String previousOf(String module) {
        return situation.previous().get(module).name();
    }

    Plan plan() {
        return new Plan(
                steps,
                rejected,
                unsettled,
                peaceful,
                wakeAt == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(wakeAt));
    }
}
