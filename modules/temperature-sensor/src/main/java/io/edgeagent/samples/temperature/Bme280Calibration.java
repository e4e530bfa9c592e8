package io.edgeagent.samples.temperature;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalDouble;

/**
 * What the factory wrote into one BME280, and the datasheet's formulas in floating point that need it. The numbers stand
 * in their order: {@code t[0]} is the datasheet's dig_T1.
 */
final class Bme280Calibration {
    /** What a register holds when nothing was measured. */
    private static final int NOTHING = 0x80000;

    private final int[] t;
    private final int[] p;
    private final int[] h;

    /** @param t 3 numbers for temperature, {@code p} 9 for pressure, {@code h} 6 for humidity */
    Bme280Calibration(int[] t, int[] p, int[] h) {
        this.t = t.clone();
        this.p = p.clone();
        this.h = h.clone();
    }

    /**
     * @param low registers 0x88 to 0xA1
     * @param high registers 0xE1 to 0xE7
     */
    static Bme280Calibration of(byte[] low, byte[] high) {
        ByteBuffer words = ByteBuffer.wrap(low).order(ByteOrder.LITTLE_ENDIAN);
        int[] t = words(words, 3);
        int[] p = words(words, 9);
        int[] h = {
            low[25] & 0xFF,
            ByteBuffer.wrap(high).order(ByteOrder.LITTLE_ENDIAN).getShort(),
            high[2] & 0xFF,
            // two numbers of 12 bits share a byte
            (high[3] << 4) | (high[4] & 0x0F),
            (high[5] << 4) | ((high[4] >> 4) & 0x0F),
            high[6]
        };
        return new Bme280Calibration(t, p, h);
    }

    /** The first of each group has no sign. */
    private static int[] words(ByteBuffer from, int count) {
        int[] words = new int[count];
        for (int i = 0; i < count; i++) {
            words[i] = i == 0 ? from.getShort() & 0xFFFF : from.getShort();
        }
        return words;
    }

    /** @param data registers 0xF7 to 0xFE */
    Reading reading(byte[] data) throws IOException {
        int pressure = twentyBits(data, 0);
        int temperature = twentyBits(data, 3);
        if (temperature == NOTHING || pressure == NOTHING) {
            throw new IOException("BME280: nothing was measured");
        }
        double fine = fine(temperature);
        int humidity = ((data[6] & 0xFF) << 8) | (data[7] & 0xFF);
        return new Reading(celsius(fine), humidity(humidity, fine), OptionalDouble.of(pascal(pressure, fine)));
    }

    private static int twentyBits(byte[] data, int at) {
        return ((data[at] & 0xFF) << 12) | ((data[at + 1] & 0xFF) << 4) | ((data[at + 2] & 0xFF) >> 4);
    }

    /** The temperature in the unit that the other formulas need. */
    double fine(int raw) {
        double off = raw / 131_072.0 - t[0] / 8192.0;
        return (raw / 16_384.0 - t[0] / 1024.0) * t[1] + off * off * t[2];
    }

    static double celsius(double fine) {
        return fine / 5120;
    }

    double pascal(int raw, double fine) throws IOException {
        double off = fine / 2 - 64_000;
        double offset = (off * off * p[5] / 32_768 + off * p[4] * 2) / 4 + p[3] * 65_536.0;
        double scale = (1 + (p[2] * off * off / 524_288 + p[1] * off) / 524_288 / 32_768) * p[0];
        if (scale == 0) {
            throw new IOException("BME280: its calibration cannot be read");
        }
        double linear = (1_048_576.0 - raw - offset / 4096) * 6250 / scale;
        return linear + (p[8] * linear * linear / 2_147_483_648.0 + linear * p[7] / 32_768 + p[6]) / 16;
    }

    /** @return percent */
    double humidity(int raw, double fine) {
        double off = fine - 76_800;
        double linear = (raw - (h[3] * 64.0 + h[4] / 16_384.0 * off))
                * (h[1] / 65_536.0 * (1 + h[5] / 67_108_864.0 * off * (1 + h[2] / 67_108_864.0 * off)));
        return Math.max(0, Math.min(100, linear * (1 - h[0] * linear / 524_288)));
    }
}
