package io.edgeagent.samples.board;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the board is.
 *
 * @param bus number N of {@code /dev/i2c-N}
 * @param granted whether the agent has given that bus to this container, so that a missing one is a failure
 * @param address 7-bit I2C address
 * @param line the GPIO line of a button or an LED without I2C
 * @param file register file of the simulated board
 */
public record BoardSettings(
        Hardware hardware, int bus, boolean granted, int address, Optional<LineSettings> line, Path file) {
    /** What to drive. {@code AUTO} is what the agent has granted, else the I2C bus where there is one, else simulated. */
    public enum Hardware {
        AUTO,
        I2C,
        GPIO,
        SIMULATED
    }

    /** The settings of a Qwiic button. */
    public static BoardSettings from(Settings settings) {
        return from(settings, 0x6F);
    }

    /**
     * @param address of the device, unless the user has set another one
     * @throws IllegalArgumentException naming the variable that is wrong
     */
    public static BoardSettings from(Settings settings, int address) {
        var grants = new DeviceGrants(settings);
        Optional<Integer> granted = grants.bus();
        Hardware hardware = hardware(settings);
        Optional<LineSettings> line = grants.line();
        if (hardware == Hardware.GPIO && line.isEmpty()) {
            throw settings.bad("GPIO_LINE", "chip and line, like /dev/gpiochip0:17, for HARDWARE=gpio");
        }
        return new BoardSettings(
                hardware,
                granted.orElseGet(() -> settings.number("I2C_BUS", 1, 0, 255)),
                granted.isPresent(),
                settings.number("I2C_ADDRESS", address, 0x08, 0x77),
                line,
                Path.of(settings.text("BOARD_FILE", "/board/qwiic.bin")));
    }

    /** A board without hardware. */
    public static BoardSettings simulated(Path file) {
        return new BoardSettings(Hardware.SIMULATED, 1, false, 0x6F, Optional.empty(), file);
    }

    private static Hardware hardware(Settings settings) {
        return switch (settings.text("HARDWARE", "auto").toLowerCase(Locale.ROOT)) {
            case "auto" -> Hardware.AUTO;
            case "i2c" -> Hardware.I2C;
            case "gpio" -> Hardware.GPIO;
            case "simulated" -> Hardware.SIMULATED;
            default -> throw settings.bad("HARDWARE", "auto, i2c, gpio or simulated");
        };
    }
}
