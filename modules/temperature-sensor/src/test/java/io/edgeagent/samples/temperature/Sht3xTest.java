package io.edgeagent.samples.temperature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Sht3xTest {
    private static final String STATUS = "00 00 81";

    private final FakeBus bus = new FakeBus().answers(STATUS);

    @Test
    void the_checksum_of_the_datasheets_example_is_0x92() {
        assertThat(Crc8.of(0xBE, 0xEF)).isEqualTo(0x92);
    }

    @ParameterizedTest
    @CsvSource({"0, -45, 0", "65535, 130, 100", "26214, 25, 40"})
    void raw_numbers_become_degrees_and_percent(int raw, double celsius, double humidity) {
        assertThat(Sht3x.celsius(raw)).isCloseTo(celsius, within(0.01));
        assertThat(Sht3x.humidity(raw)).isCloseTo(humidity, within(0.01));
    }

    @Test
    void a_measurement_is_a_command_and_then_six_bytes() throws Exception {
        Sensor sensor = Sht3x.on(bus.answers("66 66 93 BE EF 92"));

        Reading reading = sensor.read();

        assertThat(reading.celsius()).isCloseTo(25, within(0.01));
        assertThat(reading.humidity()).isCloseTo(74.59, within(0.01));
        assertThat(reading.pascal()).isEmpty();
        assertThat(bus.messages).containsExactly("F3 2D", "24 00");
    }

    @Test
    void reset_is_the_soft_reset() throws Exception {
        Sht3x.on(bus).reset();

        assertThat(bus.messages).containsExactly("F3 2D", "30 A2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"66 66 92 BE EF 92", "66 66 93 BE EE 92", "FF FF FF FF FF FF", "00 00 00 00 00 00"})
    void an_answer_with_a_wrong_checksum_is_refused(String answer) throws Exception {
        Sensor sensor = Sht3x.on(bus.answers(answer));

        assertThatIOException()
                .isThrownBy(sensor::read)
                .withMessageStartingWith("SHT3x: ")
                .withMessageContaining("look at the wires");
    }

    @Test
    void another_chip_at_the_address_is_refused_at_once() {
        assertThatIOException().isThrownBy(() -> Sht3x.on(new FakeBus().answers("12 34 56")));
    }

    @Test
    void a_bus_without_the_sensor_says_what_the_kernel_says() {
        bus.unplugged = true;

        assertThatIOException().isThrownBy(() -> Sht3x.on(bus)).withMessage("Remote I/O error");
    }
}
