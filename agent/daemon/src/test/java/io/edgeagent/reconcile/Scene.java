package io.edgeagent.reconcile;

import io.edgeagent.fake.Manifest;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Hardware;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A situation built up line by line, and the planner's answer to it as words: "pull led", "restart led". */
final class Scene {
    static final long NOW = Duration.ofHours(1).toNanos();

    private final Deployment deployment;
    private final Map<String, Container> containers = new HashMap<>();
    private final Map<String, Container> previous = new HashMap<>();
    private final Map<String, Problem> refused = new HashMap<>();
    private final Map<String, Hardware> hardware = new HashMap<>();
    private boolean confirmed = true;
    private UpdatePolicy updates = UpdatePolicy.REPLACE;
    private UpdateHolds holds = UpdateHolds.NONE;
    private RecipeMark recipe = new RecipeMark(1, "azure-iot-edge", Optional.empty(), Optional.empty());
    private final Map<String, History> histories = new HashMap<>();
    private final Set<String> identified;
    private final Set<String> busy = new HashSet<>();
    private long now = NOW;

    private Scene(Manifest manifest) {
        deployment = manifest.deployment();
        identified = new HashSet<>(deployment.modules().keySet());
    }

    static Scene of(Manifest.Module... modules) {
        return new Scene(Manifest.version(1).with(modules));
    }

    /** With WaitForAllPulls. */
    static Scene pullingFirst(Manifest.Module... modules) {
        return new Scene(Manifest.version(1).waitingForAllPulls().with(modules));
    }

    /** On the board, first seen just now. */
    Scene board(Container... shown) {
        for (Container container : shown) {
            if (container.isPrevious()) {
                previous.put(container.module(), container);
                continue;
            }
            containers.put(container.name(), container);
            String fingerprint = Optional.ofNullable(deployment.modules().get(container.name()))
                    .map(ModuleSpec::fingerprint)
                    .orElse(History.LEFTOVER);
            histories.put(
                    container.name(),
                    histories
                            .getOrDefault(container.name(), History.fresh(fingerprint, now))
                            .observed(Optional.of(container), false, now, 0));
        }
        return this;
    }

    /** Not on the board any more. */
    Scene gone(String name) {
        containers.remove(name);
        return this;
    }

    Scene pulled(String... names) {
        for (String name : names) {
            history(name, historyOf(name).withPulled(true));
        }
        return this;
    }

    Scene history(String name, History history) {
        histories.put(name, history);
        return this;
    }

    History historyOf(String name) {
        return histories.getOrDefault(name, History.fresh(fingerprint(name), now));
    }

    Scene failed(String name, ErrorCode code) {
        return history(name, failedAt(name, new Step.Start(name, false), code));
    }

    /** The pull, which is what an update begins with, failed. */
    Scene pullFailed(String name) {
        return history(name, failedAt(name, new Step.Pull(spec(name)), ErrorCode.REGISTRY_UNREACHABLE));
    }

    private History failedAt(String name, Step step, ErrorCode code) {
        return historyOf(name).withFailure(step, new Problem(code, "it failed"), now, 0);
    }

    /** The deployment is from the disk, and the hub has not spoken. */
    Scene unconfirmed() {
        confirmed = false;
        return this;
    }

    /** We stopped it, or are about to. */
    Scene halted(String name) {
        return history(name, historyOf(name).withHalted(true));
    }

    /** Its update was found wanting. */
    Scene rejected(String name) {
        return history(name, historyOf(name).withRejection(new Problem(ErrorCode.UPDATE_ROLLED_BACK, "it failed")));
    }

    Scene busy(String... names) {
        busy.addAll(List.of(names));
        return this;
    }

    Scene unidentified(String... names) {
        List.of(names).forEach(identified::remove);
        return this;
    }

    Scene refused(String name) {
        return refused(name, ErrorCode.OPTIONS_REFUSED);
    }

    Scene refused(String name, ErrorCode code) {
        refused.put(name, new Problem(code, "refused"));
        return this;
    }

    /** The module gets these devices. */
    Scene granted(String name, Hardware.Granted devices) {
        hardware.put(name, devices);
        return this;
    }

    /** A device of the module is missing; its label says whether a container that runs is stopped. */
    Scene missing(String name, boolean stop) {
        hardware.put(
                name, new Hardware.Withheld(new Problem(ErrorCode.DEVICE_MISSING, "/dev/i2c-1 is not there"), stop));
        return this;
    }

    Scene recipe(RecipeMark mark) {
        recipe = mark;
        return this;
    }

    Scene holds(UpdateHolds reasons) {
        holds = reasons;
        return this;
    }

    Scene updates(UpdatePolicy policy) {
        updates = policy;
        return this;
    }

    /** The container is seen down, cut off by a reboot. */
    Scene cutOff(String name) {
        History seen = historyOf(name).observed(Optional.of(containers.get(name)), true, now, 0);
        return history(name, seen);
    }

    Scene later(Duration time) {
        now += time.toNanos();
        return this;
    }

    long now() {
        return now;
    }

    Situation situation() {
        return new Situation(
                deployment,
                confirmed,
                containers,
                previous,
                histories,
                identified,
                refused,
                hardware,
                busy,
                holds,
                updates,
                recipe,
                now);
    }

    Plan plan() {
        return Planner.plan(situation());
    }

    List<String> steps() {
        return words(plan());
    }

    ModuleSpec spec(String name) {
        return deployment.modules().get(name);
    }

    static List<String> words(Plan plan) {
        List<String> words = new ArrayList<>();
        plan.steps().forEach(step -> words.add(step.verb() + " " + step.module()));
        return words;
    }

    private String fingerprint(String name) {
        return deployment.modules().containsKey(name)
                ? deployment.modules().get(name).fingerprint()
                : History.LEFTOVER;
    }
}
