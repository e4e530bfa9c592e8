package io.edgeagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.edgeagent.model.Json;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = new Metrics("edgehub_", Map.of("edgehub_a", "edgehub_a_seconds"));

    @Test
    void counts_by_name_and_labels() {
        metrics.count("messages_received", "route_output", "out", "id", "board/sensor");
        metrics.count("messages_received", "route_output", "out", "id", "board/sensor");
        metrics.count("messages_received", "route_output", "", "id", "board/sensor");

        assertThat(written().toString())
                .isEqualTo(
                        "[{\"name\":\"edgehub_messages_received_total\",\"labels\":{\"route_output\":\"\",\"id\":\"board/sensor\"},"
                                + "\"value\":1},{\"name\":\"edgehub_messages_received_total\",\"labels\":{\"route_output\":\"out\","
                                + "\"id\":\"board/sensor\"},\"value\":2}]");
    }

    @Test
    void a_summary_has_the_quantiles_of_the_last_values_and_the_sum_of_all() {
        for (int i = 1; i <= 164; i++) {
            metrics.observe(
                    "direct_method_duration_seconds", Duration.ofMillis(i <= 64 ? 1_000_000 : i - 64), "to", "m");
        }

        ArrayNode written = written();
        assertThat(written.at("/0/count").asLong()).isEqualTo(164);
        assertThat(written.at("/0/sum").asDouble()).isBetween(64_005.0, 64_005.1);
        // of the last 64, which are 37 to 100 ms
        assertThat(written.at("/0/quantiles/0.5").asDouble()).isEqualTo(0.068);
        assertThat(written.at("/0/quantiles/0.99").asDouble()).isEqualTo(0.1);
    }

    @Test
    void a_summary_can_have_two_names() {
        metrics.observe("a", Duration.ofSeconds(3), "id", "m");

        assertThat(written().findValuesAsText("name")).containsExactly("edgehub_a", "edgehub_a_seconds");
    }

    @Test
    void names_that_clients_make_up_do_not_fill_the_memory() {
        for (int i = 0; i < 2 * Metrics.MOST_SERIES; i++) {
            metrics.count("messages_received", "route_output", "output" + i);
        }
        metrics.count("messages_received", "route_output", "output0");

        ArrayNode written = written();
        assertThat(written).hasSize(Metrics.MOST_SERIES + 1);
        assertThat(written.path(Metrics.MOST_SERIES).toString()).contains("edgehub_left_out", "1000");
    }

    private ArrayNode written() {
        ArrayNode list = Json.MAPPER.createArrayNode();
        metrics.write(list);
        return list;
    }
}
