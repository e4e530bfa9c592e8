package io.edgeagent.adapter.linux;

import io.edgeagent.model.DeviceKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** By which names a device can be asked for, and what people call it. */
final class DeviceNames {
    private static final Pattern CARD = Pattern.compile(".*C(\\d+)(?:D.*)?");
    private static final int UP_TO_USB = 5;
    private static final Set<String> BETWEEN = Set.of("port", "ctrl");

    private final Path sys;
    private final Path dev;
    private final DevLinks links;

    DeviceNames(Path sys, Path dev) {
        this.sys = sys;
        this.dev = dev;
        this.links = DevLinks.read(dev);
    }

    /** Only what a driver of a real port made: there are dozens of virtual terminals and of places for UARTs. */
    static boolean isPort(Path entry) {
        return Files.exists(entry.resolve("device"))
                && !Sysfs.text(entry.resolve("type")).equals("0");
    }

    /** Names besides the kernel's, the shortest first. */
    List<String> others(DeviceKind kind, Path entry, Path node, String label) {
        String name = entry.getFileName().toString();
        List<String> linked = links.to(node);
        Stream<String> others = switch (kind) {
            case I2C -> Stream.concat(number("i2c-", name), adapter(entry));
            case GPIO ->
                Stream.of(
                                number("gpiochip", name),
                                Stream.of(label),
                                linked.stream().flatMap(link -> number("gpiochip", link)))
                        .flatMap(Function.identity());
            // radio0, vbi0 and v4l-subdev0 have numbers of their own
            case VIDEO -> number("video", name);
            case SPI -> Stream.of(name.replaceFirst("^spidev", ""));
            case SOUND -> {
                Matcher card = CARD.matcher(name);
                yield card.matches()
                        ? Stream.concat(
                                Stream.of("card" + card.group(1), card.group(1), label),
                                // a card is linked by its control node
                                links.to(dev.resolve("snd/controlC" + card.group(1))).stream())
                        : Stream.empty();
            }
            case SERIAL, GPU, PATH -> Stream.empty();
        };
        return Stream.concat(others, linked.stream())
                .filter(other -> !other.isEmpty())
                .distinct()
                .toList();
    }

    private static Stream<String> number(String prefix, String name) {
        return name.matches(prefix + "\\d+") ? Stream.of(name.substring(prefix.length())) : Stream.empty();
    }

    /** What an I2C bus hangs on, {@code 1f00074000.i2c} or {@code 1-1.2:1.0}: its number can change with the kernel or the plug. */
    private static Stream<String> adapter(Path entry) {
        return Sysfs.real(entry.resolve("device"))
                .map(adapter -> adapter.getParent().getFileName().toString())
                .filter(parent -> !parent.matches("i2c-\\d+|\\d+-00[0-9a-f]{2}"))
                .stream();
    }

    /** What the driver, or the maker of a USB device, calls it; empty if nobody does. GPIO chips have labels of their own. */
    String label(DeviceKind kind, Path entry) {
        return switch (kind) {
            case I2C, VIDEO -> {
                String name = Sysfs.text(entry.resolve("name"));
                yield name.isEmpty() ? Sysfs.text(entry.resolve("model")) : name;
            }
            case SOUND -> {
                Matcher card = CARD.matcher(entry.getFileName().toString());
                yield card.matches() ? Sysfs.text(sys.resolve("class/sound/card" + card.group(1) + "/id")) : "";
            }
            case SERIAL -> usbProduct(entry).orElseGet(() -> driver(entry));
            case SPI, GPU -> driver(entry);
            case GPIO, PATH -> "";
        };
    }

    /** The first driver on the way up; newer kernels have two of their own between a UART and its driver. */
    private static String driver(Path entry) {
        return upwards(
                        entry,
                        folder -> Sysfs.real(folder.resolve("driver"))
                                .map(path -> path.getFileName().toString())
                                .filter(name -> !BETWEEN.contains(name))
                                .orElse(""))
                .orElse("");
    }

    private static Optional<String> usbProduct(Path entry) {
        return upwards(entry, folder -> Sysfs.text(folder.resolve("product")));
    }

    private static Optional<String> upwards(Path entry, Function<Path, String> what) {
        return Stream.iterate(
                        Sysfs.real(entry.resolve("device")), Optional::isPresent, folder -> folder.map(Path::getParent))
                .limit(UP_TO_USB)
                .map(folder -> what.apply(folder.get()))
                .filter(text -> !text.isEmpty())
                .findFirst();
    }
}
