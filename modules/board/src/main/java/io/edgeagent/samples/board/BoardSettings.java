package io.edgeagent.samples.board;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Where the board is.
 *
 * @param bus number N of {@code /dev/i2c-N}
 * @param address 7-bit I2C address
 * @param file register file of the simulated board
 */
public record BoardSettings(Hardware hardware, int bus, int address, Path file) {
    /** What to drive. {@code AUTO} is the I2C bus where there is one, else the simulated board. */
    public enum Hardware {
        AUTO,
        I2C,
        SIMULATED
    }

    /** @throws IllegalArgumentException naming the variable that is wrong */
    public static BoardSettings from(Settings settings) {
        return new BoardSettings(
                hardware(settings),
                settings.number("I2C_BUS", 1, 0, 255),
                settings.number("I2C_ADDRESS", 0x6F, 0x08, 0x77),
                Path.of(settings.text("BOARD_FILE", "/board/qwiic.bin")));
    }

    private static Hardware hardware(Settings settings) {
        return switch (settings.text("HARDWARE", "auto").toLowerCase(Locale.ROOT)) {
            case "auto" -> Hardware.AUTO;
            case "i2c" -> Hardware.I2C;
            case "simulated" -> Hardware.SIMULATED;
            default -> throw settings.bad("HARDWARE", "auto, i2c or simulated");
        };
    }
}
