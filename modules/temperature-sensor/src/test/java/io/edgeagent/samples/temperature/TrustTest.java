package io.edgeagent.samples.temperature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustTest {

    @Test
    void an_agent_without_a_bundle_leaves_javas_own_authorities() throws Exception {
        assertThat(Trust.certificates("HTTP/1.1 404 NotFound\r\n\r\n{}")).isEmpty();
        assertThat(Trust.of(List.of()).getProtocol()).isEqualTo("TLS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "", "{\"certificate\":\"-----BEGIN CERTIFICATE-----\\nAAAA\"}"})
    void a_bundle_that_cannot_be_read_is_a_failure_and_not_an_empty_bundle(String body) {
        assertThatIOException()
                .isThrownBy(() -> Trust.certificates("HTTP/1.1 200 OK\r\n\r\n" + body))
                .withMessageStartingWith("the workload API's trust bundle cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "HTTP/1.1 200 OK"})
    void no_http_is_a_failure(String answer) {
        assertThatIOException().isThrownBy(() -> Trust.certificates(answer));
    }
}
