package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The table of {@code edge-agent list}, in the columns of {@code iotedge list}. */
final class ModuleTable {
    private static final int LONGEST = 60;

    private ModuleTable() {}

    /** @param columns that a line may have */
    static String of(JsonNode modules, Instant now, int columns) {
        List<List<String>> rows = new ArrayList<>();
        // a paragraph does not fit in a table, but what a person has to do must be readable in full
        StringBuilder below = new StringBuilder();
        rows.add(List.of("NAME", "STATUS", "DESCRIPTION", "CONFIG"));
        StreamSupport.stream(modules.spliterator(), false)
                .sorted(Comparator.comparing(module -> module.path("name").asText()))
                .forEach(module -> {
                    String name = Terminal.plain(module.path("name").asText());
                    String description = Terminal.plain(description(module, now));
                    rows.add(List.of(
                            name,
                            Terminal.plain(module.path("runtimeStatus").asText("unknown")),
                            shortened(description),
                            Terminal.plain(module.path("image").asText())));
                    if (description.length() > LONGEST) {
                        below.append('\n')
                                .append(name)
                                .append(": ")
                                .append(description)
                                .append('\n');
                    }
                });
        return Terminal.table(rows, columns) + below;
    }

    private static String description(JsonNode module, Instant now) {
        String waits = module.path("updateWaits").asText();
        String lock = module.path("updateLock").asBoolean() ? "; holds its update lock" : "";
        return condition(module, now) + (waits.isEmpty() ? lock : "; an update waits: " + waits);
    }

    private static String condition(JsonNode module, Instant now) {
        if (module.has("containerStatus")) {
            return module.path("containerStatus").asText();
        }
        String known = ofStatus(module, now);
        String pull = module.path("pull").asText();
        return pull.isEmpty() ? known : "Pulling " + pull + (known.isEmpty() ? "" : "; " + known);
    }

    private static String ofStatus(JsonNode module, Instant now) {
        String status = module.path("runtimeStatus").asText();
        int exitCode = module.path("exitCode").asInt();
        String text = module.path("description").asText();
        return switch (status) {
            case "running" -> "Up" + since(module, "startTime", now, " ", "") + restarts(module);
            case "unhealthy" -> "Up" + since(module, "startTime", now, " ", "") + ", unhealthy" + restarts(module);
            case "stopped" -> "Stopped" + since(module, "exitTime", now, " ", " ago");
            // what never ran has no exit code to tell of
            case "failed", "dead" ->
                time(module.path("exitTime").asText()).isEmpty() && !text.isEmpty()
                        ? text
                        : "Failed (" + exitCode + ")" + since(module, "exitTime", now, " ", " ago");
            default -> text;
        };
    }

    /** Since it last ran well for a while. */
    private static String restarts(JsonNode module) {
        int count = module.path("restarts").asInt();
        return count == 0 ? "" : ", " + count + (count == 1 ? " restart" : " restarts");
    }

    private static String shortened(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST - 3) + "..." : text;
    }

    private static String since(JsonNode module, String field, Instant now, String before, String after) {
        return time(module.path(field).asText())
                .map(at -> before + Terminal.since(at, now) + after)
                .orElse("");
    }

    static Optional<Instant> time(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
