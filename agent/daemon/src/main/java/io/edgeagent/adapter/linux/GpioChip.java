package io.edgeagent.adapter.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What sysfs knows of a GPIO chip. Names of lines come from the device tree; those that a driver makes up, and who uses a line,
 * only the chip itself would tell, through an ioctl that Java has not.
 */
record GpioChip(String label, List<String> lines) {
    private static final GpioChip UNKNOWN = new GpioChip("", List.of());
    // where the kernel has no /sys/class/gpio, the driver is known by what the device tree calls the chip
    private static final Map<String, String> LABELS = Map.of(
            "brcm,bcm2835-gpio", "pinctrl-bcm2835",
            "brcm,bcm2711-gpio", "pinctrl-bcm2711",
            "raspberrypi,rp1-gpio", "pinctrl-rp1",
            "raspberrypi,firmware-gpio", "raspberrypi-exp-gpio",
            "nvidia,tegra210-gpio", "tegra-gpio",
            "nvidia,tegra234-gpio", "tegra234-gpio",
            "nvidia,tegra234-gpio-aon", "tegra234-gpio-aon");
    // Linux, drivers/gpio/gpio-brcmstb.c: the only driver of our boards with several chips for one device
    private static final String BANKED = "brcm,brcmstb-gpio";
    private static final String WIDTHS = "brcm,gpio-bank-widths";
    private static final int LINES_OF_BANK = 32;
    private static final int BYTES_OF_BANK = 0x20;
    // a device tree's way to say that a line has no name
    private static final String NAMELESS = "-";

    /** A controller: the chips that one device has, in the order in which its driver made them. */
    private record Controller(Path device, List<Path> chips) {}

    /**
     * All chips, by the path of their folder.
     *
     * @param sys where sysfs is
     */
    static Map<Path, GpioChip> all(Path sys) {
        Map<Path, List<Path>> devices = new LinkedHashMap<>();
        Sysfs.list(sys.resolve("bus/gpio/devices")).stream()
                .sorted(Comparator.comparingInt(GpioChip::number))
                .forEach(chip -> Sysfs.real(chip)
                        .map(Path::getParent)
                        .ifPresent(device -> devices.computeIfAbsent(device, path -> new ArrayList<>())
                                .add(chip)));
        Map<Path, GpioChip> chips = new HashMap<>();
        devices.forEach((device, of) -> {
            Controller controller = new Controller(device, of);
            List<String> labels = legacyLabels(sys, device);
            for (int bank = 0; bank < of.size(); bank++) {
                chips.put(of.get(bank), read(controller, bank, labels));
            }
        });
        return chips;
    }

    static GpioChip of(Map<Path, GpioChip> all, Path chip) {
        return all.getOrDefault(chip, UNKNOWN);
    }

    private static GpioChip read(Controller controller, int bank, List<String> legacy) {
        Path chip = controller.chips().get(bank);
        Path tree = Files.exists(chip.resolve("of_node"))
                ? chip.resolve("of_node")
                : controller.device().resolve("of_node");
        List<String> compatible = Sysfs.strings(tree.resolve("compatible"));
        boolean banked = compatible.contains(BANKED);
        List<String> names = Sysfs.strings(tree.resolve("gpio-line-names")).stream()
                .map(name -> name.equals(NAMELESS) ? "" : name)
                .toList();
        String folder = controller.device().getFileName().toString();
        String label = Optional.of(legacy)
                .filter(labels -> labels.size() == controller.chips().size())
                .map(labels -> labels.get(bank))
                .or(() -> compatible.stream()
                        .filter(LABELS::containsKey)
                        .findFirst()
                        .map(LABELS::get))
                .or(() -> banked ? bankLabel(folder, bank) : Optional.empty())
                .orElse(folder);
        return new GpioChip(label, banked ? ofBank(names, tree, bank) : names);
    }

    /** The device tree names the lines of all banks in one list, in which each bank has 32 places, whatever its width. */
    private static List<String> ofBank(List<String> names, Path tree, int bank) {
        List<Integer> widths = Sysfs.numbers(tree.resolve(WIDTHS));
        int width = bank < widths.size() ? widths.get(bank) : LINES_OF_BANK;
        int from = Math.min(names.size(), bank * LINES_OF_BANK);
        return names.subList(from, Math.max(from, Math.min(names.size(), from + width)));
    }

    /** As the driver makes it: {@code gpio-brcmstb@107d508520} for bank 1 of {@code 107d508500.gpio}. */
    private static Optional<String> bankLabel(String folder, int bank) {
        String address = folder.replaceFirst("\\..*$", "");
        return address.matches("[0-9a-f]{1,15}")
                ? Optional.of("gpio-brcmstb@"
                        + Long.toHexString(HexFormat.fromHexDigitsToLong(address) + (long) bank * BYTES_OF_BANK))
                : Optional.empty();
    }

    /**
     * Labels of a device's chips in /sys/class/gpio, whose entries go by another number than the chips. Banks are in the order of
     * their addresses, which are at the end of the label.
     */
    private static List<String> legacyLabels(Path sys, Path device) {
        return Sysfs.list(sys.resolve("class/gpio")).stream()
                .filter(entry -> entry.getFileName().toString().startsWith("gpiochip"))
                .filter(entry -> Sysfs.real(entry.resolve("device"))
                        .filter(device::equals)
                        .isPresent())
                .map(entry -> Sysfs.text(entry.resolve("label")))
                .filter(label -> !label.isEmpty())
                .sorted()
                .toList();
    }

    private static int number(Path chip) {
        String digits = chip.getFileName().toString().replaceFirst("^\\D*", "");
        return digits.matches("\\d{1,9}") ? Integer.parseInt(digits) : Integer.MAX_VALUE;
    }
}
