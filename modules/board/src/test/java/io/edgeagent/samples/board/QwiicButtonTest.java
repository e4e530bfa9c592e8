package io.edgeagent.samples.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QwiicButtonTest {
    private final FakeBus bus = new FakeBus();
    private final QwiicButton button = new QwiicButton(bus);

    @Test
    void led_on_writes_what_the_python_driver_writes_in_its_order() throws Exception {
        button.light(true);

        assertThat(bus.transactions).containsExactly("19 FF", "1B 00 00", "1D 00 00", "1A 01");
    }

    @Test
    void led_off_writes_what_the_python_driver_writes_in_its_order() throws Exception {
        button.light(false);

        assertThat(bus.transactions).containsExactly("19 00", "1B 00 00", "1D 00 00", "1A 01");
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, false", "2, false", "3, false", "4, true", "7, true", "251, false"})
    void pressed_is_bit_2_of_register_3(int status, boolean pressed) throws Exception {
        bus.registers[0x03] = status;

        assertThat(button.isPressed()).isEqualTo(pressed);
        assertThat(bus.transactions).containsExactly("03 read 1");
    }

    @Test
    void a_read_is_tried_three_times() throws Exception {
        bus.registers[0x03] = 4;
        bus.failures = 2;

        assertThat(button.isPressed()).isTrue();
        assertThat(bus.transactions).hasSize(3);
    }

    @Test
    void a_read_fails_after_three_attempts() {
        bus.failures = 3;

        assertThatIOException().isThrownBy(button::isPressed).withMessage("Remote I/O error");
        assertThat(bus.transactions).hasSize(3);
    }

    @Test
    void a_write_is_not_repeated() {
        bus.failures = 1;

        assertThatIOException().isThrownBy(() -> button.light(false));
        assertThat(bus.transactions).containsExactly("19 00");
    }
}
