package io.edgeagent.reconcile;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Hardware;
import io.edgeagent.model.ModuleSpec;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds the next steps of one module that the deployment names. */
final class ModulePlanner {
    private final Situation situation;
    private final Draft draft;
    private final ModuleSpec spec;
    private final History history;
    private final Optional<Container> container;
    private final boolean hasPrevious;
    private final Foundation foundation;
    // it may be for days, so later groups do not wait for it
    private boolean isHeld;

    ModulePlanner(Situation situation, Draft draft, ModuleSpec spec) {
        this.situation = situation;
        this.draft = draft;
        this.spec = spec;
        this.history = situation.history(spec);
        this.container = situation.container(spec.name());
        this.hasPrevious = situation.previous().containsKey(spec.name());
        this.foundation = Foundation.of(spec, situation.deployment().modules().keySet());
    }

    ModuleSpec spec() {
        return spec;
    }

    /**
     * Adds the module's next steps; true where nothing is left to do or to wait for.
     *
     * @param open whether the module's startup group may begin
     * @param returning whether what ran before in this group may be started
     * @param quiet nothing is being done for a module before it
     * @param pullsFirst nothing is made before all images are there
     */
    boolean advance(boolean open, boolean returning, boolean quiet, boolean pullsFirst) {
        Turn turn = new Turn(open, returning);
        if (situation.refused().containsKey(spec.name())) {
            endRefused(turn);
            return false;
        }
        if (!situation.confirmed() && container.isPresent() && !isMade() && !isDead()) {
            if (spec.mustRun()) {
                run(container.get(), turn);
            }
            return false;
        }
        if (history.rejection().isPresent()) {
            return goBack(turn);
        }
        if (situation.isPreviousUp(spec.name())) {
            if (!draft.waits(history)) {
                draft.stopPreviousIfUp(spec.name());
            }
            return false;
        }
        if (situation.hardware(spec) instanceof Hardware.Withheld withheld) {
            waitForDevices(withheld.stop());
            return false;
        }
        if (quiet && isOutdated() && canBeRenewed() && mayDisturb()) {
            replace(true);
            return false;
        }
        if (isMade()) {
            return hasPrevious ? prove(turn) : run(container.get(), turn);
        }
        if (hasPrevious && hasFailedOnTrial()) {
            return false;
        }
        boolean ready = open && !pullsFirst && canBeMade() && (isMadeButForItsFoundation() || mayDisturb());
        if (tendOld(turn, ready)) {
            return false;
        }
        if (draft.waits(history)) {
            return false;
        }
        if (needsPull()) {
            pull();
        } else if (ready) {
            replace(isMadeButForItsFoundation());
        }
        return false;
    }

    private void pull() {
        isHeld = !draft.mayPull(spec.name());
        if (!isHeld) {
            draft.add(new Step.Pull(spec));
        }
    }

    /** What stands on it breaks with it. */
    private boolean mayDisturb() {
        isHeld = !draft.mayDisturb(spec.name(), standingOnIt());
        return !isHeld;
    }

    /** Of those that hold a lock: others do not matter. */
    private Set<String> standingOnIt() {
        Map<String, ModuleSpec> modules = situation.deployment().modules();
        return situation.holds().locked().stream()
                .filter(modules::containsKey)
                .filter(other -> Foundation.of(modules.get(other), modules.keySet())
                        .used()
                        .contains(spec.name()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * A container that was made from what the policy refuses does not run on. One from a manifest before it does, restarts and all:
     * the policy took that, and a refused update must not leave the board without the module. What was stopped stays down.
     */
    private void endRefused(Turn turn) {
        boolean byPolicy = situation.refused().get(spec.name()).code() == ErrorCode.OPTIONS_REFUSED;
        boolean asRefused = container
                .filter(made -> Hardware.isMadeFrom(spec, made.fingerprint()))
                .isPresent();
        if ((byPolicy && asRefused) || !spec.mustRun()) {
            if (!draft.waits(history) && ((byPolicy && asRefused) || mayDisturb())) {
                container.ifPresent(draft::stopIfUp);
                draft.stopPreviousIfUp(spec.name());
            }
        } else if (!history.halted()) {
            container.filter(old -> old.startedAt().isPresent() && !isDead()).ifPresent(old -> run(old, turn));
        }
    }

    /** Which modules may be started now. */
    private record Turn(boolean open, boolean returning) {}

    boolean needsPull() {
        return !situation.refused().containsKey(spec.name())
                && history.rejection().isEmpty()
                && !isMade()
                && !isMadeButForItsFoundation()
                && spec.mayPull()
                && !history.pulled();
    }

    boolean isMade() {
        return isMadeButForItsFoundation() && standsWell();
    }

    private boolean isMadeButForItsFoundation() {
        return container.filter(made -> isOf(made.fingerprint()) && !isDead()).isPresent();
    }

    /** While one of those that it stands on is away, it cannot be made better. */
    private boolean standsWell() {
        String on = container.map(Container::standsOn).orElse("");
        return on.isEmpty()
                || foundation.text(situation.containers()).map(on::equals).orElse(true);
    }

    /**
     * Whether the container is as the manifest wants it, but an agent before this one made it, or this one with other settings. It
     * is made anew when it runs, or is to be started: one that did its work and ended, which its policy says it may, is not made
     * to do it again. On probation nothing is changed.
     */
    private boolean isOutdated() {
        if (!isMade() || hasPrevious || situation.recipe().isOn(container.get().recipe())) {
            return false;
        }
        boolean starts = !Running.need(spec, container.get(), history, true, true, situation.now())
                .steps()
                .isEmpty();
        return container.get().isUp() || !spec.mustRun() || starts;
    }

    /** Not on the word of a deployment from the disk, and not before those that it stands on: it would be made anew twice. */
    private boolean canBeRenewed() {
        return situation.confirmed()
                && canBeMade()
                && foundation.used().stream()
                        .map(other -> situation.deployment().modules().get(other))
                        .noneMatch(under -> new ModulePlanner(situation, draft, under).isOutdated())
                && !draft.waits(history);
    }

    private boolean isDead() {
        return container.filter(made -> made.state() == Container.State.DEAD).isPresent();
    }

    /** While devices are missing, those that a container was made with are as good as any. */
    private boolean isOf(String fingerprint) {
        return situation.hardware(spec) instanceof Hardware.Granted granted
                ? fingerprint.equals(granted.fingerprint(spec))
                : Hardware.isMadeFrom(spec, fingerprint);
    }

    private boolean canBeMade() {
        return situation.identified().contains(spec.name()) && foundationIsUp();
    }

    private boolean foundationIsUp() {
        return foundation.used().stream().allMatch(this::isUpForGood);
    }

    private boolean isUpForGood(String other) {
        ModuleSpec under = situation.deployment().modules().get(other);
        ModulePlanner planner = new ModulePlanner(situation, draft, under);
        return planner.isMade()
                && !situation.busy().contains(other)
                && (planner.container.get().isUp() || !under.mustRun());
    }

    /** Whether later groups need not wait for it, because it may take for ever. */
    boolean isHeldUp() {
        return history.failure().isPresent()
                || situation.now() < history.retryAt()
                || situation.refused().containsKey(spec.name())
                || situation.hardware(spec) instanceof Hardware.Withheld
                || isHeld
                || !foundationIsUp();
    }

    /** The image can come meanwhile; the container stays as it is, unless it is to be down. */
    private void waitForDevices(boolean stop) {
        if (draft.waits(history)) {
            return;
        }
        if (needsPull()) {
            pull();
        } else if (stop || (!spec.mustRun() && mayDisturb())) {
            container.ifPresent(draft::stopIfUp);
        }
    }

    /**
     * The container before the update goes on as long as the new one cannot be made: for want of its image, of its identity, of
     * its turn.
     *
     * @return whether there is something to do for it
     */
    private boolean tendOld(Turn turn, boolean ready) {
        boolean ran = container.filter(old -> old.startedAt().isPresent()).isPresent() && !isDead();
        boolean goes = ready && !needsPull() && situation.now() >= history.retryAt();
        // an old one that cannot be started must not keep the new one from coming
        boolean failed = history.failedAt(Step.Start.class)
                || history.failedAt(Step.Stop.class)
                || history.failedAt(Step.MakeAnew.class);
        if (!ran || goes || (failed && (needsPull() || situation.now() < history.retryAt()))) {
            return false;
        }
        Running.Need need = need(container.get(), turn);
        need.wakeAt().ifPresent(draft::wakeAt);
        draft.tend(container.get(), history, need.steps());
        return !need.steps().isEmpty();
    }

    private void replace(boolean sameSpec) {
        if (!(situation.hardware(spec) instanceof Hardware.Granted devices)) {
            return;
        }
        boolean keep = !sameSpec
                && situation.updates().of(spec).rollback()
                && !hasPrevious
                && container
                        .filter(old -> !isDead() && old.startedAt().isPresent())
                        .isPresent();
        if (keep) {
            draft.stopIfUp(container.get());
            draft.add(new Step.SetAside(spec.name()));
        } else {
            container.ifPresent(draft::removeCurrent);
        }
        draft.add(new Step.Create(
                spec, devices, foundation.text(situation.containers()).orElse("")));
        if (spec.mustRun()) {
            draft.add(new Step.Start(spec.name(), false));
        }
    }

    /** A new container beside the old one: it proves itself, or we go back. */
    private boolean prove(Turn turn) {
        UpdatePolicy policy = situation.updates().of(spec);
        Probation probation = Probation.of(spec, container, history, policy.settle());
        boolean due = probation.verdict() == Probation.Verdict.WAITING && situation.now() >= probation.wakeAt();
        // a manifest that came meanwhile may want no way back
        if (probation.verdict() == Probation.Verdict.PASSED || due || !policy.rollback()) {
            if (!draft.waits(history)) {
                draft.add(new Step.RemovePrevious(spec.name(), draft.previousOf(spec.name())));
            }
        } else if (probation.verdict() == Probation.Verdict.FAILED) {
            draft.reject(spec.name(), probation.problem().orElseThrow());
        } else {
            draft.wakeAt(probation.wakeAt());
            // a start that was cut off, by the agent's end or by the board's
            if (!container.orElseThrow().isUp()) {
                run(container.get(), turn);
            }
        }
        return false;
    }

    private boolean hasFailedOnTrial() {
        UpdatePolicy policy = situation.updates().of(spec);
        if (container.isPresent() || !policy.rollback()) {
            return false;
        }
        Probation probation = Probation.of(spec, container, history, policy.settle());
        probation.problem().ifPresent(problem -> draft.reject(spec.name(), problem));
        return probation.problem().isPresent();
    }

    /** The update was rejected: the container before it runs, until the manifest changes. */
    private boolean goBack(Turn turn) {
        if (draft.waits(history)) {
            return false;
        }
        if (hasPrevious) {
            container.ifPresent(draft::removeCurrent);
            draft.add(new Step.BringBack(spec.name(), draft.previousOf(spec.name())));
            if (spec.mustRun()) {
                draft.add(new Step.Start(spec.name(), false));
            }
            return false;
        }
        if (container.isPresent() && !isDead()) {
            return run(container.get(), turn);
        }
        // nothing is left to go back to: the rejected one is better than none
        if (turn.open && canBeMade()) {
            replace(false);
        }
        return false;
    }

    private boolean run(Container current, Turn turn) {
        Running.Need need = need(current, turn);
        need.wakeAt().ifPresent(draft::wakeAt);
        if (need.isPeace()) {
            draft.peaceful(spec.name());
        }
        if (!need.steps().isEmpty() && !draft.waits(history)) {
            if (cannotBeStarted(current) && isMadeButForItsFoundation() && canBeMade()) {
                replace(true);
            } else {
                draft.tend(current, history, need.steps());
            }
        }
        return need.settled();
    }

    private boolean cannotBeStarted(Container current) {
        // on probation the second failure decides, and a new container decides better
        return history.failedAt(Step.Start.class) && (hasPrevious || history.callsForANew(current));
    }

    private Running.Need need(Container current, Turn turn) {
        boolean held = spec.mustRun() && !foundation.shared().stream().allMatch(this::isUpForGood);
        if (!situation.confirmed() && !spec.mustRun()) {
            return Running.Need.NOTHING;
        }
        if (!spec.mustRun() && current.isUp() && !mayDisturb()) {
            return Running.Need.LATER;
        }
        Running.Need need = Running.need(spec, current, history, turn.open, turn.returning, situation.now());
        if (held && !current.isUp() && !need.steps().isEmpty()) {
            return Running.Need.LATER;
        }
        if (need.isPeace() && current.isUp() && spec.mustRun() && !held && isStale(current)) {
            return Running.Need.again(spec.name());
        }
        return need;
    }

    /** What it shares was made anew when the other module was started anew, and it still has the old. */
    private boolean isStale(Container current) {
        Optional<Long> since = history.run().upSince();
        return since.isPresent()
                && foundation.shared().stream().anyMatch(other -> {
                    Optional<Long> otherSince = situation
                            .history(situation.deployment().modules().get(other))
                            .run()
                            .upSince();
                    Optional<Instant> started = situation.container(other).flatMap(Container::startedAt);
                    boolean later =
                            otherSince.filter(time -> time > since.get()).isPresent();
                    // both were up when we began to look: the engine's clock must do
                    boolean laterByTheClock = otherSince.equals(since)
                            && started.isPresent()
                            && current.startedAt()
                                    .filter(own -> own.isBefore(started.get()))
                                    .isPresent();
                    return later || laterByTheClock;
                });
    }
}
