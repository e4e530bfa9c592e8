package io.edgeagent.conductor;

import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.edgeagent.fake.FakeClock;
import io.edgeagent.fake.Manifest;
import io.edgeagent.model.Deployment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgentMetricsTest {
    private static final Manifest.Module LED = module("led").image("acr.example.io/led:1");
    private static final String LED_LABELS = "{\"module_name\":\"led\",\"module_version\":\"\"}";

    private final Rig rig = new Rig();

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void counts_what_it_does_with_modules_and_how_long_that_takes() {
        rig.deploy(Manifest.version(1).with(LED));
        rig.untilStatus(200, 1);
        rig.deploy(Manifest.version(2).with(LED.image("acr.example.io/led:2")));
        rig.untilStatus(200, 2);
        rig.engine.exit("led", 1);
        rig.passUntil(() -> value("edgeAgent_module_restart_total", LED_LABELS) == 1);

        assertThat(value("edgeAgent_module_prepare_update_total", LED_LABELS)).isEqualTo(2);
        assertThat(value("edgeAgent_module_create_total", LED_LABELS)).isEqualTo(2);
        assertThat(value("edgeAgent_module_stop_total", LED_LABELS)).isEqualTo(1);
        assertThat(value("edgeAgent_module_remove_total", LED_LABELS)).isEqualTo(1);
        assertThat(value("edgeAgent_module_start_total", LED_LABELS)).isEqualTo(3);
        assertThat(series("edgeAgent_command_latency_seconds", "{\"command\":\"start\"}")
                        .path("count")
                        .asInt())
                .isEqualTo(3);
        assertThat(series("edgeAgent_deployment_time_seconds", "{}")
                        .path("count")
                        .asInt())
                .isEqualTo(2);
        assertThat(value("edgeAgent_iothub_syncs_total", "{}")).isEqualTo(2);
    }

    @Test
    void counts_the_time_in_which_a_module_was_to_run_and_in_which_it_did() {
        rig.deploy(Manifest.version(1).with(LED));
        rig.untilStatus(200, 1);
        rig.passUntil(() -> time("correctly") >= 20);
        double lost = time("expected") - time("correctly");
        rig.engine.exit("led", 1);
        rig.passUntil(() -> time("expected") - time("correctly") >= lost + 5);

        assertThat(time("correctly")).isGreaterThanOrEqualTo(20);
    }

    @Test
    void a_time_in_which_nobody_looked_counts_neither_way() {
        FakeClock clock = new FakeClock();
        AgentMetrics metrics = new AgentMetrics(clock, List.of());
        Optional<Deployment> deployment =
                Optional.of(Manifest.version(1).with(LED).deployment());

        clock.advance(Duration.ofSeconds(5));
        metrics.listed(List.of(), deployment);
        clock.advance(Duration.ofHours(1));
        metrics.listed(List.of(), deployment);

        assertThat(metrics.toJson().toString())
                .contains("total_time_expected_running_seconds\",\"labels\":{\"module_name\":\"led\"},\"value\":5.0");
    }

    @Test
    void counts_calls_by_method_and_those_of_unknown_ones_together() {
        rig.deploy(Manifest.version(1).with(LED));
        rig.untilStatus(200, 1);
        rig.link.call("ping", "{}");
        rig.link.call("PING", "{}");
        rig.link.call("ping" + "x".repeat(1000), "{}");
        rig.settle();

        assertThat(value("edgeagent_direct_method_invocations_count", "{\"method_name\":\"ping\"}"))
                .isEqualTo(2);
        assertThat(value("edgeagent_direct_method_invocations_count", "{\"method_name\":\"unknown\"}"))
                .isEqualTo(1);
    }

    private double time(String which) {
        String name = which.equals("correctly") ? "running_correctly" : "expected_running";
        return value("edgeAgent_total_time_" + name + "_seconds", "{\"module_name\":\"led\"}");
    }

    private double value(String name, String labels) {
        return series(name, labels).path("value").asDouble();
    }

    private JsonNode series(String name, String labels) {
        return StreamSupport.stream(rig.metrics().spliterator(), false)
                .filter(series -> series.path("name").asText().equals(name)
                        && series.path("labels").toString().equals(labels))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }
}
