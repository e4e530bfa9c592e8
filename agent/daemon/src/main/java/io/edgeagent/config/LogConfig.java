package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.LogLevel;
import io.edgeagent.model.Printable;
import java.util.Map;
import java.util.Optional;

/**
 * The agent's own log. A wrong value is a warning only: it is no reason not to start.
 *
 * @param level {@code EDGE_AGENT_LOG}, else IoT Edge's {@code RuntimeLogLevel} in {@code [agent.env]}, else {@code INFO}. The
 *     deployment's goes before it
 * @param json {@code EDGE_AGENT_LOG_FORMAT} or {@code logs.agent_format}: a JSON object each line, and not text
 */
public record LogConfig(LogLevel level, boolean json) {

    static LogConfig of(JsonNode toml, Map<String, String> environment, Findings findings) {
        return new LogConfig(
                level("EDGE_AGENT_LOG", Toml.variable(environment, "EDGE_AGENT_LOG"), findings)
                        .or(() -> level(
                                "agent.env.RuntimeLogLevel",
                                Toml.text(toml, "agent", "env", "RuntimeLogLevel"),
                                findings))
                        .orElse(LogLevel.INFO),
                Toml.variable(environment, "EDGE_AGENT_LOG_FORMAT")
                        .map(text -> isJson("EDGE_AGENT_LOG_FORMAT", text, findings))
                        .or(() -> Toml.text(toml, "logs", "agent_format")
                                .map(text -> isJson("logs.agent_format", text, findings)))
                        .orElse(false));
    }

    private static Optional<LogLevel> level(String name, Optional<String> text, Findings findings) {
        Optional<LogLevel> level = text.flatMap(LogLevel::of);
        if (text.isPresent() && level.isEmpty()) {
            findings.warn(name + " is \"" + Printable.of(text.get(), 40) + "\", expected " + LogLevel.NAMES);
        }
        return level;
    }

    private static boolean isJson(String name, String text, Findings findings) {
        if (!text.equals("json") && !text.equals("text")) {
            findings.warn(name + " is \"" + Printable.of(text, 40) + "\", expected \"text\" or \"json\"");
        }
        return text.equals("json");
    }
}
