package io.edgeagent.twin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectMethodsTest {
    private final DirectMethods methods = new DirectMethods(Map.of(
            "ping", payload -> CompletableFuture.completedFuture(MethodAnswer.OK),
            "Echo", payload -> CompletableFuture.completedFuture(MethodAnswer.error(299, payload)),
            "Picky",
                    payload -> {
                        throw new IllegalArgumentException("schemaVersion must be 1.0");
                    },
            "Broken",
                    payload -> {
                        throw new IllegalStateException("oops");
                    }));

    @ParameterizedTest
    @ValueSource(strings = {"ping", "Ping", "PING"})
    void are_called_whatever_their_case(String name) {
        assertThat(call(name, "null")).isEqualTo(MethodAnswer.OK);
        assertThat(MethodAnswer.OK.status()).isEqualTo(200);
        assertThat(MethodAnswer.OK.payload().isNull()).isTrue();
    }

    @Test
    void get_the_payload() {
        assertThat(call("echo", "{\"a\":1}").payload().path("message").asText()).isEqualTo("{\"a\":1}");
    }

    @Test
    void one_that_is_unknown_is_answered_with_400_and_the_list() {
        MethodAnswer result = call("Reboot", "null");

        assertThat(result.status()).isEqualTo(400);
        assertThat(result.payload().path("message").asText())
                .isEqualTo("Command 'Reboot' not found. The supported commands are - Broken, Echo, Picky, ping");
    }

    @Test
    void a_bad_argument_is_the_callers_fault_and_anything_else_ours() {
        assertThat(call("picky", "null").status()).isEqualTo(400);
        assertThat(call("picky", "null").payload().path("message").asText()).isEqualTo("schemaVersion must be 1.0");
        assertThat(call("broken", "null").status()).isEqualTo(500);
        assertThat(call("broken", "null").payload().path("message").asText()).contains("oops");
    }

    private MethodAnswer call(String name, String payload) {
        return methods.call(name, payload).join();
    }
}
