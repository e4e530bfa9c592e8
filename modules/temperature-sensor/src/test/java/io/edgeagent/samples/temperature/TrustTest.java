package io.edgeagent.samples.temperature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustTest {

    @Test
    void an_agent_without_a_bundle_is_no_failure() throws Exception {
        assertThat(Trust.certificates("HTTP/1.1 404 NotFound\r\n\r\n{}")).isEmpty();
    }

    @Test
    void javas_own_authorities_stay_trusted_beside_the_bundle(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("trust.p12");
        Trust.write(file, List.of());

        assertThat(KeyStore.getInstance(file.toFile(), "changeit".toCharArray()).size())
                .isGreaterThan(50);
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
