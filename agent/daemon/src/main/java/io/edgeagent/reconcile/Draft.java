package io.edgeagent.reconcile;

import io.edgeagent.model.Attempt;
import io.edgeagent.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** A plan in the making. */
final class Draft {
    private final Situation situation;
    private final List<Step> steps = new ArrayList<>();
    private final Map<String, Problem> rejected = new TreeMap<>();
    private final Map<String, Problem> failed = new TreeMap<>();
    private final Set<String> unsettled = new TreeSet<>();
    private final Set<String> peaceful = new TreeSet<>();
    private final Set<String> disturbed = new TreeSet<>();
    private final Map<String, String> waiting = new TreeMap<>();
    private long wakeAt = Long.MAX_VALUE;

    Draft(Situation situation) {
        this.situation = situation;
    }

    /**
     * Plans something of one module. Whatever goes wrong is that module's failure: what was planned for it is taken back, and the
     * others are planned as if it were not there.
     */
    <T> T ofModule(String module, Supplier<T> work, T otherwise) {
        return Attempt.of(work, problem -> {
            steps.removeIf(step -> step.module().equals(module));
            rejected.remove(module);
            peaceful.remove(module);
            waiting.remove(module);
            unsettled(module);
            failed.put(module, problem);
            return otherwise;
        });
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

    /**
     * Whether the module's container may be stopped for the deployment's sake. One that is down has nothing to lose.
     *
     * @param under modules that stand on it, and break with it
     */
    boolean mayDisturb(String module, Set<String> under) {
        Optional<String> hold = holdOn(module, under);
        hold.ifPresentOrElse(reason -> waiting.put(module, reason), () -> disturbed.add(module));
        return hold.isEmpty();
    }

    /** Whether the module's image may be fetched. */
    boolean mayPull(String module) {
        Optional<String> hold = situation.holds().pullsToo() ? situation.holds().closed() : Optional.empty();
        if (hold.isEmpty() || !isUp(module)) {
            return true;
        }
        waiting.put(module, hold.get());
        return false;
    }

    private Optional<String> holdOn(String module, Set<String> under) {
        UpdateHolds holds = situation.holds();
        return isUp(module)
                ? holds.on(module)
                        .or(() -> under.stream()
                                .filter(other -> holds.locked().contains(other) && isUp(other))
                                .findFirst()
                                .map(other -> "module " + other + ", which stands on it, holds its update lock"))
                : Optional.empty();
    }

    private boolean isUp(String module) {
        return situation.container(module).filter(Container::isUp).isPresent();
    }

    /** Whether the module's next step must wait after one that failed, or for a container that keeps vanishing. */
    boolean waits(History history) {
        if (situation.now() < history.retryAt()) {
            wakeAt(history.retryAt());
            return true;
        }
        return false;
    }

    /**
     * Adds what a container needs whose entry in the manifest is another one now, or is not known. After some failed starts it is
     * made anew as it was: an engine that was killed may never start it again ("task already exists").
     */
    void tend(Container container, History history, List<Step> needed) {
        boolean starts = needed.stream().anyMatch(Step.Start.class::isInstance);
        if (starts
                && !container.isUp()
                && history.callsForANew(container)
                // one that cannot be made anew either may still start one day
                && !history.failedAt(Step.MakeAnew.class)
                && !situation.previous().containsKey(container.module())) {
            add(new Step.MakeAnew(container.module()));
        }
        needed.forEach(this::add);
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
        disturbed.removeIf(module -> !steps.contains(new Step.Stop(module)));
        return new Plan(
                steps,
                rejected,
                failed,
                unsettled,
                peaceful,
                disturbed,
                waiting,
                wakeAt == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(wakeAt));
    }
}
