package io.edgeagent.reconcile;

import io.edgeagent.model.Hardware;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds the next steps from where things stand. It looks at nothing else and remembers nothing, so a plan that was cut off
 * anywhere, by a failure or by the mains, is taken up where it stopped.
 *
 * <p>What is no longer wanted goes first; then modules by startupOrder, where a later group waits until each module before it
 * is settled or has failed at least once. Images are pulled before anything of the module is touched, later groups' too; with
 * WaitForAllPulls before anything of any module is. What changes in place and what makes a new container is decided by {@link
 * ModuleSpec#fingerprint} alone.
 */
public final class Planner {
    private final Situation situation;
    private final List<Step> steps = new ArrayList<>();
    private final Map<String, Problem> rejected = new TreeMap<>();
    private final Set<String> unsettled = new TreeSet<>();
    private final boolean pullsFirst;
    private long wakeAt = Long.MAX_VALUE;

    private Planner(Situation situation) {
        this.situation = situation;
        this.pullsFirst = situation.deployment().waitForAllPulls() && pullsAreMissing();
    }

    public static Plan plan(Situation situation) {
        return new Planner(situation).plan();
    }

    private Plan plan() {
        if (!pullsFirst) {
            removeLeftovers();
        }
        long openGroup = ModuleSpec.LAST;
        for (ModuleSpec spec : inStartupOrder()) {
            boolean open = spec.startupOrder() <= openGroup;
            boolean settled = !situation.busy().contains(spec.name()) && advance(spec, open);
            if (!settled) {
                unsettled.add(spec.name());
                if (open && !isHeldUp(spec)) {
                    openGroup = spec.startupOrder();
                }
            }
        }
        return new Plan(
                steps, rejected, unsettled, wakeAt == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(wakeAt));
    }

    private List<ModuleSpec> inStartupOrder() {
        List<ModuleSpec> ordered =
                new ArrayList<>(situation.deployment().modules().values());
        ordered.sort(Comparator.comparingLong(ModuleSpec::startupOrder).thenComparing(ModuleSpec::name));
        return ordered;
    }

    private boolean pullsAreMissing() {
        return situation.deployment().modules().values().stream().anyMatch(this::needsPull);
    }

    private void removeLeftovers() {
        Set<String> leftovers = new TreeSet<>(situation.containers().keySet());
        leftovers.addAll(situation.previous().keySet());
        leftovers.removeAll(situation.deployment().modules().keySet());
        for (String module : leftovers) {
            unsettled.add(module);
            String fingerprint =
                    situation.container(module).map(Container::fingerprint).orElse("");
            if (situation.busy().contains(module) || waits(situation.history(module, fingerprint))) {
                continue;
            }
            situation.container(module).ifPresent(this::removeCurrent);
            if (situation.previous().containsKey(module)) {
                stopPreviousIfUp(module);
                steps.add(new Step.RemovePrevious(module));
            }
        }
    }

    /** Adds the module's next steps; true where nothing is left to do or to wait for. */
    private boolean advance(ModuleSpec spec, boolean open) {
        if (situation.refused().containsKey(spec.name())) {
            return false;
        }
        History history = situation.history(spec);
        if (history.rejection().isPresent()) {
            return goBack(spec, history, open);
        }
        Optional<Container> container = situation.container(spec.name());
        if (situation.isPreviousUp(spec.name())) {
            if (!waits(history)) {
                stopPreviousIfUp(spec.name());
            }
            return false;
        }
        if (situation.hardware(spec) instanceof Hardware.Withheld withheld) {
            waitForDevices(spec, container, withheld.stop());
            return false;
        }
        if (isMade(spec, container)) {
            return situation.previous().containsKey(spec.name())
                    ? prove(spec, container, history, open)
                    : run(spec, container.get(), history, open);
        }
        if (situation.previous().containsKey(spec.name()) && hasFailedOnTrial(spec, container, history)) {
            return false;
        }
        if (waits(history)) {
            return false;
        }
        if (needsPull(spec)) {
            steps.add(new Step.Pull(spec));
        } else if (open && !pullsFirst && situation.identified().contains(spec.name())) {
            replace(spec, container);
        }
        return false;
    }

    private boolean needsPull(ModuleSpec spec) {
        History history = situation.history(spec);
        return !situation.refused().containsKey(spec.name())
                && history.rejection().isEmpty()
                && !isMade(spec, situation.container(spec.name()))
                && spec.mayPull()
                && !history.pulled();
    }

    private boolean isMade(ModuleSpec spec, Optional<Container> container) {
        return container
                .filter(made -> isOf(spec, made.fingerprint()) && made.state() != Container.State.DEAD)
                .isPresent();
    }

    /** While devices are missing, those that a container was made with are as good as any. */
    private boolean isOf(ModuleSpec spec, String fingerprint) {
        return situation.hardware(spec) instanceof Hardware.Granted granted
                ? fingerprint.equals(granted.fingerprint(spec))
                : Hardware.isMadeFrom(spec, fingerprint);
    }

    /** Whether later groups need not wait for it, because it may take for ever. */
    private boolean isHeldUp(ModuleSpec spec) {
        return situation.history(spec).failures() > 0
                || situation.refused().containsKey(spec.name())
                || situation.hardware(spec) instanceof Hardware.Withheld;
    }

    /** The image can come meanwhile; the container stays as it is, unless it is to be down. */
    private void waitForDevices(ModuleSpec spec, Optional<Container> container, boolean stop) {
        if (waits(situation.history(spec))) {
            return;
        }
        if (needsPull(spec)) {
            steps.add(new Step.Pull(spec));
        } else if (stop || !spec.mustRun()) {
            container.ifPresent(this::stopIfUp);
        }
    }

    private void replace(ModuleSpec spec, Optional<Container> container) {
        if (!(situation.hardware(spec) instanceof Hardware.Granted devices)) {
            return;
        }
        boolean keep = situation.updates().of(spec).rollback()
                && !situation.previous().containsKey(spec.name())
                && container
                        .filter(old -> old.state() != Container.State.DEAD
                                && old.startedAt().isPresent())
                        .isPresent();
        if (keep) {
            stopIfUp(container.get());
            steps.add(new Step.SetAside(spec.name()));
        } else {
            container.ifPresent(this::removeCurrent);
        }
        steps.add(new Step.Create(spec, devices));
        if (spec.mustRun()) {
            steps.add(new Step.Start(spec.name(), false));
        }
    }

    /** A new container beside the old one: it proves itself, or we go back. */
    private boolean prove(ModuleSpec spec, Optional<Container> container, History history, boolean open) {
        UpdatePolicy policy = situation.updates().of(spec);
        Probation probation = Probation.of(spec, container, history, policy.settle());
        boolean due = probation.verdict() == Probation.Verdict.WAITING && situation.now() >= probation.wakeAt();
        // a manifest that came meanwhile may want no way back
        if (probation.verdict() == Probation.Verdict.PASSED || due || !policy.rollback()) {
            if (!waits(history)) {
                steps.add(new Step.RemovePrevious(spec.name()));
            }
        } else if (probation.verdict() == Probation.Verdict.FAILED) {
            rejected.put(spec.name(), probation.problem().orElseThrow());
        } else {
            wakeAt = Math.min(wakeAt, probation.wakeAt());
            // a start that was cut off, by the agent's end or by the board's
            if (!container.orElseThrow().isUp()) {
                run(spec, container.get(), history, open);
            }
        }
        return false;
    }

    private boolean hasFailedOnTrial(ModuleSpec spec, Optional<Container> container, History history) {
        UpdatePolicy policy = situation.updates().of(spec);
        if (container.isPresent() || !policy.rollback()) {
            return false;
        }
        Probation probation = Probation.of(spec, container, history, policy.settle());
        probation.problem().ifPresent(problem -> rejected.put(spec.name(), problem));
        return probation.problem().isPresent();
    }

    /** The update was rejected: the container before it runs, until the manifest changes. */
    private boolean goBack(ModuleSpec spec, History history, boolean open) {
        Optional<Container> container = situation.container(spec.name());
        if (waits(history)) {
            return false;
        }
        if (situation.previous().containsKey(spec.name())) {
            container.ifPresent(this::removeCurrent);
            steps.add(new Step.BringBack(spec.name()));
            if (spec.mustRun()) {
                steps.add(new Step.Start(spec.name(), false));
            }
            return false;
        }
        if (container.isPresent() && container.get().state() != Container.State.DEAD) {
            return run(spec, container.get(), history, open);
        }
        // nothing is left to go back to: the rejected one is better than none
        if (open && situation.identified().contains(spec.name())) {
            replace(spec, container);
        }
        return false;
    }

    private boolean run(ModuleSpec spec, Container container, History history, boolean open) {
        Running.Need need = Running.need(spec, container, history, open, situation.now());
        need.wakeAt().ifPresent(at -> wakeAt = Math.min(wakeAt, at));
        if (!need.steps().isEmpty() && !waits(history)) {
            steps.addAll(need.steps());
        }
        return need.settled();
    }

    private void removeCurrent(Container container) {
        stopIfUp(container);
        steps.add(new Step.Remove(container.module()));
    }

    private void stopIfUp(Container container) {
        if (container.isUp()) {
            steps.add(new Step.Stop(container.module()));
        }
    }

    private void stopPreviousIfUp(String module) {
        if (situation.isPreviousUp(module)) {
            steps.add(new Step.StopPrevious(module));
        }
    }

    private boolean waits(History history) {
        if (history.failures() > 0 && situation.now() < history.retryAt()) {
            wakeAt = Math.min(wakeAt, history.retryAt());
            return true;
        }
        return false;
    }
}
