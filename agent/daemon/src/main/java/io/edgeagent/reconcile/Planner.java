package io.edgeagent.reconcile;

import io.edgeagent.model.ModuleSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the next steps from where things stand. It looks at nothing else and remembers nothing, so a plan that was cut off
 * anywhere, by a failure or a power cut, is taken up where it stopped.
 *
 * <p>What is no longer wanted goes first; then modules by startupOrder, where a later group waits until each module before it
 * is settled or has failed at least once. What ran before waits for less: only for modules before it that ran, too. Images are
 * pulled before anything of the module is touched, later groups' too; with WaitForAllPulls before anything of any module is.
 * What of a manifest changes in place and what makes a new container is decided by {@link ModuleSpec#fingerprint}
 * alone.
 *
 * <p>A container that fits, but that another recipe made, is made anew when nothing is left to do for the modules before it: one
 * after another, without a pull and without probation, because the module itself is the same; see {@link RecipeMark}.
 *
 * <p>A deployment that comes from the disk may be older than what runs: the disk may have been full when the newer one came. Until
 * the hub has confirmed it, nothing is stopped, removed or made anew on its word; what ran goes on, and what is missing is made.
 *
 * <p>What runs is not stopped for the deployment's sake while it holds its update lock, or out of the maintenance window: {@link
 * UpdateHolds}. Everything else goes on: what is down is replaced or started, what must be restarted is, and what has to go back
 * goes back. No other module waits for one that is held.
 *
 * <p>A module whose planning fails holds up no other; see {@link Draft#ofModule}.
 */
public final class Planner {
    private final Situation situation;
    private final Draft draft;

    private Planner(Situation situation) {
        this.situation = situation;
        this.draft = new Draft(situation);
    }

    public static Plan plan(Situation situation) {
        return new Planner(situation).plan();
    }

    /** How far a module is after its turn. */
    private enum Progress {
        SETTLED,
        /** It may stay as it is for ever, so that no other waits for it. */
        HELD_UP,
        /** What only needs a start is up in a moment. */
        STARTING,
        /** A pull, or an identity, may take for ever. */
        MAKING
    }

    private Plan plan() {
        List<ModulePlanner> modules = inStartupOrder();
        boolean pullsFirst = situation.deployment().waitForAllPulls()
                && modules.stream()
                        .anyMatch(module -> draft.ofModule(module.spec().name(), module::needsPull, false));
        if (!pullsFirst) {
            leftovers().forEach(module -> draft.ofModule(module, () -> removeLeftover(module), false));
        }
        long openGroup = ModuleSpec.LAST;
        long returningGroup = ModuleSpec.LAST;
        boolean quiet = true;
        for (ModulePlanner module : modules) {
            ModuleSpec spec = module.spec();
            boolean open = spec.startupOrder() <= openGroup;
            boolean returning = spec.startupOrder() <= returningGroup;
            boolean calm = quiet;
            Progress progress = draft.ofModule(
                    spec.name(), () -> advance(module, open, returning, calm, pullsFirst), Progress.HELD_UP);
            if (progress == Progress.SETTLED) {
                continue;
            }
            draft.unsettled(spec.name());
            if (open && progress != Progress.HELD_UP) {
                openGroup = spec.startupOrder();
                quiet = false;
                if (returning && progress == Progress.STARTING) {
                    returningGroup = spec.startupOrder();
                }
            }
        }
        return draft.plan();
    }

    private Progress advance(ModulePlanner module, boolean open, boolean returning, boolean quiet, boolean pullsFirst) {
        boolean busy = situation.busy().contains(module.spec().name());
        if (!busy && module.advance(open, returning, quiet, pullsFirst)) {
            return Progress.SETTLED;
        }
        if (module.isHeldUp()) {
            return Progress.HELD_UP;
        }
        return module.isMade() ? Progress.STARTING : Progress.MAKING;
    }

    private List<ModulePlanner> inStartupOrder() {
        List<ModuleSpec> ordered =
                new ArrayList<>(situation.deployment().modules().values());
        ordered.sort(Comparator.comparingLong(ModuleSpec::startupOrder).thenComparing(ModuleSpec::name));
        return ordered.stream()
                .flatMap(spec -> draft
                        .ofModule(
                                spec.name(),
                                () -> Optional.of(new ModulePlanner(situation, draft, spec)),
                                Optional.<ModulePlanner>empty())
                        .stream())
                .toList();
    }

    private Set<String> leftovers() {
        Set<String> leftovers = new TreeSet<>(situation.containers().keySet());
        leftovers.addAll(situation.previous().keySet());
        leftovers.removeAll(situation.deployment().modules().keySet());
        return leftovers;
    }

    private boolean removeLeftover(String module) {
        draft.unsettled(module);
        History history = situation.history(module);
        if (situation.busy().contains(module) || draft.waits(history)) {
            return false;
        }
        // one whose entry in the deployment has a fault goes on, too
        if (!situation.confirmed() || situation.deployment().names().contains(module)) {
            situation.container(module).ifPresent(container -> goOn(module, container, history));
            return false;
        }
        if (!draft.mayDisturb(module, Set.of())) {
            return false;
        }
        situation.container(module).ifPresent(draft::removeCurrent);
        if (situation.previous().containsKey(module)) {
            draft.stopPreviousIfUp(module);
            draft.add(new Step.RemovePrevious(module, draft.previousOf(module)));
        }
        return true;
    }

    private void goOn(String module, Container container, History history) {
        Running.Need need = Running.needOfContainer(module, container, history, situation.now());
        need.wakeAt().ifPresent(draft::wakeAt);
        draft.tend(container, history, need.steps());
    }
}
