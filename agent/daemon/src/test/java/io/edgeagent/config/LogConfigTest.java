package io.edgeagent.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.Json;
import io.edgeagent.model.LogLevel;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogConfigTest {
    private static final JsonNode FILE = Json.MAPPER
            .createObjectNode()
            .<com.fasterxml.jackson.databind.node.ObjectNode>set(
                    "logs", Json.MAPPER.createObjectNode().put("agent_format", "json"))
            .set(
                    "agent",
                    Json.MAPPER
                            .createObjectNode()
                            .set("env", Json.MAPPER.createObjectNode().put("RuntimeLogLevel", "Warning")));
    private final Findings findings = new Findings();

    @Test
    void is_text_at_info_where_nothing_is_said() {
        assertThat(LogConfig.of(Json.MAPPER.createObjectNode(), Map.of("EDGE_AGENT_LOG", ""), findings))
                .isEqualTo(new LogConfig(LogLevel.INFO, false));
    }

    @Test
    void the_environment_goes_before_the_file() {
        assertThat(LogConfig.of(FILE, Map.of(), findings)).isEqualTo(new LogConfig(LogLevel.WARN, true));
        assertThat(LogConfig.of(FILE, Map.of("EDGE_AGENT_LOG", "trace", "EDGE_AGENT_LOG_FORMAT", "text"), findings))
                .isEqualTo(new LogConfig(LogLevel.VERBOSE, false));
        assertThat(findings.warnings()).isEmpty();
    }

    @Test
    void a_wrong_word_is_a_warning_and_does_not_keep_the_agent_from_starting() {
        assertThat(LogConfig.of(
                        Json.MAPPER.createObjectNode(),
                        Map.of("EDGE_AGENT_LOG", "loud", "EDGE_AGENT_LOG_FORMAT", "xml"),
                        findings))
                .isEqualTo(new LogConfig(LogLevel.INFO, false));
        assertThat(findings.warnings())
                .containsExactly(
                        "EDGE_AGENT_LOG is \"loud\", expected fatal, error, warn, info, debug or verbose",
                        "EDGE_AGENT_LOG_FORMAT is \"xml\", expected \"text\" or \"json\"");
        assertThat(findings.errors()).isEmpty();
    }
}
