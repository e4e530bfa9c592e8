package io.edgeagent.device;

import io.edgeagent.model.DeviceKind;
import java.util.Arrays;
import java.util.Optional;

/**
 * Boards that we know: what lies on their header, and how what is missing is switched on. By the device tree's model.
 *
 * <p>Sources: for Raspberry Pi the device trees of Linux 6.12 (arch/arm64/boot/dts/broadcom) and of Raspberry Pi OS; for Jetson the
 * tables of NVIDIA's Jetson.GPIO (gpio_pin_data.py) and tegra210.dtsi and tegra234.dtsi of Linux.
 */
enum BoardModel {
    PI_5("Raspberry Pi (5|Compute Module 5|500).*", "pinctrl-rp1", "", Header.STRAIGHT, "1f00074000.i2c", "i2c-1"),
    PI_4("Raspberry Pi (4|Compute Module 4|400).*", "pinctrl-bcm2711", "", Header.STRAIGHT, "fe804000.i2c", "i2c-1"),
    // 3, Zero 2 and all before: Zero, 2, Model B, whose peripherals begin at 20000000 or 3f000000
    PI_3("Raspberry Pi .*", "pinctrl-bcm2835", "", Header.STRAIGHT, "*804000.i2c", "i2c-1"),
    JETSON_ORIN_NANO(
            ".*Orin (Nano|NX).*",
            "tegra234-gpio",
            "tegra234-gpio-aon",
            "7:144 11:112 12:50 13:122 15:85 16:126 18:125 19:135 21:134 22:123 23:133 24:136 26:137 29:105 31:106"
                    + " 32:41 33:43 35:53 36:113 37:124 38:52 40:51",
            "c250000.i2c",
            "i2c-7"),
    // the aliases of tegra234.dtsi make gen8_i2c, which is on pins 3 and 5, bus 7; i2c-8 is dp_aux_ch3_i2c
    JETSON_AGX_ORIN(
            ".*AGX Orin.*",
            "tegra234-gpio",
            "tegra234-gpio-aon",
            "7:106 11:112 12:50 13:108 15:85 16:+9 18:43 19:135 21:134 22:96 23:133 24:136 26:137 29:+1 31:+0 32:+8"
                    + " 33:+2 35:53 36:113 37:+3 38:52 40:51",
            "c250000.i2c",
            "i2c-7"),
    JETSON_NANO(
            ".*Jetson Nano.*",
            "tegra-gpio",
            "",
            "7:216 11:50 12:79 13:14 15:194 16:232 18:15 19:16 21:17 22:13 23:18 24:19 26:20 29:149 31:200 32:168"
                    + " 33:38 35:76 36:51 37:12 38:77 40:78",
            "7000c400.i2c",
            "i2c-1"),
    UNKNOWN(".*", "", "", Header.STRAIGHT, "", "");

    private final String pattern;
    private final String chip;
    private final String secondChip;
    private final String lines;
    private final String headerController;
    private final String headerBus;

    /**
     * @param chip label of the GPIO chip that most of the header is on
     * @param lines of the header's pins, see {@link Header}
     * @param headerController what the I2C bus on pins 3 and 5 hangs on
     * @param headerBus that bus, where the kernel numbers buses as the device tree of the board's maker says
     */
    BoardModel(
            String pattern, String chip, String secondChip, String lines, String headerController, String headerBus) {
        this.pattern = pattern;
        this.chip = chip;
        this.secondChip = secondChip;
        this.lines = lines;
        this.headerController = headerController;
        this.headerBus = headerBus;
    }

    /** @param model of the device tree */
    static BoardModel of(String model) {
        return Arrays.stream(values())
                .filter(board -> model.matches(board.pattern))
                .findFirst()
                .orElse(UNKNOWN);
    }

    /** Chip and line of a place on the header. */
    Optional<Header.Line> line(String name) {
        return this == UNKNOWN
                ? Optional.empty()
                : Header.of(chip, secondChip, lines).line(name);
    }

    /**
     * The name of the I2C bus on the header's pins 3 and 5, which "i2c:header" asks for; empty where it is not known. Kernels
     * without the maker's aliases number buses in the order in which they find them, so the number counts only where it is not
     * known what buses hang on.
     */
    String headerBus(HostDevices devices) {
        boolean controllersAreKnown = devices.of(DeviceKind.I2C).anyMatch(bus -> bus.isCalled("*.i2c"));
        return controllersAreKnown ? headerController : headerBus;
    }

    private boolean isPi() {
        return this == PI_3 || this == PI_4 || this == PI_5;
    }

    private boolean isJetson() {
        return this == JETSON_NANO || this == JETSON_AGX_ORIN || this == JETSON_ORIN_NANO;
    }

    /** What to do about a device of this kind that is not there. */
    String advice(DeviceKind kind) {
        return switch (kind) {
            case I2C -> busAdvice("I2C", "do_i2c", "i2c_arm=on", "i2c-dev");
            case SPI -> busAdvice("SPI", "do_spi", "spi=on", "spidev");
            case SERIAL ->
                isPi()
                        ? "plug it in; for the UART on the header enable it with \"sudo raspi-config nonint do_serial_hw 0\""
                                + " or enable_uart=1 in /boot/firmware/config.txt, then reboot"
                        : "plug it in, or enable the port";
            case VIDEO ->
                isPi()
                        ? "connect the camera, and see that camera_auto_detect=1 is in /boot/firmware/config.txt"
                        : "connect the camera";
            case SOUND ->
                isPi()
                        ? "connect it, or set dtparam=audio=on in /boot/firmware/config.txt and reboot"
                        : "connect it, or load its driver";
            case GPU ->
                isJetson() ? "install NVIDIA's packages: sudo apt install nvidia-jetpack" : "install its driver";
            case GPIO ->
                this == UNKNOWN
                        ? "see what there is with: edge-agent devices"
                        : "see the chips of this board with: edge-agent devices";
            case PATH -> "connect or enable the device";
        };
    }

    private String busAdvice(String bus, String task, String parameter, String driver) {
        if (isPi()) {
            return "enable " + bus + " with \"sudo raspi-config nonint " + task + " 0\" or dtparam=" + parameter
                    + " in /boot/firmware/config.txt, then reboot";
        }
        if (isJetson()) {
            return "enable " + bus + " with \"sudo /opt/nvidia/jetson-io/jetson-io.py\", then reboot";
        }
        return "enable " + bus + " in the board's device tree, and load its driver with \"sudo modprobe " + driver
                + "\"";
    }
}
