package io.edgeagent.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.assembly.HubSwitches.Binding;
import io.edgeagent.model.CreateOptions;
import io.edgeagent.model.PullPolicy;
import io.edgeagent.model.RestartPolicy;
import io.edgeagent.model.SystemModule;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HubSwitchesTest {
    private static HubSwitches of(Map<String, String> env, String createOptions) {
        return HubSwitches.of(Optional.of(new SystemModule(
                Optional.empty(),
                CreateOptions.parse(createOptions),
                env,
                RestartPolicy.ALWAYS,
                PullPolicy.ON_CREATE,
                0,
                "")));
    }

    @Test
    void everything_that_is_spoken_is_on_where_the_deployment_says_nothing() {
        assertThat(HubSwitches.DEFAULT).satisfies(switches -> {
            assertThat(switches.mqtt()).isTrue();
            assertThat(switches.amqp()).isTrue();
            assertThat(switches.https()).isTrue();
            assertThat(switches.tls()).isEmpty();
            assertThat(switches.bindings()).isEmpty();
            assertThat(switches.remarks()).isEmpty();
        });
    }

    @Test
    void protocols_are_switched_off_in_any_spelling_of_the_name() {
        assertThat(of(Map.of("mqttSettings__enabled", "false"), "").mqtt()).isFalse();
        assertThat(of(Map.of("MQTTSETTINGS:ENABLED", "False"), "").mqtt()).isFalse();
        assertThat(of(Map.of("httpSettings__enabled", " false "), "").https()).isFalse();
        assertThat(of(Map.of("amqpSettings__enabled", "false"), "")).satisfies(switches -> {
            assertThat(switches.amqp()).isFalse();
            assertThat(switches.mqtt()).isTrue();
            assertThat(switches.remarks()).isEmpty();
        });
        assertThat(of(Map.of("MetricsEnabled", "false"), "").metrics()).isFalse();
        assertThat(of(Map.of("Metrics__Listener__MetricsEnabled", "false"), "").metrics())
                .isFalse();
        assertThat(of(Map.of("MetricsEnabled", "true"), "").metrics()).isTrue();
        HubSwitches unclear = of(Map.of("mqttSettings__enabled", "no"), "");
        assertThat(unclear.mqtt()).isTrue();
        assertThat(unclear.remarks()).singleElement().asString().contains("neither true nor false");
    }

    @Test
    void variables_without_effect_are_named_and_their_values_are_not() {
        assertThat(of(
                                Map.of(
                                        "OptimizeForPerformance", "secret",
                                        "storageFolder", "secret",
                                        "amqpSettings__enabled", "true",
                                        "SslProtocols", "tls1.2,tls1.3",
                                        "a\nb", "secret"),
                                "")
                        .remarks())
                .containsExactly(
                        "the variable OptimizeForPerformance has no effect",
                        "the variable a?b has no effect",
                        "the variable storageFolder has no effect");
    }

    @Test
    void versions_of_tls_are_those_that_are_named_and_known() {
        assertThat(of(Map.of("SslProtocols", "tls1.2"), "").tls()).containsExactly("TLSv1.2");
        assertThat(of(Map.of("SslProtocols", "Tls1_2, tls13"), "").tls()).containsExactly("TLSv1.2", "TLSv1.3");
        HubSwitches old = of(Map.of("SslProtocols", "tls1.0"), "");
        assertThat(old.tls()).isEmpty();
        assertThat(old.remarks()).singleElement().asString().contains("only tls1.2 and tls1.3");
    }

    @Test
    void the_way_to_the_cloud_is_the_hubs_own_unless_it_cannot_be_understood() {
        assertThat(of(Map.of("UpstreamProtocol", "MqttWs", "https_proxy", "http://p:3128"), "")
                        .upstream())
                .containsOnly(Map.entry("UpstreamProtocol", "MqttWs"), Map.entry("https_proxy", "http://p:3128"));
        HubSwitches wrong = of(Map.of("https_proxy", "socks://secret:1"), "");
        assertThat(wrong.upstream()).isEmpty();
        assertThat(wrong.remarks())
                .singleElement()
                .asString()
                .contains("https_proxy")
                .doesNotContain("secret");
    }

    @Test
    void ports_are_asked_for_on_the_host_by_bindings() {
        HubSwitches switches = of(Map.of(), """
                {"HostConfig":{"PortBindings":{
                  "8883/tcp":[{"HostPort":"8883"},{"HostIp":"192.168.1.5","HostPort":"18883"},{"HostIp":"::1","HostPort":"8883"}],
                  "443/tcp":[{"HostPort":""}],
                  "5671/tcp":[{"HostPort":"99999"}],
                  "9600/tcp":[{"HostIp":"evil.example","HostPort":"9600"},{"HostIp":"999.1.1.1","HostPort":"9600"}],
                  "53/udp":[{"HostPort":"53"}]}}}""");
        assertThat(switches.bindings())
                .containsExactlyInAnyOrder(
                        new Binding(8883, "0.0.0.0", 8883),
                        new Binding(8883, "192.168.1.5", 18883),
                        new Binding(8883, "::1", 8883),
                        new Binding(443, "0.0.0.0", 443));
        assertThat(switches.remarks())
                .hasSize(4)
                .allSatisfy(remark -> assertThat(remark).contains("is not a TCP port and an address"));
    }
}
