package io.edgeagent.adapter.docker;

import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.InspectContainerResponse;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.ContainerRecipe;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads containers from the engine's answers. */
final class ContainerDetails {
    private ContainerDetails() {}

    static Container of(InspectContainerResponse inspected) {
        InspectContainerResponse.ContainerState state = inspected.getState();
        Map<String, String> labels =
                Optional.ofNullable(inspected.getConfig().getLabels()).orElse(Map.of());
        String name = inspected.getName().replaceFirst("^/", "");
        return new Container(
                inspected.getId(),
                Container.moduleOf(labels.getOrDefault(ContainerRecipe.MODULE_LABEL, name), name),
                name,
                labels.getOrDefault(ContainerRecipe.FINGERPRINT_LABEL, ""),
                String.valueOf(inspected.getImageId()),
                state(state.getStatus()),
                health(state.getHealth()),
                Optional.ofNullable(state.getExitCodeLong()).map(Long::intValue).orElse(0),
                time(state.getStartedAt()),
                time(state.getFinishedAt()),
                Boolean.TRUE.equals(state.getOOMKilled()),
                Optional.ofNullable(state.getError()).orElse(""));
    }

    /** What tells in a list whether a container changed: its name, its state, and its health from the status text. */
    static String summaryOf(com.github.dockerjava.api.model.Container listed) {
        String status = String.valueOf(listed.getStatus());
        int bracket = status.indexOf('(');
        return String.join(" ", listed.getNames())
                + " "
                + listed.getState()
                + (bracket < 0 ? "" : status.substring(bracket).replaceFirst("\\).*", ""));
    }

    private static Container.State state(String status) {
        try {
            return Container.State.valueOf(String.valueOf(status).toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            // Podman has words of its own: configured, initialized, stopped
            return switch (String.valueOf(status)) {
                case "stopped", "stopping" -> Container.State.EXITED;
                default -> Container.State.CREATED;
            };
        }
    }

    private static Container.Health health(HealthState health) {
        if (health == null || health.getStatus() == null) {
            return Container.Health.NONE;
        }
        return switch (health.getStatus()) {
            case "starting" -> Container.Health.STARTING;
            case "healthy" -> Container.Health.HEALTHY;
            case "unhealthy" -> Container.Health.UNHEALTHY;
            default -> Container.Health.NONE;
        };
    }

    /** The engine writes year 1 for "never". */
    private static Optional<Instant> time(String text) {
        if (text == null || text.isEmpty() || text.startsWith("0001-")) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
