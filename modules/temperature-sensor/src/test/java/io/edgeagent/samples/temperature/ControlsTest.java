package io.edgeagent.samples.temperature;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.samples.board.EventLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlsTest {
    private static final SendSettings DEFAULTS = new SendSettings(true, Duration.ofSeconds(5));

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Controls controls = new Controls(
            DEFAULTS, new EventLog(new PrintStream(bytes, true, StandardCharsets.UTF_8), () -> Instant.EPOCH));

    @Test
    void desired_properties_set_interval_and_sending() {
        controls.replace(Map.of("SendInterval", 30, "SendData", false, "$version", 4));

        assertThat(controls.settings()).isEqualTo(new SendSettings(false, Duration.ofSeconds(30)));
        assertThat(controls.settings().reported()).isEqualTo(Map.of("SendInterval", 30L, "SendData", false));
    }

    @Test
    void a_patch_leaves_what_it_does_not_name() {
        controls.replace(Map.of("SendData", false));
        controls.patch(Map.of("SendInterval", 0.5));

        assertThat(controls.settings()).isEqualTo(new SendSettings(false, Duration.ofMillis(500)));
        assertThat(controls.settings().reported()).isEqualTo(Map.of("SendInterval", 0.5, "SendData", false));
    }

    @Test
    void a_property_that_was_removed_has_its_default_again() {
        controls.replace(Map.of("SendInterval", 30, "SendData", false));
        controls.patch(Collections.singletonMap("SendInterval", null));

        assertThat(controls.settings()).isEqualTo(new SendSettings(false, Duration.ofSeconds(5)));

        controls.replace(Map.of());
        assertThat(controls.settings()).isEqualTo(DEFAULTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "soon", "86401", "NaN"})
    void an_interval_that_makes_no_sense_changes_nothing_and_is_named(String interval) {
        Object value = interval.equals("soon") ? interval : Double.valueOf(interval);
        controls.replace(Map.of("SendInterval", value));

        assertThat(controls.settings()).isEqualTo(DEFAULTS);
        assertThat(log()).contains("SendInterval is ", "expected seconds from 0.1 to 86400");
        assertThat(controls.takeChange()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"command\":\"reset\"}",
                "{\"command\":\"Reset\"}",
                "{\"command\":0}",
                "[{\"command\":\"noOperation\"},{\"command\":\"reset\"}]"
            })
    void the_stock_modules_control_messages_reset(String message) {
        controls.message(message);

        assertThat(controls.takeReset()).isTrue();
        assertThat(controls.takeReset()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "reset",
                "{",
                "null",
                "[[]]",
                "[\"reset\"]",
                "{}",
                "{\"command\":null}",
                "{\"command\":{}}",
                "{\"command\":[]}",
                "{\"command\":\"explode\"}"
            })
    void other_messages_are_logged_and_do_nothing(String message) {
        controls.message(message);

        assertThat(controls.takeReset()).isFalse();
        assertThat(log()).contains("WARN", "expected {\"command\":\"reset\"}");
    }

    @Test
    void no_operation_is_silent() {
        controls.message("{\"command\":\"noOperation\"}");

        assertThat(controls.takeReset()).isFalse();
        assertThat(log()).isEmpty();
    }

    private String log() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
