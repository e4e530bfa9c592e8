package io.edgeagent.samples.board;

import static org.assertj.core.api.Assertions.assertThatIOException;

import com.diozero.api.GpioPullUpDown;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpioBoardTest {

    @ParameterizedTest
    @CsvSource({"/dev/gpiochip99, does not exist", "/dev/null, is no GPIO chip"})
    void a_chip_that_cannot_be_used_is_named_with_the_reason(String chip, String reason) {
        var line = new LineSettings(chip, 3, false, GpioPullUpDown.NONE);

        assertThatIOException()
                .isThrownBy(() -> GpioBoard.open(line))
                .withMessage("GPIO line %s:3: %s %s", chip, chip, reason);
    }
}
