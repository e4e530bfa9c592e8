package io.edgeagent.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.identity.Device;
import io.edgeagent.model.Json;
import io.edgeagent.model.Problem;
import io.edgeagent.ops.Operations;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentFiguresTest {
    private static final String COMMON = "iothub=\"hub.example.net\",edge_device=\"board\",instance_number=\"";

    @TempDir
    private Path folder;

    private final Operations agent = new Operations() {
        @Override
        public ObjectNode status() {
            return (ObjectNode) json("""
                    {"startTime":"2026-01-01T00:00:00Z","link":{"up":true},"engine":{"up":false},
                     "deployment":{"version":7,"code":500},
                     "modules":{"led":{"runtimeStatus":"running","restarts":3},"button":{"runtimeStatus":"backoff"}}}""");
        }

        @Override
        public ObjectNode twin() {
            throw new IllegalStateException("nobody asks for it");
        }

        @Override
        public Optional<Problem> restart(String module) {
            throw new IllegalStateException("nobody asks for it");
        }
    };

    @Test
    void has_the_hubs_series_the_agents_and_the_hosts() {
        String text = figures().of(json("""
                [{"name":"edgehub_messages_received_total","labels":{"route_output":"o","id":"board/led"},"value":5},
                 {"name":"edgehub_queue_length","labels":{"endpoint":"iothub","priority":"0"},"value":2},
                 {"name":"edgehub_message_size_bytes","labels":{"id":"board/led"},"count":2,"sum":30.0,"quantiles":{"0.5":15.0}}]"""));

        assertThat(text)
                .contains("# TYPE edgehub_messages_received_total counter\n")
                .contains("edgehub_messages_received_total{route_output=\"o\",id=\"board/led\"," + COMMON)
                .contains("# TYPE edgehub_queue_length gauge\n")
                .contains("# TYPE edgehub_message_size_bytes summary\n")
                .contains("edgehub_message_size_bytes{id=\"board/led\",quantile=\"0.5\"," + COMMON)
                .containsPattern("edgehub_message_size_bytes_count\\{[^}]*} 2\n")
                .containsPattern("edge_agent_module_running\\{module_name=\"led\"[^}]*} 1\n")
                .containsPattern("edge_agent_module_running\\{module_name=\"button\"[^}]*} 0\n")
                .containsPattern("edge_agent_module_restarts\\{module_name=\"led\"[^}]*} 3\n")
                .containsPattern("edge_agent_hub_link_up\\{[^}]*} 1\n")
                .containsPattern("edge_agent_engine_up\\{[^}]*} 0\n")
                .containsPattern("edge_agent_deployment_status\\{[^}]*} 500\n")
                .contains("edgeAgent_metadata{edge_agent_version=\"1.2\",experimental_features=")
                .containsPattern("edgeAgent_total_memory_bytes\\{module_name=\"host\"[^}]*} [1-9]\\d+\n")
                .containsPattern("edgeAgent_available_disk_space_bytes\\{disk_name=\"[^\"]+\"[^}]*} \\d+\n");
    }

    @Test
    void each_line_has_the_form_that_prometheus_reads() {
        assertThat(figures().of(json("[]")).lines())
                .allMatch(line -> line.matches(
                        "# (?:HELP|TYPE) \\w+ .+|\\w+\\{\\w+=\"[^\"]*\"(?:,\\w+=\"[^\"]*\"){2,6}} [0-9.E-]+"));
    }

    private AgentFigures figures() {
        return new AgentFigures(() -> agent, new Device("hub.example.net", "board"), "1.2", folder);
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
