package io.edgeagent.samples.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.edgeagent.samples.board.BoardSettings.Hardware;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoardSettingsTest {

    @Test
    void defaults_are_those_of_the_board() {
        assertThat(settings(Map.of()))
                .isEqualTo(new BoardSettings(
                        Hardware.AUTO, 1, false, 0x6F, Optional.empty(), Path.of("/board/qwiic.bin")));
    }

    @Test
    void empty_is_unset() {
        assertThat(settings(Map.of("HARDWARE", "", "I2C_BUS", " ", "I2C_ADDRESS", "", "BOARD_FILE", "")))
                .isEqualTo(settings(Map.of()));
    }

    @ParameterizedTest
    @CsvSource({"0x6F, 111", "0X6f, 111", "111, 111", "0x08, 8", "119, 119", "010, 10"})
    void an_address_is_decimal_or_hexadecimal(String text, int address) {
        assertThat(settings(Map.of("I2C_ADDRESS", text)).address()).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource({
        "I2C_ADDRESS, 6F, a number from 8 to 119 (0x08 to 0x77)",
        "I2C_ADDRESS, 0x78, a number from 8 to 119 (0x08 to 0x77)",
        "I2C_ADDRESS, 0x, a number from 8 to 119 (0x08 to 0x77)",
        "I2C_ADDRESS, 99999999999, a number from 8 to 119 (0x08 to 0x77)",
        "I2C_BUS, -1, a number from 0 to 255 (0x00 to 0xFF)",
        "I2C_BUS, /dev/i2c-1, a number from 0 to 255 (0x00 to 0xFF)",
        "HARDWARE, real, 'auto, i2c, gpio or simulated'",
    })
    void a_bad_value_names_the_variable_and_the_accepted_form(String name, String value, String form) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(Map.of(name, value)))
                .withMessage("%s=\"%s\" is not valid: expected %s", name, value, form);
    }

    private static BoardSettings settings(Map<String, String> environment) {
        return BoardSettings.from(new Settings(environment));
    }
}
