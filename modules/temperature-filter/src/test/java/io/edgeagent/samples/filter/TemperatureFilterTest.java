package io.edgeagent.samples.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.MessageProperty;
import io.edgeagent.samples.board.EventLog;
import io.edgeagent.samples.board.FailureLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemperatureFilterTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final EventLog log =
            new EventLog(new PrintStream(bytes, true, StandardCharsets.UTF_8), () -> Instant.EPOCH);
    private final Threshold threshold = new Threshold();
    private final TemperatureFilter filter = new TemperatureFilter(threshold, new FailureLog(log, "message ignored"));

    @Test
    void a_measurement_above_the_threshold_is_passed_whole_as_an_alert() {
        Message message = measurement(25.01);
        message.setProperty("sequenceNumber", "7");
        message.setProperty("MessageType", "Telemetry");

        Message alert = filter.pass(message).orElseThrow();

        assertThat(alert.getBytes()).isEqualTo(message.getBytes());
        assertThat(Arrays.stream(alert.getProperties())
                        .collect(Collectors.toMap(MessageProperty::getName, MessageProperty::getValue)))
                .isEqualTo(Map.of("sequenceNumber", "7", "MessageType", "Alert"));
        assertThat(alert.getContentType()).isEqualTo("application/json");
        assertThat(alert.getContentEncoding()).isEqualTo("utf-8");
    }

    @Test
    void what_is_not_above_the_threshold_stays_on_the_board() {
        assertThat(filter.pass(measurement(25))).isEmpty();
        assertThat(filter.pass(measurement(-3))).isEmpty();
        assertThat(bytes.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "7",
                "{}",
                "{\"machine\":30}",
                "{\"machine\":{}}",
                "{\"machine\":{\"temperature\":\"hot\"}}",
                "{\"machine\":{\"temperature\":null}}",
                "{\"machine\":{\"temperature\":{}}}",
                "{\"machine\""
            })
    void a_message_without_a_temperature_is_ignored_and_said_once(String body) {
        assertThat(filter.pass(new Message(body))).isEqualTo(Optional.empty());
        assertThat(filter.pass(new Message(body))).isEqualTo(Optional.empty());

        assertThat(bytes.toString(StandardCharsets.UTF_8)).containsOnlyOnce("message ignored: expected {");
    }

    @Test
    void the_desired_property_sets_the_threshold_and_its_removal_gives_the_default_back() {
        threshold.follow(Map.of("TemperatureThreshold", 30.5, "$version", 2), true);
        assertThat(threshold.celsius()).isEqualTo(30.5);
        threshold.follow(Map.of("other", 1), false);
        assertThat(threshold.celsius()).isEqualTo(30.5);
        threshold.follow(Map.of("TemperatureThreshold", "-2"), false);
        assertThat(filter.pass(measurement(-1.5))).isPresent();
        threshold.follow(Collections.singletonMap("TemperatureThreshold", null), false);
        assertThat(threshold.celsius()).isEqualTo(25);
        threshold.follow(Map.of("TemperatureThreshold", 30), false);
        threshold.follow(Map.of(), true);
        assertThat(threshold.celsius()).isEqualTo(25);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hot", "", "NaN", "1e999"})
    void a_threshold_that_is_not_a_temperature_changes_nothing(String given) {
        threshold.follow(Map.of("TemperatureThreshold", 30), true);

        assertThatThrownBy(() -> threshold.follow(Map.of("TemperatureThreshold", given), false))
                .hasMessage("TemperatureThreshold is " + given + ": expected degrees Celsius, like 25 or 30.5");
        assertThat(threshold.celsius()).isEqualTo(30);
    }

    private static Message measurement(double celsius) {
        return new Message("{\"machine\":{\"temperature\":" + celsius + "},\"ambient\":{\"humidity\":42}}");
    }
}
