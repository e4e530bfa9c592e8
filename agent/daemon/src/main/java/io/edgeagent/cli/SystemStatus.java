package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The roles of the agent, as it tells of them itself. */
record SystemStatus(ObjectNode json, Map<String, String> details) {
    private static final String UP = "up";
    private static final String AGENT = "agent";

    static SystemStatus of(JsonNode status, Instant now) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("ready", status.path("ready").asBoolean());
        json.put("version", status.path("version").asText());
        json.put("logLevel", status.path("logLevel").asText());
        json.set("roles", status.path("roles").deepCopy());
        String since = ModuleTable.time(status.path("startTime").asText())
                .map(start -> ", up " + Terminal.since(start, now))
                .orElse("");
        return new SystemStatus(
                json,
                Map.of(
                        AGENT,
                        "edge-agent " + json.path("version").asText() + since + ", log level "
                                + json.path("logLevel").asText(),
                        "identity",
                        status.path("device").asText() + " on "
                                + status.path("hub").asText()));
    }

    /** @param state of the service */
    static SystemStatus down(String state) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("ready", false);
        json.putObject("roles").putObject(AGENT).put(UP, false).put("reason", state);
        return new SystemStatus(json, Map.of());
    }

    boolean isUp() {
        return json.path("roles").properties().stream()
                .allMatch(role -> role.getValue().path(UP).asBoolean());
    }

    String text() {
        List<List<String>> rows = new ArrayList<>();
        json.path("roles").properties().forEach(role -> rows.add(row(role.getKey(), role.getValue())));
        return "System roles:\n"
                + Terminal.table(rows).indent(4)
                + "\nUse 'edge-agent system logs' to see what the agent writes.\n"
                + "Use 'sudo edge-agent check' to find what is wrong on the board.\n";
    }

    private List<String> row(String name, JsonNode role) {
        String reason = role.path("reason").asText("");
        String detail = Optional.of(reason).filter(text -> !text.isEmpty()).orElse(details.getOrDefault(name, ""));
        return List.of(Terminal.plain(name), role.path(UP).asBoolean() ? "Running" : "Down", Terminal.plain(detail));
    }
}
