package io.edgeagent.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpositionTest {
    private final Exposition text = new Exposition(Map.of("edge_device", "board"));

    @Test
    void series_of_one_name_stand_together_under_its_type() {
        text.gauge("edge_agent_module_running", 1, "module_name", "led");
        text.counter("edgehub_gettwin_total", 3, "id", "a");
        text.gauge("edge_agent_module_running", 0, "module_name", "button");

        assertThat(text.text()).isEqualTo("""
            # HELP edge_agent_module_running edge agent module running
            # TYPE edge_agent_module_running gauge
            edge_agent_module_running{module_name="led",edge_device="board"} 1
            edge_agent_module_running{module_name="button",edge_device="board"} 0
            # HELP edgehub_gettwin_total edgehub gettwin total
            # TYPE edgehub_gettwin_total counter
            edgehub_gettwin_total{id="a",edge_device="board"} 3
            """);
    }

    @Test
    void a_summary_has_quantiles_sum_and_count() {
        Map<String, Double> quantiles = new LinkedHashMap<>();
        quantiles.put("0.5", 0.25);
        quantiles.put("0.99", 1.0);
        text.summary("edgehub_message_size_bytes", quantiles, 12.5, 4, Map.of("id", "a"));

        assertThat(text.text()).isEqualTo("""
            # HELP edgehub_message_size_bytes edgehub message size bytes
            # TYPE edgehub_message_size_bytes summary
            edgehub_message_size_bytes{id="a",quantile="0.5",edge_device="board"} 0.25
            edgehub_message_size_bytes{id="a",quantile="0.99",edge_device="board"} 1
            edgehub_message_size_bytes_sum{id="a",edge_device="board"} 12.5
            edgehub_message_size_bytes_count{id="a",edge_device="board"} 4
            """);
    }

    @Test
    void a_strangers_name_cannot_end_its_line() {
        text.value("edgehub_client_connect_failed_total", 1, Map.of("id", "a\"} 9\nevil{x=\"\\"));

        assertThat(text.text())
                .contains("{id=\"a\\\"} 9\\nevil{x=\\\"\\\\\",edge_device=\"board\"} 1\n")
                .contains("# TYPE edgehub_client_connect_failed_total counter\n");
        assertThat(text.text().lines()).hasSize(3);
    }

    @Test
    void large_and_broken_numbers_keep_their_value() {
        text.gauge("a_bytes", 123_456_789_012_345.0);
        text.gauge("b_seconds", 0.001);

        assertThat(text.text()).contains("} 123456789012345\n").contains("} 0.001\n");
    }
}
