package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.ContainerRecipe;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;

/** Reads containers from the engine's answers. */
final class ContainerDetails {
    /** What of an inspected container is read. */
    static final Fields FIELDS = Fields.of(
            "Id",
            "Name",
            "Image",
            "State/Status",
            "State/Health/Status",
            "State/ExitCode",
            "State/StartedAt",
            "State/FinishedAt",
            "State/OOMKilled",
            "State/Error",
            "Config/Labels/" + ContainerRecipe.MODULE_LABEL,
            "Config/Labels/" + ContainerRecipe.FINGERPRINT_LABEL,
            "Config/Labels/" + ContainerRecipe.FOUNDATION_LABEL,
            "Config/Labels/" + ContainerRecipe.RECIPE_LABEL);

    private ContainerDetails() {}

    /** @param inspected the answer of the engine's inspect call */
    static Container of(JsonNode inspected) {
        JsonNode state = inspected.path("State");
        JsonNode labels = inspected.path("Config").path("Labels");
        String name = withoutSlash(inspected.path("Name").asText(""));
        return new Container(
                inspected.path("Id").asText(""),
                Container.moduleOf(labels.path(ContainerRecipe.MODULE_LABEL).asText(name), name),
                name,
                labels.path(ContainerRecipe.FINGERPRINT_LABEL).asText(""),
                labels.path(ContainerRecipe.FOUNDATION_LABEL).asText(""),
                labels.path(ContainerRecipe.RECIPE_LABEL).asText(""),
                inspected.path("Image").asText(""),
                state(state.path("Status").asText("")),
                health(state.path("Health").path("Status").asText("")),
                state.path("ExitCode").asInt(),
                time(state.path("StartedAt").asText("")),
                time(state.path("FinishedAt").asText("")),
                state.path("OOMKilled").asBoolean(),
                EngineErrors.brief(state.path("Error").asText("")));
    }

    private static String withoutSlash(String name) {
        return name.startsWith("/") ? name.substring(1) : name;
    }

    /** What tells in a list whether a container changed: its name, its state, and its health from the status text. */
    static String summaryOf(ContainerList.Entry listed) {
        String status = listed.status();
        int from = status.indexOf('(');
        int to = status.indexOf(')', from + 1);
        return listed.name() + " " + listed.state() + (from < 0 || to < 0 ? "" : status.substring(from, to));
    }

    private static Container.State state(String status) {
        try {
            return Container.State.valueOf(status.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            // Podman has words of its own: configured, initialized, stopped
            return switch (status) {
                case "stopped", "stopping" -> Container.State.EXITED;
                default -> Container.State.CREATED;
            };
        }
    }

    private static Container.Health health(String status) {
        return switch (status) {
            case "starting" -> Container.Health.STARTING;
            case "healthy" -> Container.Health.HEALTHY;
            case "unhealthy" -> Container.Health.UNHEALTHY;
            default -> Container.Health.NONE;
        };
    }

    /** The engine writes year 1 for "never". */
    private static Optional<Instant> time(String text) {
        if (text.isEmpty() || text.startsWith("0001-")) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
