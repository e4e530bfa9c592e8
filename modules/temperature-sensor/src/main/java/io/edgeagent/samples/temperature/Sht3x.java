package io.edgeagent.samples.temperature;

import io.edgeagent.samples.board.BusDevice;
import java.io.IOException;
import java.util.OptionalDouble;

/** Sensirion's SHT30, SHT31 and SHT35: temperature and humidity, each with a checksum. */
final class Sht3x implements Sensor {
    /** With ADDR at ground; 0x45 with ADDR at the supply. */
    static final int ADDRESS = 0x44;

    /** A single measurement of the highest repeatability, without holding the bus until it is done. */
    static final int MEASURE = 0x2400;

    static final int SOFT_RESET = 0x30A2;
    static final int READ_STATUS = 0xF32D;

    private static final int MEASURE_MILLIS = 16;
    private static final int RESET_MILLIS = 2;

    private final BusDevice bus;

    private Sht3x(BusDevice bus) {
        this.bus = bus;
    }

    /** An I2C bus opens without any device on it, so the sensor has to answer once. */
    static Sht3x on(BusDevice bus) throws IOException {
        word(bus.transfer(command(READ_STATUS), 3), 0);
        return new Sht3x(bus);
    }

    @Override
    public Reading read() throws IOException {
        bus.transfer(command(MEASURE), 0);
        Pause.millis(MEASURE_MILLIS);
        byte[] answer = bus.transfer(new byte[0], 6);
        return new Reading(celsius(word(answer, 0)), humidity(word(answer, 3)), OptionalDouble.empty());
    }

    @Override
    public void reset() throws IOException {
        bus.transfer(command(SOFT_RESET), 0);
        Pause.millis(RESET_MILLIS);
    }

    @Override
    public void close() throws IOException {
        bus.close();
    }

    static double celsius(int raw) {
        return -45 + 175 * raw / 65_535.0;
    }

    static double humidity(int raw) {
        return 100 * raw / 65_535.0;
    }

    private static byte[] command(int code) {
        return new byte[] {(byte) (code >> 8), (byte) code};
    }

    private static int word(byte[] answer, int at) throws IOException {
        int high = answer[at] & 0xFF;
        int low = answer[at + 1] & 0xFF;
        int crc = answer[at + 2] & 0xFF;
        if (Crc8.of(high, low) != crc) {
            throw new IOException(
                    "SHT3x: %02X %02X came with the checksum %02X in place of %02X: look at the wires, and whether"
                                    .formatted(high, low, crc, Crc8.of(high, low))
                            + " the sensor at this address is an SHT3x");
        }
        return (high << 8) | low;
    }
}
