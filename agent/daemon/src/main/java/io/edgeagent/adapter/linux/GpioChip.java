package io.edgeagent.adapter.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What sysfs knows of a GPIO chip. Names of lines come from the device tree; those that a driver makes up, and who uses a line,
 * only the chip itself would tell, through an ioctl that Java has not.
 */
record GpioChip(String label, List<String> lines) {
    // where the kernel has no /sys/class/gpio, the driver is known by what the device tree calls the chip
    private static final Map<String, String> LABELS = Map.of(
            "brcm,bcm2835-gpio", "pinctrl-bcm2835",
            "brcm,bcm2711-gpio", "pinctrl-bcm2711",
            "raspberrypi,rp1-gpio", "pinctrl-rp1",
            "nvidia,tegra210-gpio", "tegra-gpio",
            "nvidia,tegra234-gpio", "tegra234-gpio",
            "nvidia,tegra234-gpio-aon", "tegra234-gpio-aon");

    /**
     * @param sys where sysfs is
     * @param chip its folder below /sys/bus/gpio/devices
     */
    static GpioChip read(Path sys, Path chip) {
        Optional<Path> parent = Sysfs.real(chip).map(Path::getParent);
        Path tree = Files.exists(chip.resolve("of_node"))
                ? chip.resolve("of_node")
                : parent.map(folder -> folder.resolve("of_node")).orElse(chip);
        List<String> lines = Sysfs.strings(tree.resolve("gpio-line-names"));
        String label = parent.flatMap(folder -> legacyLabel(sys, folder))
                .or(() -> Sysfs.strings(tree.resolve("compatible")).stream()
                        .filter(LABELS::containsKey)
                        .findFirst()
                        .map(LABELS::get))
                .or(() -> parent.map(folder -> folder.getFileName().toString()))
                .orElse("");
        return new GpioChip(label, lines);
    }

    private static Optional<String> legacyLabel(Path sys, Path parent) {
        return Sysfs.list(sys.resolve("class/gpio")).stream()
                .filter(entry -> entry.getFileName().toString().startsWith("gpiochip"))
                .filter(entry -> Sysfs.real(entry.resolve("device"))
                        .filter(parent::equals)
                        .isPresent())
                .map(entry -> Sysfs.text(entry.resolve("label")))
                .filter(label -> !label.isEmpty())
                .findFirst();
    }
}
