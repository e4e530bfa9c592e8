package io.edgeagent.reconcile;

import io.edgeagent.model.DesiredStatus;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.ModuleStatus;
import io.edgeagent.model.RuntimeStatus;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Reads a module's status off its container and its history. */
public final class StatusRule {
    private StatusRule() {}

    public static ModuleStatus of(ModuleSpec spec, Situation situation) {
        Optional<Container> container =
                Optional.ofNullable(situation.containers().get(spec.name()));
        History history = Optional.ofNullable(situation.histories().get(spec.name()))
                .filter(known -> known.fingerprint().equals(spec.fingerprint()))
                .orElseGet(() -> History.fresh(spec.fingerprint(), situation.now()));
        return new ModuleStatus(
                status(spec, container, history),
                description(spec, container, history, situation),
                container.map(Container::exitCode).orElse(0),
                container.flatMap(Container::startedAt),
                container.flatMap(Container::finishedAt),
                history.restarts(),
                history.lastRestart(),
                container.map(Container::imageId));
    }

    private static RuntimeStatus status(ModuleSpec spec, Optional<Container> container, History history) {
        if (container.isEmpty()) {
            return history.failure().isPresent() ? RuntimeStatus.BACKOFF : RuntimeStatus.UNKNOWN;
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
        if (Planner.restarts(spec, container)) {
            return RuntimeStatus.BACKOFF;
        }
        return container.exitCode() == 0 || spec.status() == DesiredStatus.STOPPED
                ? RuntimeStatus.STOPPED
                : RuntimeStatus.FAILED;
    }

    private static String description(
            ModuleSpec spec, Optional<Container> container, History history, Situation situation) {
        if (history.failure().isPresent()) {
            Duration wait = Backoff.RETRY.after(history.failures() - 1, 0);
            return history.failure().get().text() + "; tried again every " + rounded(wait);
        }
        if (container.isEmpty()) {
            return situation.identified().contains(spec.name())
                    ? "being created"
                    : "waiting for its identity from the hub";
        }
        Container known = container.get();
        return switch (known.state()) {
            case RUNNING ->
                switch (known.health()) {
                    case UNHEALTHY -> "running, its HEALTHCHECK fails";
                    case STARTING -> "running, its HEALTHCHECK has not answered yet";
                    default -> "running";
                };
            case EXITED ->
                ExitText.of(known)
                        + (Planner.restarts(spec, known)
                                ? "; started again within " + rounded(Backoff.RESTART.after(history.restarts(), 0))
                                : "");
            default -> known.state().name().toLowerCase(Locale.ROOT);
        };
    }

    // the whole wait, not what is left of it: a countdown in the report would send a patch every pass
    private static String rounded(Duration wait) {
        return wait.toMinutes() >= 1 ? (wait.toSeconds() + 59) / 60 + " min" : wait.toSeconds() + " s";
    }
}
