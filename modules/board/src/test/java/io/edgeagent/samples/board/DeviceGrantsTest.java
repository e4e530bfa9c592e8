package io.edgeagent.samples.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.diozero.api.GpioPullUpDown;
import io.edgeagent.samples.board.BoardSettings.Hardware;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceGrantsTest {

    @Test
    void the_only_granted_bus_is_taken() {
        BoardSettings board = board(Map.of("EDGE_DEVICE_I2C_QWIIC", "/dev/i2c-7"));

        assertThat(board.bus()).isEqualTo(7);
        assertThat(board.granted()).isTrue();
    }

    @Test
    void without_a_grant_the_bus_is_the_users() {
        BoardSettings board = board(Map.of("I2C_BUS", "3", "EDGE_DEVICE_I2C_1", " "));

        assertThat(board.bus()).isEqualTo(3);
        assertThat(board.granted()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, 1, true", "7, 7, true", "qwiic, 7, true", "my-bus.2, 2, true", "5, 5, false"})
    void one_of_several_is_chosen_by_number_or_name(String choice, int bus, boolean granted) {
        BoardSettings board = board(Map.of(
                "I2C_BUS", choice,
                "EDGE_DEVICE_I2C_1", "/dev/i2c-1",
                "EDGE_DEVICE_I2C_7", "/dev/i2c-7",
                "EDGE_DEVICE_I2C_QWIIC", "/dev/i2c-7",
                "EDGE_DEVICE_I2C_MY_BUS_2", "/dev/i2c-2"));

        assertThat(board.bus()).isEqualTo(bus);
        assertThat(board.granted()).isEqualTo(granted);
    }

    @Test
    void of_several_buses_none_is_guessed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> board(Map.of("EDGE_DEVICE_I2C_7", "/dev/i2c-7", "EDGE_DEVICE_I2C_1", "/dev/i2c-1")))
                .withMessage("set I2C_BUS: this module was given EDGE_DEVICE_I2C_1, EDGE_DEVICE_I2C_7");
    }

    @Test
    void two_names_of_one_bus_are_one() {
        assertThat(board(Map.of("EDGE_DEVICE_I2C_7", "/dev/i2c-7", "EDGE_DEVICE_I2C_QWIIC", "/dev/i2c-7"))
                        .bus())
                .isEqualTo(7);
    }

    @Test
    void a_granted_line_is_chip_and_number() {
        BoardSettings board =
                board(Map.of("EDGE_DEVICE_GPIO_GPIO17", "/dev/gpiochip0:17", "GPIO_ACTIVE", "low", "GPIO_PULL", "up"));

        assertThat(board.line()).contains(new LineSettings("/dev/gpiochip0", 17, true, GpioPullUpDown.PULL_UP));
    }

    @Test
    void of_a_whole_chip_the_user_names_the_line() {
        assertThat(board(Map.of("EDGE_DEVICE_GPIO_GPIOCHIP0", "/dev/gpiochip0")).line())
                .isEmpty();
        assertThat(board(Map.of(
                                "EDGE_DEVICE_GPIO_GPIOCHIP0", "/dev/gpiochip0",
                                "GPIO_LINE", "/dev/gpiochip0:3"))
                        .line())
                .contains(new LineSettings("/dev/gpiochip0", 3, false, GpioPullUpDown.NONE));
    }

    @Test
    void a_line_without_a_grant_is_named_by_the_user() {
        assertThat(board(Map.of("HARDWARE", "gpio", "GPIO_LINE", "/dev/gpiochip4:3"))
                        .line())
                .contains(new LineSettings("/dev/gpiochip4", 3, false, GpioPullUpDown.NONE));
    }

    @ParameterizedTest
    @CsvSource({
        "EDGE_DEVICE_I2C_1, /dev/sda, a path like /dev/i2c-1",
        "EDGE_DEVICE_GPIO_GPIO17, /dev/gpiochip0:red, 'chip and line, like /dev/gpiochip0:17'",
        "GPIO_LINE, /dev/sda:1, 'chip and line, like /dev/gpiochip0:17'",
    })
    void a_bad_grant_names_the_variable(String name, String value, String form) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> board(Map.of(name, value)))
                .withMessage("%s=\"%s\" is not valid: expected %s", name, value, form);
    }

    @Test
    void gpio_without_a_line_says_what_is_missing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> board(Map.of("HARDWARE", "gpio")))
                .withMessageContaining("GPIO_LINE")
                .withMessageContaining("/dev/gpiochip0:17");
    }

    @Test
    void simulated_stays_simulated_whatever_was_granted() {
        assertThat(board(Map.of("HARDWARE", "simulated", "EDGE_DEVICE_I2C_1", "/dev/i2c-1"))
                        .hardware())
                .isEqualTo(Hardware.SIMULATED);
    }

    private static BoardSettings board(Map<String, String> environment) {
        return BoardSettings.from(new Settings(environment));
    }
}
