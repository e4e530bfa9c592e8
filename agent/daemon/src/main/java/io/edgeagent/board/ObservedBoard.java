package io.edgeagent.board;

import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.model.Attempt;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Hardware;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.ModuleStatus;
import io.edgeagent.model.Problem;
import io.edgeagent.model.RuntimeStatus;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.History;
import io.edgeagent.reconcile.Plan;
import io.edgeagent.reconcile.Planner;
import io.edgeagent.reconcile.RecipeMark;
import io.edgeagent.reconcile.Situation;
import io.edgeagent.reconcile.StatusRule;
import io.edgeagent.reconcile.Step;
import io.edgeagent.reconcile.UpdateHolds;
import io.edgeagent.reconcile.UpdatePolicy;
import io.edgeagent.runtime.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The conductor's picture of the board: containers as last listed, each module's history, and what is under way. */
public final class ObservedBoard {
    private static final Logger LOG = LoggerFactory.getLogger(ObservedBoard.class);

    private final Clock clock;
    private final RandomGenerator random;
    private final UpdatePolicy updates;
    private final UpdateGate gate;
    private final Supplier<RecipeMark> recipe;
    private final CutOffMarks upMarks;
    private final Map<String, Container> containers = new TreeMap<>();
    private final Map<String, Container> previous = new TreeMap<>();
    private final Map<String, History> histories = new HashMap<>();
    private final Map<String, Problem> refused = new TreeMap<>();
    private final Map<String, Hardware> hardware = new TreeMap<>();
    // whose planning failed, which others do not wait for
    private Map<String, Problem> unplanned = Map.of();
    // whose update waits, and for what
    private Map<String, String> waiting = Map.of();
    private final Set<String> busy = new HashSet<>();
    // started, but not yet confirmed by a listing; if power fails now, the start counts as never done
    private final Set<String> unseen = new HashSet<>();
    private boolean seen;
    private boolean confirmed;

    /**
     * @param gate what keeps modules that run from being changed
     * @param recipe by which containers of the present deployment are made now
     * @param bootId changes with every boot of the board
     */
    public ObservedBoard(
            Clock clock,
            RandomGenerator random,
            UpdatePolicy updates,
            UpdateGate gate,
            Supplier<RecipeMark> recipe,
            String bootId) {
        this.clock = clock;
        this.random = random;
        this.updates = updates;
        this.gate = gate;
        this.recipe = recipe;
        this.upMarks = new CutOffMarks(bootId);
    }

    public void restore(Map<String, ModuleMemory> memories) {
        memories.forEach((module, memory) -> {
            histories.put(
                    module,
                    History.restored(
                            memory.fingerprint(),
                            memory.outdated(),
                            memory.rejection(),
                            memory.halted(),
                            memory.restarts(),
                            memory.lastRestart(),
                            clock.nanos()));
            upMarks.restore(module, new CutOffMarks.Mark(memory.upContainer(), memory.upBoot(), memory.upEngine()));
        });
    }

    /** What must be on the disk now. */
    public Map<String, ModuleMemory> memories() {
        Map<String, ModuleMemory> memories = new TreeMap<>();
        histories.forEach((module, history) -> {
            CutOffMarks.Mark up = upMarks.of(module);
            memories.put(
                    module,
                    new ModuleMemory(
                            history.fingerprint(),
                            history.outdated(),
                            history.rejection(),
                            history.halted() || unseen.contains(module),
                            history.restarts(),
                            history.lastRestart(),
                            up.container(),
                            up.boot(),
                            up.engine()));
        });
        return memories;
    }

    /**
     * @param engine which life of the engine shows them; empty if the engine does not tell
     * @param engineWasAway the engine did not answer since the last listing, so what ended may have ended with it
     * @param askedAt when the engine was asked
     */
    public void listed(
            List<Container> listed,
            Optional<Deployment> deployment,
            String engine,
            boolean engineWasAway,
            long askedAt) {
        seen = true;
        containers.clear();
        previous.clear();
        listed.forEach(
                container -> (container.isPrevious() ? previous : containers).put(container.module(), container));
        gate.locks().seen(containers, askedAt);
        Set<String> known = new HashSet<>(containers.keySet());
        known.addAll(previous.keySet());
        deployment.ifPresent(current -> known.addAll(current.modules().keySet()));
        histories.keySet().retainAll(known);
        upMarks.retain(known);
        unseen.retainAll(known);
        // what cannot be noted of a module cannot be planned either, and is said then
        known.forEach(module -> Attempt.run(() -> observe(module, deployment, engine, engineWasAway), problem -> {}));
    }

    private void observe(String module, Optional<Deployment> deployment, String engine, boolean engineWasAway) {
        Optional<Container> container = Optional.ofNullable(containers.get(module));
        boolean cutOff = upMarks.observe(module, container, engine, engineWasAway);
        History before = history(
                module, deployment.map(current -> fingerprint(current, module)).orElse(History.LEFTOVER));
        if (engineWasAway) {
            before = before.withEngineBack(clock.nanos());
        }
        if (container.isEmpty()
                && !busy.contains(module)
                && !before.run().containerId().isEmpty()) {
            LOG.warn(
                    "event=container_vanished module={} container={}",
                    module,
                    before.run().containerId());
            before = before.vanished(clock.nanos(), random.nextDouble());
        }
        History seen = before.observed(container, cutOff, clock.nanos(), random.nextDouble());
        // a stop that came to nothing: how it ends from now on is its own doing again
        if (!busy.contains(module)) {
            unseen.remove(module);
        }
        boolean runsOn = container.filter(Container::isUp).isPresent() && !busy.contains(module);
        histories.put(module, runsOn ? seen.withHalted(false) : seen);
    }

    /** The hub has said what its newest deployment is. */
    public void confirmed() {
        confirmed = true;
    }

    /** Modules that the device's policy does not run. */
    public void refuse(Map<String, Problem> modules) {
        refused.clear();
        refused.putAll(modules);
    }

    /** Why the device's policy does not run a module. */
    Optional<Problem> refusal(String module) {
        return Optional.ofNullable(refused.get(module));
    }

    /** What modules get of the board's devices. */
    public void equip(Map<String, Hardware> modules) {
        hardware.clear();
        hardware.putAll(modules);
    }

    /** Whether the engine has shown the board once. */
    public boolean isSeen() {
        return seen;
    }

    /** Modules that the deployment does not name, but that must not be stopped just now. */
    public Set<String> staying(Deployment deployment) {
        UpdateHolds holds = gate.holds(deployment.updates());
        Set<String> staying = new TreeSet<>(containers.keySet());
        staying.removeIf(module -> !isUp(module) || holds.on(module).isEmpty());
        return staying;
    }

    private Situation situation(Deployment deployment, Map<String, ModuleIdentity> identities) {
        return new Situation(
                deployment,
                confirmed,
                containers,
                previous,
                histories,
                identities.keySet(),
                refused,
                hardware,
                busy,
                gate.holds(deployment.updates()),
                updates,
                recipe.get(),
                clock.nanos());
    }

    /**
     * What to do now. Updates that failed are remembered before anything goes back, so that no power cut tries them again.
     *
     * @param remember puts on the disk what is known
     */
    public Plan plan(Deployment deployment, Map<String, ModuleIdentity> identities, Runnable remember) {
        Plan plan = plan(deployment, identities);
        plan.peaceful()
                .forEach(module ->
                        histories.computeIfPresent(module, (name, history) -> history.withPeace(clock.nanos())));
        if (plan.rejected().isEmpty()) {
            return plan;
        }
        plan.rejected().forEach((module, reason) -> {
            LOG.warn("event=update_rejected module={} reason=\"{}\"", module, reason.text());
            String fingerprint = deployment.modules().get(module).fingerprint();
            histories.put(module, history(module, fingerprint).withRejection(reason));
        });
        remember.run();
        return plan(deployment, identities);
    }

    private Plan plan(Deployment deployment, Map<String, ModuleIdentity> identities) {
        Plan plan = Planner.plan(situation(deployment, identities));
        plan.failed().forEach((module, problem) -> {
            if (!problem.equals(unplanned.get(module))) {
                LOG.error("event=planning_failed module={} reason=\"{}\"", module, problem.text());
            }
        });
        unplanned = plan.failed();
        waits(plan.waiting());
        return plan;
    }

    private void waits(Map<String, String> planned) {
        Map<String, String> now = new TreeMap<>(waiting);
        // a module with a step under way, which may be a pull ahead, was not planned
        now.keySet().retainAll(busy);
        now.putAll(planned);
        now.forEach((module, reason) -> {
            if (!reason.equals(waiting.get(module))) {
                LOG.info("event=update_waits module={} reason=\"{}\"", module, reason);
            }
        });
        waiting.keySet().stream()
                .filter(module -> !now.containsKey(module))
                .forEach(module -> LOG.info("event=update_waits_no_more module={}", module));
        waiting = now;
        gate.locks().awaited(now.keySet());
    }

    public Map<String, ModuleStatus> statuses(Deployment deployment, Map<String, ModuleIdentity> identities) {
        Situation situation = situation(deployment, identities);
        Map<String, ModuleStatus> statuses = new TreeMap<>();
        deployment
                .faults()
                .forEach((module, fault) -> statuses.put(module, StatusRule.ofFault(module, fault, situation)));
        // roles are reported on their own
        statuses.keySet().removeIf(name -> !Deployment.isModuleName(name));
        deployment
                .modules()
                .forEach((module, spec) -> statuses.put(
                        module,
                        Attempt.of(
                                () -> Optional.ofNullable(unplanned.get(module))
                                        .map(problem -> StatusRule.unplanned(
                                                problem, Optional.ofNullable(containers.get(module))))
                                        .orElseGet(() -> StatusRule.of(spec, situation)),
                                ObservedBoard::withoutStatus)));
        waiting.forEach((module, reason) -> {
            statuses.computeIfPresent(module, (name, status) -> status.withMore("an update waits: " + reason));
            Optional.ofNullable(containers.get(module))
                    .ifPresent(container -> statuses.putIfAbsent(module, StatusRule.ofLeftover(container, reason)));
        });
        return statuses;
    }

    private static ModuleStatus withoutStatus(Problem problem) {
        return new ModuleStatus(
                RuntimeStatus.UNKNOWN,
                problem.text(),
                0,
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty());
    }

    /** Forgets what keeps a module waiting, because a person asked for it. */
    public void forgive(String module) {
        histories.computeIfPresent(module, (name, history) -> history.forgiven(clock.nanos()));
    }

    /** Modules whose update or removal waits, with what for. */
    public Map<String, String> waiting() {
        return waiting;
    }

    /** Modules that must not be stopped for an update, by their own word. */
    public Set<String> locked() {
        return gate.locks().held();
    }

    public boolean hasContainer(String module) {
        return containers.containsKey(module);
    }

    /** Whose containers are there, in whatever state. */
    public Set<String> modulesWithContainers() {
        Set<String> modules = new HashSet<>(containers.keySet());
        modules.addAll(previous.keySet());
        return modules;
    }

    public boolean isUp(String module) {
        return hasContainer(module) && containers.get(module).isUp();
    }

    public boolean isBusy(String module) {
        return busy.contains(module);
    }

    public boolean isIdle() {
        return busy.isEmpty();
    }

    /** The plan's steps by module, without those of modules that took their update lock since it was made; see {@link #begin(List)}. */
    public Map<String, List<Step>> begin(Plan plan, Deployment deployment) {
        Set<String> late = new TreeSet<>(plan.disturbed());
        late.removeIf(module -> gate.locks().close(module, deployment.updates().overridesLocks()));
        return begin(plan.steps().stream()
                .filter(step -> !late.contains(step.module()))
                .toList());
    }

    /** The steps by module, each module's in order; from now on these modules are busy. To be remembered at once. */
    public Map<String, List<Step>> begin(List<Step> steps) {
        Map<String, List<Step>> jobs = new LinkedHashMap<>();
        steps.forEach(step ->
                jobs.computeIfAbsent(step.module(), name -> new ArrayList<>()).add(step));
        busy.addAll(jobs.keySet());
        jobs.forEach((module, job) -> {
            job.forEach(this::explainRenewal);
            if (job.stream().anyMatch(ObservedBoard::leavesItHalted)) {
                histories.computeIfPresent(module, (name, history) -> history.withHalted(true));
            }
        });
        return jobs;
    }

    /** No change of the manifest explains it, so the log must. */
    private void explainRenewal(Step step) {
        if (step instanceof Step.Create create) {
            Optional.ofNullable(containers.get(create.module()))
                    .filter(old -> old.fingerprint().equals(create.devices().fingerprint(create.spec())))
                    .filter(old -> !recipe.get().isOn(old.recipe()))
                    .ifPresent(old -> LOG.info(
                            "event=container_outdated module={} made_by=\"{}\" recipe=\"{}\" action=\"it is made anew\"",
                            create.module(),
                            old.recipe(),
                            recipe.get().text()));
        }
    }

    // noted before it happens: how the container that is there then has ended is our doing
    private static boolean leavesItHalted(Step step) {
        return step instanceof Step.Stop
                || step instanceof Step.BringBack
                || (step instanceof Step.Start start && !start.restart());
    }

    /** @param outdated why an image that was pulled is the one that was on the board already */
    public void done(Step step, String fingerprint, Optional<Problem> outdated) {
        History history = history(step.module(), fingerprint).withSuccess(step, clock.nanos());
        if (step instanceof Step.Pull) {
            history = history.withPulled(true).withOutdated(outdated);
        } else if (step instanceof Step.Start start) {
            history = start.restart() ? history.withRestart(clock.wallClock()) : history.withHalted(false);
            unseen.add(step.module());
            upMarks.started(step.module());
        }
        histories.put(step.module(), history);
    }

    public void failed(Step step, String fingerprint, Problem reason) {
        Problem problem = new Problem(reason.code(), step.verb() + ": " + reason.text());
        History history = history(step.module(), fingerprint);
        sayFailure(step, problem, reason, history);
        if (step instanceof Step.Create && reason.code() == ErrorCode.IMAGE_NOT_FOUND) {
            // the image went away after it was pulled
            history = history.withPulled(false);
        }
        histories.put(step.module(), history.withFailure(step, problem, clock.nanos(), random.nextDouble()));
    }

    /** What fails for the same reason again and again is said ever less often, or a fault of months fills the journal. */
    private static void sayFailure(Step step, Problem problem, Problem reason, History history) {
        int count = history.failures().count() + 1;
        boolean isNew = !history.failure().equals(Optional.of(problem));
        if (isNew || Integer.bitCount(count) == 1) {
            LOG.warn(
                    "event=step_failed module={} step={} code={} failures={} reason=\"{}\"",
                    step.module(),
                    step.verb(),
                    problem.code(),
                    count,
                    reason.text());
        }
    }

    public void ended(String module) {
        busy.remove(module);
        gate.locks().open(module);
    }

    /** What stands in the way of the deployment, each with its module's name before it. */
    public List<String> failures(Deployment deployment) {
        Map<String, String> failures = new TreeMap<>();
        histories.forEach((module, history) -> {
            String inForce = Attempt.of(() -> fingerprint(deployment, module), problem -> History.LEFTOVER);
            if (!inForce.equals(history.fingerprint())) {
                // it is about a manifest that is no longer in force
                return;
            }
            history.rejection()
                    .ifPresent(reason -> failures.put(
                            module, "the update was rolled back: " + reason.text() + "; the previous container runs"));
            history.failure().ifPresent(problem -> failures.put(module, problem.text()));
        });
        hardware.forEach((module, own) -> {
            if (own instanceof Hardware.Withheld withheld) {
                failures.put(module, withheld.problem().text());
            }
        });
        unplanned.forEach((module, problem) -> failures.put(module, "it cannot be planned: " + problem.text()));
        refused.forEach((module, problem) -> failures.put(module, problem.text()));
        deployment.faults().forEach((module, problem) -> failures.put(module, problem.text()));
        return failures.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .toList();
    }

    private static String fingerprint(Deployment deployment, String module) {
        return Optional.ofNullable(deployment.modules().get(module))
                .map(ModuleSpec::fingerprint)
                .orElse(History.LEFTOVER);
    }

    private History history(String module, String fingerprint) {
        History known = histories.get(module);
        boolean isAboutIt = known != null
                && (known.fingerprint().equals(fingerprint) || (fingerprint.equals(History.LEFTOVER) && !confirmed));
        return isAboutIt ? known : History.fresh(fingerprint, Optional.ofNullable(known), clock.nanos());
    }
}
