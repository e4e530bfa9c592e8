package io.edgeagent.adapter.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.device.DevicePolicy;
import io.edgeagent.device.Equipment;
import io.edgeagent.device.HostDevices;
import io.edgeagent.fake.Manifest;
import io.edgeagent.model.Hardware;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sysfs and /dev as real boards have them, built of folders and links; a file stands for a node. */
final class BoardTree {
    private final Path sys;
    private final Path dev;
    private int minor;

    BoardTree(Path folder) {
        try {
            sys = Files.createDirectories(folder.resolve("sys")).toRealPath();
            dev = Files.createDirectories(folder.resolve("dev")).toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    BoardTree model(String model) {
        return file("firmware/devicetree/base/model", model + "\0");
    }

    /** A node of a class, on a device; the folder of the class has links to its entries, as in sysfs. */
    BoardTree node(String classFolder, String entry, String device, String name) {
        Path real = sys.resolve("devices").resolve(device).resolve(entry);
        write(real.resolve("uevent"), "DEVNAME=" + name + "\n");
        link(sys.resolve(classFolder).resolve(entry), real);
        link(real.resolve("device"), sys.resolve("devices").resolve(device));
        write(dev.resolve(name), "c 240:" + minor++);
        return this;
    }

    /** What a chip's device says in the device tree, and what /sys/class/gpio calls the chip. */
    BoardTree gpioController(String device, String compatible, String lines) {
        Path tree =
                sys.resolve("firmware/devicetree/base").resolve(Path.of(device).getFileName());
        write(tree.resolve("compatible"), compatible.replace(' ', '\0') + "\0");
        if (!lines.isEmpty()) {
            write(
                    tree.resolve("gpio-line-names"),
                    lines.replace(' ', '\0').replace("_", "").replace('@', '_') + "\0");
        }
        link(sys.resolve("devices").resolve(device).resolve("of_node"), tree);
        return this;
    }

    BoardTree bankWidths(String device, int... widths) {
        ByteBuffer cells = ByteBuffer.allocate(widths.length * Integer.BYTES);
        for (int width : widths) {
            cells.putInt(width);
        }
        write(sys.resolve("devices").resolve(device).resolve("of_node/brcm,gpio-bank-widths"), cells.array());
        return this;
    }

    BoardTree legacyChip(int base, String device, String label) {
        Path entry = sys.resolve("class/gpio/gpiochip" + base);
        write(entry.resolve("label"), label + "\n");
        link(entry.resolve("device"), sys.resolve("devices").resolve(device));
        return this;
    }

    BoardTree file(String path, String content) {
        write(sys.resolve(path), content);
        return this;
    }

    /** A name that udev gives. */
    BoardTree devLink(String name, String node) {
        link(dev.resolve(name), dev.resolve(node));
        return this;
    }

    HostDevices look(String... paths) {
        return new LinuxDevices(sys, dev, Path.of("/dev"), this::stat, HeldFile.NONE).look(Set.of(paths));
    }

    private Optional<NodeStat> stat(Path path) {
        try {
            if (!Files.isRegularFile(path)) {
                return Optional.empty();
            }
            String[] numbers = Files.readString(path).substring(2).split(":", -1);
            return Optional.of(new NodeStat(
                    'c', Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]), 44, "video", 0660, 7));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void write(Path file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(Path file, byte[] content) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void link(Path link, Path target) {
        try {
            Files.createDirectories(link.getParent());
            Files.createDirectories(target.getParent());
            if (!Files.exists(link)) {
                Files.createSymbolicLink(link, target);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a module finds what it asks for, or why it does not. */
    static String grant(HostDevices devices, String asked) {
        Equipment equipment = Equipment.of(
                Manifest.version(1)
                        .with(Manifest.module("reader")
                                .createOptions("{'Labels':{'io.edge-agent.devices':'" + asked + "'}}"))
                        .deployment(),
                devices,
                DevicePolicy.ALLOW);
        Hardware hardware = equipment.hardware().get("reader");
        if (hardware instanceof Hardware.Granted granted) {
            List<String> paths =
                    granted.nodes().stream().map(Hardware.Node::inContainer).toList();
            String value = String.join(",", granted.environment().values());
            assertThat(paths).allSatisfy(path -> assertThat(value).contains(path));
            return value;
        }
        return ((Hardware.Withheld) hardware).problem().text();
    }
}
