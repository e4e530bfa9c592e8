package io.edgeagent.samples.temperature;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TelemetryTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123456789Z");

    @Test
    void the_form_is_that_of_the_stock_simulated_sensor() {
        assertThat(new Telemetry(new Reading(23.456, 41.6, OptionalDouble.of(101_325)), NOON).json())
                .isEqualTo("{\"machine\":{\"temperature\":23.46,\"pressure\":14.7},"
                        + "\"ambient\":{\"temperature\":23.46,\"humidity\":42},"
                        + "\"timeCreated\":\"2026-01-01T12:00:00.123456Z\"}");
    }

    @Test
    void without_a_pressure_sensor_the_stock_modules_formula_fills_the_field() {
        assertThat(new Telemetry(new Reading(21, 25, OptionalDouble.empty()), NOON).json())
                .contains("\"pressure\":1.0}");
        assertThat(new Telemetry(new Reading(100, 25, OptionalDouble.empty()), NOON).json())
                .contains("\"pressure\":10.0}");
    }
}
