package io.edgeagent.fake;

import io.edgeagent.device.DeviceInventory;
import io.edgeagent.device.DeviceNode;
import io.edgeagent.device.HostDevices;
import io.edgeagent.model.DeviceKind;
import java.nio.file.InvalidPathException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A board whose devices tests plug and unplug. */
public final class FakeInventory implements DeviceInventory {
    public static final int GROUP = 998;

    /** A look for this path fails. */
    public static final String UNLUCKY = "/dev/unlucky";

    private final Map<String, DeviceNode> nodes = new ConcurrentHashMap<>();
    private final AtomicInteger made = new AtomicInteger();
    private volatile Map<String, Held> held = Map.of();
    private volatile Optional<Runnable> watcher = Optional.empty();
    private volatile String board = "";
    private volatile Runnable onLook = () -> {};
    private volatile Runnable onWatch = () -> {};

    /** An I2C bus as Raspberry Pi OS has it. */
    public static DeviceNode i2c(int number) {
        return i2c(number, number);
    }

    public static DeviceNode i2c(int number, int minor) {
        String path = "/dev/i2c-" + number;
        return node(DeviceKind.I2C, path, "bcm2835 (i2c@7e804000)", List.of("" + number), 89, minor);
    }

    /** A GPIO chip, whose lines have these names. */
    public static DeviceNode chip(int number, String label, String... lines) {
        DeviceNode chip =
                node(DeviceKind.GPIO, "/dev/gpiochip" + number, label, List.of("" + number, label), 254, number);
        return new DeviceNode(
                chip.kind(),
                chip.name(),
                chip.otherNames(),
                chip.path(),
                chip.onHost(),
                chip.type(),
                chip.major(),
                chip.minor(),
                chip.group(),
                chip.groupName(),
                chip.mode(),
                chip.label(),
                List.of(lines),
                "");
    }

    public static DeviceNode node(
            DeviceKind kind, String path, String label, List<String> otherNames, int major, int minor) {
        return new DeviceNode(
                kind,
                path.substring("/dev/".length()),
                otherNames,
                path,
                path,
                'c',
                major,
                minor,
                GROUP,
                kind.text(),
                0660,
                label,
                List.of(),
                "");
    }

    public FakeInventory board(String model) {
        board = model;
        watcher.ifPresent(Runnable::run);
        return this;
    }

    /** As the kernel: a node that is made again is another one, also where it takes the place of one of its name. */
    public FakeInventory plug(DeviceNode... devices) {
        for (DeviceNode device : devices) {
            nodes.put(device.path(), instance(device, Integer.toString(made.incrementAndGet())));
        }
        watcher.ifPresent(Runnable::run);
        return this;
    }

    public FakeInventory unplug(String path) {
        nodes.remove(path);
        watcher.ifPresent(Runnable::run);
        return this;
    }

    @Override
    public Map<String, Held> held() {
        return held;
    }

    @Override
    public void remember(Map<String, Held> modules) {
        held = Map.copyOf(modules);
    }

    private static DeviceNode instance(DeviceNode node, String instance) {
        return new DeviceNode(
                node.kind(),
                node.name(),
                node.otherNames(),
                node.path(),
                node.onHost(),
                node.type(),
                node.major(),
                node.minor(),
                node.group(),
                node.groupName(),
                node.mode(),
                node.label(),
                node.lines(),
                instance);
    }

    /** Runs within every look from now on, which it may fail or keep waiting. */
    public FakeInventory onLook(Runnable action) {
        onLook = action;
        return this;
    }

    /** Runs when changes are to be watched, which it may fail. */
    public FakeInventory onWatch(Runnable action) {
        onWatch = action;
        return this;
    }

    public boolean isWatched() {
        return watcher.isPresent();
    }

    @Override
    public HostDevices look(Set<String> paths) {
        onLook.run();
        paths.stream().filter(path -> path.equals(UNLUCKY)).forEach(path -> {
            throw new InvalidPathException(path, "not a path");
        });
        Map<String, DeviceNode> asked = new TreeMap<>(nodes);
        asked.keySet().retainAll(paths);
        List<DeviceNode> found = nodes.values().stream()
                .filter(node -> node.kind() != DeviceKind.PATH)
                .sorted(Comparator.comparing(DeviceNode::path))
                .toList();
        return new HostDevices(true, board, found, asked);
    }

    @Override
    public Watch watch(HostDevices known, Supplier<Set<String>> paths, Runnable changed) {
        onWatch.run();
        watcher = Optional.of(changed);
        if (!look(paths.get()).equals(known)) {
            changed.run();
        }
        return () -> watcher = Optional.empty();
    }
}
