package io.edgeagent.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.model.ParentHost;
import io.edgeagent.testing.LoggedLines;
import io.edgeagent.testing.Warns;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpstreamTest {
    private final Map<String, String> kept = new LinkedHashMap<>();
    private final UpstreamMemory memory = new UpstreamMemory() {
        @Override
        public Map<String, String> upstream() {
            return Map.copyOf(kept);
        }

        @Override
        public void keepUpstream(Map<String, String> variables) {
            kept.clear();
            kept.putAll(variables);
        }
    };

    private Upstream upstream(Map<String, String> board) {
        return new Upstream(board, ParentHost.NONE, memory);
    }

    @Test
    void the_deployment_goes_over_the_board_variable_by_variable_and_survives_a_restart() {
        Upstream upstream = upstream(Map.of("https_proxy", "http://board:1", "no_proxy", "a.example"));

        upstream.follow(Map.of("https_proxy", "http://cloud:2", "RuntimeLogLevel", "debug"));

        assertThat(upstream.current()).hasToString("http://cloud:2 except for a.example");
        assertThat(upstream(Map.of()).current()).hasToString("http://cloud:2");
        assertThat(kept).containsOnlyKeys("https_proxy");
    }

    @Test
    void what_is_taken_out_of_the_deployment_no_longer_counts() {
        Upstream upstream = upstream(Map.of("https_proxy", "http://board:1"));
        upstream.follow(Map.of("https_proxy", "http://cloud:2"));

        upstream.follow(Map.of());

        assertThat(upstream.current()).hasToString("http://board:1");
        assertThat(kept).isEmpty();
    }

    @Test
    @Warns("WARN event=upstream_other_way")
    void a_proxy_of_the_deployment_that_leads_nowhere_does_not_cut_the_device_off() {
        Upstream upstream = upstream(Map.of());
        upstream.follow(Map.of("https_proxy", "http://wrong:1"));

        for (int i = 0; i < 3; i++) {
            assertThat(upstream.current()).hasToString("http://wrong:1");
            upstream.failed();
        }

        assertThat(upstream.current()).isEqualTo(UpstreamSettings.DIRECT);
        upstream.worked();
        upstream.follow(Map.of("https_proxy", "http://wrong:1"));
        assertThat(upstream.current())
                .as("it is not tried again while the other way holds")
                .isEqualTo(UpstreamSettings.DIRECT);
        for (int i = 0; i < 3; i++) {
            upstream.failed();
        }
        assertThat(upstream.current()).hasToString("http://wrong:1");
    }

    @Test
    void a_deployment_that_cannot_be_followed_changes_nothing_and_is_said_once_without_its_password() {
        Upstream upstream = upstream(Map.of("https_proxy", "http://board:1"));

        try (LoggedLines log = LoggedLines.of(Upstream.class.getName())) {
            upstream.follow(Map.of("https_proxy", "socks5://u:s3cret@p:1"));
            upstream.follow(Map.of("https_proxy", "socks5://u:s3cret@p:1"));

            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("socks5://")
                    .doesNotContain("s3cret");
        }
        assertThat(upstream.current()).hasToString("http://board:1");
        assertThat(kept).isEmpty();
    }

    @Test
    void amqp_is_said_to_mean_mqtt_once_and_no_password_is_logged() {
        try (LoggedLines log = LoggedLines.of(Upstream.class.getName())) {
            Upstream upstream = upstream(Map.of("https_proxy", "http://u:s3cret@p:1"));
            for (int i = 0; i < 3; i++) {
                upstream.follow(Map.of("UpstreamProtocol", "AmqpWs"));
            }

            assertThat(log.lines())
                    .hasSize(3)
                    .anyMatch(line -> line.contains("UpstreamProtocol AmqpWs means MQTT over WebSocket here"))
                    .noneMatch(line -> line.contains("s3cret"));
        }
    }
}
