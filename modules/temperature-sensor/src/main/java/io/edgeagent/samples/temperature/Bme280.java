package io.edgeagent.samples.temperature;

import io.edgeagent.samples.board.BusDevice;
import java.io.IOException;

/** Bosch's BME280: temperature, humidity and air pressure. */
final class Bme280 implements Sensor {
    /** With SDO at ground; 0x77 with SDO at the supply. */
    static final int ADDRESS = 0x76;

    static final int CHIP_ID = 0x60;
    static final int ID = 0xD0;
    static final int CALIBRATION = 0x88;
    static final int CALIBRATION_OF_HUMIDITY = 0xE1;
    static final int DATA = 0xF7;

    private static final int RESET = 0xE0;
    private static final int RESET_WORD = 0xB6;
    private static final int CONTROL_HUMIDITY = 0xF2;
    private static final int STATUS = 0xF3;
    private static final int CONTROL = 0xF4;
    private static final int ONCE = 0x01;
    /** Temperature and pressure once each, then sleep again. */
    private static final int MEASURE = 0x25;

    private static final int BUSY = 0x08;
    private static final int MEASURE_MILLIS = 10;
    private static final int RESET_MILLIS = 3;

    private final BusDevice bus;
    private final Bme280Calibration calibration;

    private Bme280(BusDevice bus, Bme280Calibration calibration) {
        this.bus = bus;
        this.calibration = calibration;
    }

    /** @throws IOException also when another chip answers at the address */
    static Bme280 on(BusDevice bus) throws IOException {
        int id = bus.readByte(ID);
        if (id != CHIP_ID) {
            throw new IOException("BME280: register 0xD0 is 0x%02X in place of 0x60%s"
                    .formatted(id, id == 0x58 ? ": this is a BMP280, which measures no humidity" : ""));
        }
        return new Bme280(
                bus, Bme280Calibration.of(block(bus, CALIBRATION, 26), block(bus, CALIBRATION_OF_HUMIDITY, 7)));
    }

    @Override
    public Reading read() throws IOException {
        bus.writeByte(CONTROL_HUMIDITY, ONCE);
        bus.writeByte(CONTROL, MEASURE);
        Pause.millis(MEASURE_MILLIS);
        if ((bus.readByte(STATUS) & BUSY) != 0) {
            Pause.millis(MEASURE_MILLIS);
        }
        return calibration.reading(block(bus, DATA, 8));
    }

    @Override
    public void reset() throws IOException {
        bus.writeByte(RESET, RESET_WORD);
        Pause.millis(RESET_MILLIS);
    }

    @Override
    public void close() throws IOException {
        bus.close();
    }

    private static byte[] block(BusDevice bus, int register, int length) throws IOException {
        return bus.transfer(new byte[] {(byte) register}, length);
    }
}
