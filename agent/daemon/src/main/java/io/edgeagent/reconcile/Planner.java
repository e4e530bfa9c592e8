package io.edgeagent.reconcile;

import io.edgeagent.model.DesiredStatus;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.PullPolicy;
import io.edgeagent.model.RestartPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds the next steps from where things stand. It looks at nothing else and remembers nothing, so a plan that was cut off
 * anywhere, by a failure or by the mains, is taken up where it stopped.
 *
 * <p>What is no longer wanted goes first; then modules by startupOrder, where a later group waits until each module before it
 * is settled or has failed at least once. Images are pulled before anything of the module is touched, later groups' too.
 */
public final class Planner {
    private final Situation situation;
    private final List<Step> steps = new ArrayList<>();
    private final Set<String> unsettled = new TreeSet<>();
    private long wakeAt = Long.MAX_VALUE;

    private Planner(Situation situation) {
        this.situation = situation;
    }

    public static Plan plan(Situation situation) {
        return new Planner(situation).plan();
    }

    private Plan plan() {
        new TreeMap<>(situation.containers()).forEach((name, container) -> {
            if (!situation.deployment().modules().containsKey(name)) {
                removeLeftover(container);
            }
        });
        long openGroup = ModuleSpec.LAST;
        for (ModuleSpec spec : inStartupOrder()) {
            boolean open = spec.startupOrder() <= openGroup;
            boolean settled = !situation.busy().contains(spec.name()) && advance(spec, open);
            if (!settled) {
                unsettled.add(spec.name());
                if (open && !hasFailed(spec)) {
                    openGroup = spec.startupOrder();
                }
            }
        }
        return new Plan(steps, unsettled, wakeAt == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(wakeAt));
    }

    private List<ModuleSpec> inStartupOrder() {
        List<ModuleSpec> ordered =
                new ArrayList<>(situation.deployment().modules().values());
        ordered.sort(Comparator.comparingLong(ModuleSpec::startupOrder).thenComparing(ModuleSpec::name));
        return ordered;
    }

    private void removeLeftover(Container container) {
        unsettled.add(container.name());
        History history = history(container.name(), container.fingerprint());
        if (situation.busy().contains(container.name()) || waits(history)) {
            return;
        }
        if (container.isUp()) {
            steps.add(new Step.Stop(container.name()));
        }
        steps.add(new Step.Remove(container.name()));
    }

    /** Adds the module's next steps; true where nothing is left to do or to wait for. */
    private boolean advance(ModuleSpec spec, boolean open) {
        Container container = situation.containers().get(spec.name());
        History history = history(spec.name(), spec.fingerprint());
        if (container != null
                && container.fingerprint().equals(spec.fingerprint())
                && container.state() != Container.State.DEAD) {
            return run(spec, container, history, open);
        }
        if (waits(history)) {
            return false;
        }
        if (spec.pullPolicy() != PullPolicy.NEVER && !history.pulled()) {
            steps.add(new Step.Pull(spec));
        } else if (open && situation.identified().contains(spec.name())) {
            if (container != null) {
                if (container.isUp()) {
                    steps.add(new Step.Stop(spec.name()));
                }
                steps.add(new Step.Remove(spec.name()));
            }
            steps.add(new Step.Create(spec));
            if (spec.status() == DesiredStatus.RUNNING) {
                steps.add(new Step.Start(spec.name(), false));
            }
        }
        return false;
    }

    /** Brings a container that is made as it should be into the state that it should have. */
    private boolean run(ModuleSpec spec, Container container, History history, boolean open) {
        if (spec.status() == DesiredStatus.STOPPED) {
            if (!container.isUp()) {
                return true;
            }
            if (!waits(history)) {
                steps.add(new Step.Stop(spec.name()));
            }
            return false;
        }
        if (container.isUp() && !restarts(spec, container)) {
            return true;
        }
        if (container.state() == Container.State.CREATED || (history.halted() && !container.isUp())) {
            if (open && !waits(history)) {
                steps.add(new Step.Start(spec.name(), false));
            }
            return false;
        }
        if (!restarts(spec, container)) {
            return true;
        }
        // not a matter of startupOrder: what ran before must not stay down because another module is slow to come
        if (situation.now() < history.restartAt()) {
            wakeAt = Math.min(wakeAt, history.restartAt());
        } else if (!waits(history)) {
            if (container.isUp()) {
                steps.add(new Step.Stop(spec.name()));
            }
            steps.add(new Step.Start(spec.name(), true));
        }
        // a module in backoff is as far as the deployment can bring it
        return true;
    }

    /** Whether the policy starts a container again that ended, or restarts one that is unhealthy. */
    static boolean restarts(ModuleSpec spec, Container container) {
        if (spec.status() == DesiredStatus.STOPPED) {
            return false;
        }
        RestartPolicy policy = spec.restartPolicy();
        if (container.isUp()) {
            return container.health() == Container.Health.UNHEALTHY
                    && policy.compareTo(RestartPolicy.ON_UNHEALTHY) >= 0;
        }
        return switch (policy) {
            case NEVER -> false;
            case ON_FAILURE, ON_UNHEALTHY -> container.exitCode() != 0;
            case ALWAYS -> true;
        };
    }

    private boolean hasFailed(ModuleSpec spec) {
        return history(spec.name(), spec.fingerprint()).failures() > 0;
    }

    private boolean waits(History history) {
        if (history.failures() > 0 && situation.now() < history.retryAt()) {
            wakeAt = Math.min(wakeAt, history.retryAt());
            return true;
        }
        return false;
    }

    private History history(String name, String fingerprint) {
        Map<String, History> histories = situation.histories();
        History history = histories.get(name);
        return history != null && history.fingerprint().equals(fingerprint)
                ? history
                : History.fresh(fingerprint, situation.now());
    }
}
