package io.edgeagent.samples.temperature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class Bme280Test {
    /** The numbers of the worked example in Bosch's datasheet; those for humidity, which it has not, are a real chip's. */
    private static final int[] T = {27_504, 26_435, -1000};

    private static final int[] P = {36_477, -10_685, 3024, 2855, 140, -7, 15_500, -14_600, 6000};
    private static final int[] H = {75, 370, 0, 313, 50, 30};
    private static final int RAW_T = 519_888;
    private static final int RAW_P = 415_148;
    private static final String LOW = "70 6B 43 67 18 FC 7D 8E 43 D6 D0 0B 27 0B 8C 00 F9 FF 8C 3C F8 C6 70 17 00 4B";
    private static final String HIGH = "72 01 00 13 29 03 1E";

    private final Bme280Calibration calibration = new Bme280Calibration(T, P, H);

    @Test
    void the_datasheets_worked_example_comes_out() throws Exception {
        double fine = calibration.fine(RAW_T);

        assertThat(fine).isCloseTo(128_422, within(1.0));
        assertThat(Bme280Calibration.celsius(fine)).isCloseTo(25.08, within(0.005));
        assertThat(calibration.pascal(RAW_P, fine)).isCloseTo(100_653, within(1.0));
    }

    @Test
    void humidity_rises_with_the_raw_number_and_stays_within_0_and_100_percent() {
        double fine = calibration.fine(RAW_T);

        assertThat(calibration.humidity(0, fine)).isZero();
        assertThat(calibration.humidity(0xFFFF, fine)).isEqualTo(100);
        assertThat(calibration.humidity(30_000, fine)).isBetween(40.0, 80.0);
        assertThat(calibration.humidity(31_000, fine)).isGreaterThan(calibration.humidity(30_000, fine));
    }

    @Test
    void a_measurement_is_asked_for_and_read_in_one_block() throws Exception {
        FakeBus bus = new FakeBus().answers("60", LOW, HIGH, "00", "65 5A C0 7E ED 00 75 30");

        Reading reading = Bme280.on(bus).read();

        assertThat(reading.celsius()).isCloseTo(25.08, within(0.005));
        assertThat(reading.pascal()).hasValueCloseTo(100_653.0, within(1.0));
        assertThat(reading.humidity()).isEqualTo(calibration.humidity(0x7530, calibration.fine(RAW_T)));
        assertThat(bus.messages).containsExactly("D0", "88", "E1", "F2 01", "F4 25", "F3", "F7");
    }

    @Test
    void two_numbers_of_twelve_bits_with_a_sign_share_a_byte() throws Exception {
        byte[] low = new byte[26];
        byte[] high = {0, 0, 0, (byte) 0xFF, (byte) 0x8F, (byte) 0xFE, 0};
        low[25] = 0;

        // dig_H4 is -1, dig_H5 is -24; with dig_H2 = 0 nothing else would show
        high[0] = 1;
        double off = 0;
        double humidity = Bme280Calibration.of(low, high).humidity(65_536 - 64, off + 76_800);

        assertThat(humidity).isCloseTo(1.0, within(1e-9));
    }

    @Test
    void nothing_measured_is_a_failure() throws Exception {
        FakeBus bus = new FakeBus().answers("60", LOW, HIGH, "00", "80 00 00 80 00 00 80 00");
        Sensor sensor = Bme280.on(bus);

        assertThatIOException().isThrownBy(sensor::read).withMessage("BME280: nothing was measured");
    }

    @Test
    void a_bmp280_is_told_apart() {
        assertThatIOException()
                .isThrownBy(() -> Bme280.on(new FakeBus().answers("58")))
                .withMessageContaining("this is a BMP280, which measures no humidity");
    }

    @Test
    void reset_writes_the_datasheets_word() throws Exception {
        FakeBus bus = new FakeBus().answers("60", LOW, HIGH);
        Bme280.on(bus).reset();

        assertThat(bus.messages).endsWith("E0 B6");
    }
}
