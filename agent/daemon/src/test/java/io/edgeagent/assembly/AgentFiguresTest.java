package io.edgeagent.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.identity.Device;
import io.edgeagent.model.Json;
import io.edgeagent.model.Problem;
import io.edgeagent.ops.ModuleUsage;
import io.edgeagent.ops.Operations;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentFiguresTest {
    private static final String COMMON = "iothub=\"hub.example.net\",edge_device=\"board\",instance_number=\"";

    @TempDir
    private Path folder;

    private Map<String, ModuleUsage> usage = Map.of();

    private final Operations agent = new Operations() {
        @Override
        public ObjectNode status() {
            return (ObjectNode) json("""
                    {"startTime":"2026-01-01T00:00:00Z","link":{"up":true},"engine":{"up":false},
                     "deployment":{"version":7,"code":500},
                     "modules":{"led":{"runtimeStatus":"running","restarts":3},"button":{"runtimeStatus":"backoff"}}}""");
        }

        @Override
        public ArrayNode metrics() {
            return (ArrayNode) json("""
                    [{"name":"edgeAgent_module_start_total","labels":{"module_name":"led","module_version":"1"},"value":4}]""");
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
                .containsPattern("edgeAgent_module_start_total\\{module_name=\"led\",module_version=\"1\"[^}]*} 4\n")
                .contains("edgeAgent_metadata{edge_agent_version=\"1.2\",experimental_features=")
                .containsPattern("edgeAgent_total_memory_bytes\\{module_name=\"host\"[^}]*} [1-9]\\d+\n")
                .containsPattern("edgeAgent_available_disk_space_bytes\\{disk_name=\"[^\"]+\"[^}]*} \\d+\n");
    }

    @Test
    void has_what_modules_use_and_their_share_of_all_processors_since_the_last_scrape() {
        AgentFigures figures = figures();
        usage = Map.of("led", new ModuleUsage(1000, 100_000, 4096, 8192, 3, 10, 20, 30, 40));
        String first = figures.of(json("[]"));
        usage = Map.of("led", new ModuleUsage(3000, 110_000, 4096, 8192, 3, 10, 20, 30, 40));

        assertThat(figures.of(json("[]")))
                .containsPattern("edgeAgent_used_cpu_percent\\{module_name=\"led\",quantile=\"0.5\"[^}]*} 20\n")
                .containsPattern("edgeAgent_used_cpu_percent_count\\{module_name=\"led\"[^}]*} 1\n")
                .containsPattern("edgeAgent_used_cpu_percent_count\\{module_name=\"host\"[^}]*} 2\n");
        assertThat(first)
                .doesNotContain("edgeAgent_used_cpu_percent{module_name=\"led\"")
                .containsPattern("edgeAgent_used_memory_bytes\\{module_name=\"led\"[^}]*} 4096\n")
                .containsPattern("edgeAgent_total_memory_bytes\\{module_name=\"led\"[^}]*} 8192\n")
                .containsPattern("edgeAgent_created_pids_total\\{module_name=\"led\"[^}]*} 3\n")
                .containsPattern("edgeAgent_total_network_in_bytes\\{module_name=\"led\"[^}]*} 10\n")
                .containsPattern("edgeAgent_total_network_out_bytes\\{module_name=\"led\"[^}]*} 20\n")
                .containsPattern("edgeAgent_total_disk_read_bytes\\{module_name=\"led\"[^}]*} 30\n")
                .containsPattern("edgeAgent_total_disk_write_bytes\\{module_name=\"led\"[^}]*} 40\n");
    }

    @Test
    void each_line_has_the_form_that_prometheus_reads() {
        assertThat(figures().of(json("[]")).lines())
                .allMatch(
                        line -> line.matches(
                                "# (?:HELP|TYPE) \\w+ .+|\\w+\\{\\w+=\"(?:[^\"\\\\]|\\\\.)*\"(?:,\\w+=\"(?:[^\"\\\\]|\\\\.)*\"){2,6}} [0-9.E-]+"));
    }

    private AgentFigures figures() {
        return new AgentFigures(() -> agent, () -> usage, new Device("hub.example.net", "board"), "1.2", folder);
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
