package io.edgeagent.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyTest {
    @ParameterizedTest
    @CsvSource({
        "http://proxy:3128, http://proxy:3128",
        "proxy.example:3128, http://proxy.example:3128",
        "proxy, http://proxy:80",
        "HTTP://proxy:3128/, http://proxy:3128",
        "https://proxy, https://proxy:443",
        "http://[fd00::1]:8080/x, http://[fd00::1]:8080",
        "10.0.0.1:8888, http://10.0.0.1:8888",
        "' http://user:secret@proxy:1 ', http://proxy:1"
    })
    void reads_what_people_write(String text, String proxy) {
        assertThat(Proxy.parse(text)).hasToString(proxy);
    }

    @ParameterizedTest
    @CsvSource({
        "http://user:p%40ss%3Aw%25rd@proxy:1, user:p@ss:w%rd",
        "http://user:p@ss@proxy:1, user:p@ss",
        "http://user:a/b@proxy:1, user:a/b",
        "http://user:100%@proxy:1, user:100%",
        "http://user:%zz@proxy:1, user:%zz",
        "http://user@proxy:1, user:",
        "http://DOMAIN%5Cuser:x@proxy:1, DOMAIN\\user:x"
    })
    void decodes_user_and_password(String text, String login) {
        assertThat(Proxy.parse(text).login()).isEqualTo(Optional.of(login));
        assertThat(Proxy.parse(text).authorization().orElseThrow()).startsWith("Basic ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "socks5://u:s3cret@proxy:1",
                "http://",
                "http://u:s3cret@",
                "http://u:s3cret@proxy:0",
                "http://u:s3cret@proxy:99999",
                "http://u:s3cret@pro xy:1",
                "http://u:s3cret%0d%0aX: y@proxy:1",
                "http://u:s3cret@proxy:port"
            })
    void refuses_what_is_none_without_repeating_it(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpstreamSettings.of(Map.of("https_proxy", text)))
                .withMessageStartingWith("https_proxy ")
                .withMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @CsvSource({
        "*, hub.example.net, true",
        "'a.example, hub.example.net', hub.example.net, true",
        "'a.example hub.example.net', HUB.Example.net, true",
        "example.net, hub.example.net, true",
        ".example.net, hub.example.net, true",
        "*.example.net, hub.example.net, true",
        ".example.net, example.net, false",
        "ample.net, hub.example.net, false",
        "hub.example.net:443, hub.example.net, true",
        "hub.example.net:8883, hub.example.net, false",
        "10.0.0.0/8, 10.1.2.3, true",
        "10.0.0.0/8, 11.1.2.3, false",
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3:443, 10.1.2.3, true",
        "fd00::/8, fd00:1::2, true",
        "[fd00:1::2], fd00:1:0::2, true",
        "10.0.0.0/8, hub.example.net, false",
        "10.0.0.0/99, 10.1.2.3, false",
        "300.0.0.1, 10.1.2.3, false",
        "'', hub.example.net, false"
    })
    void no_proxy_knows_hosts_suffixes_ports_and_ranges(String text, String host, boolean matches) {
        assertThat(NoProxy.parse(text).matches(host, 443)).isEqualTo(matches);
    }

    @Test
    void an_empty_variable_counts_as_absent_and_small_letters_go_first() {
        assertThat(UpstreamSettings.of(Map.of("https_proxy", " ", "HTTPS_PROXY", "big:1"))
                        .proxy())
                .hasValueSatisfying(proxy -> assertThat(proxy).hasToString("http://big:1"));
        assertThat(UpstreamSettings.of(Map.of("https_proxy", "small:1", "HTTPS_PROXY", "big:1", "ALL_PROXY", "all:1"))
                        .proxy())
                .hasValueSatisfying(proxy -> assertThat(proxy).hasToString("http://small:1"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', false",
        "'', proxy:1, true",
        "Mqtt, proxy:1, false",
        "Amqp, proxy:1, false",
        "MqttWs, '', true",
        "AmqpWs, '', true",
        "amqpws, proxy:1, true"
    })
    void mqtt_goes_over_a_web_socket_where_it_is_asked_for_or_a_proxy_is_in_between(
            String protocol, String proxy, boolean webSocket) {
        UpstreamSettings settings = UpstreamSettings.of(
                Map.of("UpstreamProtocol", protocol, "https_proxy", proxy, "no_proxy", "x.example"));

        assertThat(settings.overWebSocket("hub.example.net")).isEqualTo(webSocket);
    }

    @Test
    void a_host_that_needs_no_proxy_needs_no_web_socket() {
        assertThat(UpstreamSettings.of(Map.of("https_proxy", "p:1", "no_proxy", "example.net"))
                        .overWebSocket("hub.example.net"))
                .isFalse();
    }
}
