package io.edgeagent.samples.temperature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.edgeagent.samples.temperature.SensorSettings.Kind;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SensorSettingsTest {

    @Test
    void defaults_are_an_sht3x_every_five_seconds_for_ever() {
        SensorSettings settings = SensorSettings.from(Map.of());

        assertThat(settings.kind()).isEqualTo(Kind.SHT3X);
        assertThat(settings.board().address()).isEqualTo(0x44);
        assertThat(settings.delay()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.limit()).isNegative();
    }

    @Test
    void the_stock_modules_settings_are_understood() {
        SensorSettings settings = SensorSettings.from(Map.of("MessageDelay", "01:00:30", "MessageCount", "500"));

        assertThat(settings.delay()).isEqualTo(Duration.ofSeconds(3630));
        assertThat(settings.limit()).isEqualTo(500);
    }

    @Test
    void a_bme280_has_its_own_address_and_the_bus_is_the_granted_one() {
        SensorSettings settings = SensorSettings.from(Map.of("SENSOR", "bme280", "EDGE_DEVICE_I2C_7", "/dev/i2c-7"));

        assertThat(settings.board().address()).isEqualTo(0x76);
        assertThat(settings.board().bus()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({
        "SENSOR, dht22, sht3x or bme280",
        "MessageDelay, 5, 'hours, minutes and seconds, like 00:00:05'",
        "MessageDelay, 00:00:00, 'hours, minutes and seconds, like 00:00:05'",
        "MessageCount, many, 'a number from 0 to 2147483647 (0x00 to 0x7FFFFFFF)'",
    })
    void a_bad_value_names_the_variable_and_the_accepted_form(String name, String value, String form) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SensorSettings.from(Map.of(name, value)))
                .withMessage("%s=\"%s\" is not valid: expected %s", name, value, form);
    }
}
