package io.edgeagent.reconcile;

import io.edgeagent.model.Hardware;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.ModuleStatus;
import io.edgeagent.model.Problem;
import io.edgeagent.model.RuntimeStatus;
import io.edgeagent.runtime.Backoff;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Reads a module's status off its container and its history. */
public final class StatusRule {
    private StatusRule() {}

    public static ModuleStatus of(ModuleSpec spec, Situation situation) {
        Optional<Container> container = situation.container(spec.name());
        History history = situation.history(spec);
        Optional<Problem> trouble = Optional.ofNullable(situation.refused().get(spec.name()));
        return new ModuleStatus(
                status(spec, container, history, trouble, situation),
                trouble.map(problem -> refusal(spec, problem, container, history))
                        .orElseGet(() -> describe(spec, container, history, situation)
                                + situation
                                        .deployment()
                                        .fault(spec.name())
                                        .map(fault -> "; its entry in the deployment was not applied: " + fault.text())
                                        .orElse("")),
                container.map(Container::exitCode).orElse(0),
                container.flatMap(Container::startedAt),
                container.flatMap(Container::finishedAt),
                history.restarts(),
                history.lastRestart(),
                container.map(Container::imageId));
    }

    /** Of a module that the manifest names in a way that cannot be followed, and of which no entry before it is known. */
    public static ModuleStatus ofFault(String module, Problem fault, Situation situation) {
        Optional<Container> container = situation.container(module);
        History history = situation.history(module);
        boolean again = container
                .filter(known -> known.state() == Container.State.EXITED
                        && !history.halted()
                        && Running.mustRestart(Running.OF_CONTAINER, known))
                .isPresent();
        ModuleStatus left = unplanned(fault, container);
        return again
                ? new ModuleStatus(
                        RuntimeStatus.BACKOFF,
                        again(container.get(), history) + "; its entry in the deployment was not applied: "
                                + fault.text(),
                        left.exitCode(),
                        left.lastStart(),
                        left.lastExit(),
                        history.restarts(),
                        history.lastRestart(),
                        left.imageId())
                : left;
    }

    /** Of a module that the deployment does not name, but whose container runs on. */
    public static ModuleStatus ofLeftover(Container container, String reason) {
        return new ModuleStatus(
                RuntimeStatus.RUNNING,
                "running; its removal waits: " + reason,
                container.exitCode(),
                container.startedAt(),
                container.finishedAt(),
                0,
                Optional.empty(),
                Optional.of(container.imageId()));
    }

    /** Of a module for which nothing can be done. */
    public static ModuleStatus unplanned(Problem fault, Optional<Container> container) {
        boolean up = container.filter(Container::isUp).isPresent();
        return new ModuleStatus(
                up ? RuntimeStatus.RUNNING : RuntimeStatus.FAILED,
                (up ? "left as it is" : container.isPresent() ? "not started" : "not created") + ": " + fault.text(),
                container.map(Container::exitCode).orElse(0),
                container.flatMap(Container::startedAt),
                container.flatMap(Container::finishedAt),
                0,
                Optional.empty(),
                container.map(Container::imageId));
    }

    private static String refusal(ModuleSpec spec, Problem problem, Optional<Container> container, History history) {
        if (container.isEmpty()) {
            return "not created: " + problem.text();
        }
        if (container.get().isUp()) {
            return "not updated, the previous container keeps running: " + problem.text();
        }
        boolean again = spec.mustRun()
                && !Hardware.isMadeFrom(spec, container.get().fingerprint())
                && !history.halted()
                && Running.mustRestart(spec.restartPolicy(), container.get());
        return again
                ? "not updated, the previous container (" + description(spec, container.get(), history) + "): "
                        + problem.text()
                : "not started: " + problem.text();
    }

    private static RuntimeStatus status(
            ModuleSpec spec,
            Optional<Container> container,
            History history,
            Optional<Problem> trouble,
            Situation situation) {
        if (container.isEmpty()) {
            if (trouble.isPresent()) {
                return RuntimeStatus.FAILED;
            }
            boolean waits = situation.hardware(spec) instanceof Hardware.Withheld;
            return waits || history.failure().isPresent() ? RuntimeStatus.BACKOFF : RuntimeStatus.UNKNOWN;
        }
        return switch (container.get().state()) {
            case RUNNING, RESTARTING, PAUSED ->
                container.get().health() == Container.Health.UNHEALTHY
                        ? RuntimeStatus.UNHEALTHY
                        : RuntimeStatus.RUNNING;
            case DEAD, REMOVING -> RuntimeStatus.DEAD;
            case CREATED -> history.failure().isPresent() ? RuntimeStatus.BACKOFF : RuntimeStatus.STOPPED;
            case EXITED -> exited(spec, container.get());
        };
    }

    private static RuntimeStatus exited(ModuleSpec spec, Container container) {
        if (spec.mustRun() && Running.mustRestart(spec.restartPolicy(), container)) {
            return RuntimeStatus.BACKOFF;
        }
        // a module that was told to stop has not failed, whatever code SIGTERM gave it
        return container.exitCode() == 0 || !spec.mustRun() ? RuntimeStatus.STOPPED : RuntimeStatus.FAILED;
    }

    private static String describe(
            ModuleSpec spec, Optional<Container> container, History history, Situation situation) {
        if (situation.hardware(spec) instanceof Hardware.Withheld withheld) {
            boolean up = container.filter(Container::isUp).isPresent();
            return withheld.problem().text() + (up ? "; it runs without it" : "; it starts when the device appears");
        }
        boolean narrowed = situation.hardware(spec) instanceof Hardware.Granted granted && granted.unprivileged();
        return description(spec, container, history, situation)
                + (narrowed ? "; this device's policy gives it only its devices instead of Privileged" : "");
    }

    private static String description(
            ModuleSpec spec, Optional<Container> container, History history, Situation situation) {
        if (history.failure().isPresent()) {
            Duration wait = Backoff.RETRY.after(history.failures().count() - 1, 0);
            return history.failure().get().text() + "; tried again every " + rounded(wait);
        }
        String now = container
                .map(known -> description(spec, known, history))
                .orElseGet(() -> situation.identified().contains(spec.name())
                        ? "being created"
                        : "waiting for its identity from the hub");
        if (situation.previous().containsKey(spec.name())) {
            return now + "; the update must prove itself before the old container is removed";
        }
        String image = history.outdated()
                .map(reason -> now + ", with the image that was on the board, because the registry cannot be reached ("
                        + reason.text() + ")")
                .orElse(now);
        return history.rejection()
                .map(reason -> now + ", with the image before " + spec.image() + ": that update was rolled back ("
                        + reason.text() + ") and is tried again when the manifest changes")
                .orElse(image);
    }

    private static String description(ModuleSpec spec, Container known, History history) {
        return switch (known.state()) {
            case RUNNING ->
                switch (known.health()) {
                    case UNHEALTHY -> "running, its HEALTHCHECK fails";
                    case STARTING -> "running, its HEALTHCHECK has not answered yet";
                    default -> "running";
                };
            case EXITED ->
                spec.mustRun() && Running.mustRestart(spec.restartPolicy(), known)
                        ? again(known, history)
                        : ExitText.of(known);
            default -> known.state().name().toLowerCase(Locale.ROOT);
        };
    }

    private static String again(Container known, History history) {
        return ExitText.of(known) + "; started again within " + rounded(Backoff.RESTART.after(history.restarts(), 0));
    }

    // the whole wait, not what is left of it: a countdown in the report would send a patch every pass
    private static String rounded(Duration wait) {
        return wait.toMinutes() >= 1 ? (wait.toSeconds() + 59) / 60 + " min" : wait.toSeconds() + " s";
    }
}
