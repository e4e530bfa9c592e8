package io.edgeagent.conductor;

import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.ModuleStatus;
import io.edgeagent.model.Problem;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.History;
import io.edgeagent.reconcile.Plan;
import io.edgeagent.reconcile.Planner;
import io.edgeagent.reconcile.Situation;
import io.edgeagent.reconcile.StatusRule;
import io.edgeagent.reconcile.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** The conductor's picture of the board: containers as last listed, each module's history, and what is under way. */
final class Board {
    private final Clock clock;
    private final RandomGenerator random;
    private final Map<String, Container> containers = new TreeMap<>();
    private final Map<String, History> histories = new HashMap<>();
    private final Set<String> busy = new HashSet<>();

    Board(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    void listed(List<Container> listed, Optional<Deployment> deployment) {
        containers.clear();
        listed.forEach(container -> containers.put(container.name(), container));
        Set<String> known = new HashSet<>(containers.keySet());
        deployment.ifPresent(current -> known.addAll(current.modules().keySet()));
        histories.keySet().retainAll(known);
        for (String name : known) {
            Optional<Container> container = Optional.ofNullable(containers.get(name));
            String fingerprint = deployment
                    .map(current -> current.modules().get(name))
                    .map(ModuleSpec::fingerprint)
                    .orElseGet(() -> container.map(Container::fingerprint).orElse(""));
            histories.put(name, history(name, fingerprint).observed(container, clock.nanos()));
        }
    }

    Situation situation(Deployment deployment, Map<String, ModuleIdentity> identities) {
        return new Situation(deployment, containers, histories, identities.keySet(), busy, clock.nanos());
    }

    Plan plan(Deployment deployment, Map<String, ModuleIdentity> identities) {
        return Planner.plan(situation(deployment, identities));
    }

    Map<String, ModuleStatus> statuses(Deployment deployment, Map<String, ModuleIdentity> identities) {
        Situation situation = situation(deployment, identities);
        Map<String, ModuleStatus> statuses = new TreeMap<>();
        deployment.modules().forEach((name, spec) -> statuses.put(name, StatusRule.of(spec, situation)));
        return statuses;
    }

    /** The plan's steps by module, each module's in order; from now on these modules are busy. */
    Map<String, List<Step>> begin(Plan plan) {
        Map<String, List<Step>> jobs = new LinkedHashMap<>();
        plan.steps()
                .forEach(step -> jobs.computeIfAbsent(step.module(), name -> new ArrayList<>())
                        .add(step));
        busy.addAll(jobs.keySet());
        return jobs;
    }

    void done(Step step, String fingerprint) {
        History history = history(step.module(), fingerprint).withSuccess(clock.nanos());
        if (step instanceof Step.Pull) {
            history = history.withPulled();
        } else if (step instanceof Step.Stop) {
            history = history.withHalt();
        } else if (step instanceof Step.Start start && start.restart()) {
            history = history.withRestart(clock.wallClock());
        }
        histories.put(step.module(), history);
    }

    void failed(Step step, String fingerprint, Problem reason) {
        Problem problem = new Problem(reason.code(), step.verb() + ": " + reason.text());
        History history = history(step.module(), fingerprint);
        if (step instanceof Step.Create && reason.code() == ErrorCode.IMAGE_NOT_FOUND) {
            history = history.withoutImage();
        }
        histories.put(step.module(), history.withFailure(problem, clock.nanos(), random.nextDouble()));
    }

    void ended(String module) {
        busy.remove(module);
    }

    boolean isIdle() {
        return busy.isEmpty();
    }

    /** Failures of modules, each with its name before it. */
    List<String> failures() {
        return new TreeMap<>(histories)
                .entrySet().stream()
                        .flatMap(entry -> entry.getValue().failure().stream()
                                .map(problem -> entry.getKey() + ": " + problem.text()))
                        .toList();
    }

    private History history(String name, String given) {
        // of a leftover only its container knows what it was made from
        String fingerprint = given.isEmpty() && containers.containsKey(name)
                ? containers.get(name).fingerprint()
                : given;
        History known = histories.get(name);
        return known != null && known.fingerprint().equals(fingerprint)
                ? known
                : History.fresh(fingerprint, clock.nanos());
    }
}
