package io.edgeagent.samples.temperature;

import io.edgeagent.samples.board.BusDevice;
import java.io.IOException;
import java.util.random.RandomGenerator;

/**
 * The simulated board: an SHT3x, byte for byte, on a machine that warms up from 21 to 100 degrees as the stock simulated
 * sensor's does, by half a degree with each measurement on average. A reset cools it down.
 */
final class SimulatedSht3x implements BusDevice {
    private static final double COLD = 21;
    private static final double HOT = 100;

    private final RandomGenerator random;
    private double celsius = COLD;
    private byte[] answer = new byte[0];

    SimulatedSht3x(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public byte[] transfer(byte[] message, int length) throws IOException {
        if (message.length == 2) {
            answer = answerTo(((message[0] & 0xFF) << 8) | (message[1] & 0xFF));
        }
        if (length > answer.length) {
            throw new IOException("simulated SHT3x: nothing to read");
        }
        byte[] told = answer;
        if (length > 0) {
            answer = new byte[0];
        }
        return length > 0 ? told : new byte[0];
    }

    private byte[] answerTo(int command) throws IOException {
        return switch (command) {
            case Sht3x.READ_STATUS -> words(0);
            case Sht3x.SOFT_RESET -> {
                celsius = COLD;
                yield new byte[0];
            }
            case Sht3x.MEASURE -> {
                celsius += celsius > HOT ? random.nextDouble() - 0.5 : random.nextDouble() * 1.5 - 0.25;
                double humidity = 24 + 3 * random.nextDouble();
                yield words((int) ((celsius + 45) * 65_535 / 175), (int) (humidity * 65_535 / 100));
            }
            default -> throw new IOException("simulated SHT3x: no command 0x%04X".formatted(command));
        };
    }

    private static byte[] words(int... words) {
        byte[] bytes = new byte[words.length * 3];
        for (int i = 0; i < words.length; i++) {
            int high = words[i] >> 8;
            int low = words[i] & 0xFF;
            bytes[3 * i] = (byte) high;
            bytes[3 * i + 1] = (byte) low;
            bytes[3 * i + 2] = (byte) Crc8.of(high, low);
        }
        return bytes;
    }

    @Override
    public void close() {}
}
