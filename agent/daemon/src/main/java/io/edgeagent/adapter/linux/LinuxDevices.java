package io.edgeagent.adapter.linux;

import io.edgeagent.device.DeviceInventory;
import io.edgeagent.device.DeviceNode;
import io.edgeagent.device.HostDevices;
import io.edgeagent.model.DeviceKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The devices of a Linux board, from sysfs and from the names in /dev. Opens none of them. */
public final class LinuxDevices implements DeviceInventory {
    private static final String VARIABLE = "EDGE_AGENT_HOST_DEV";
    private static final Path DEV = Path.of("/dev");
    private static final Pattern NVIDIA =
            Pattern.compile("nvidia.*|nvhost-.*|nvmap|nvgpu|nvsciipc|host1x-.*|v4l2-nv.*|tegra.*");
    private static final int MOST_IN_FOLDER = 64;

    private final Path sys;
    private final Path dev;
    private final Path onHost;
    private final NodeStat.Reader stat;
    private final HeldFile held;

    /**
     * @param sys where sysfs is
     * @param dev where the host's device nodes are
     * @param onHost the same folder as the engine knows it
     */
    public LinuxDevices(Path sys, Path dev, Path onHost) {
        this(sys, dev, onHost, NodeStat.OF_FILES, HeldFile.NONE);
    }

    LinuxDevices(Path sys, Path dev, Path onHost, NodeStat.Reader stat, HeldFile held) {
        this.sys = sys;
        this.dev = Sysfs.real(dev).orElse(dev);
        this.onHost = onHost;
        this.stat = stat;
        this.held = held;
    }

    /**
     * This host's. Its nodes are where the kernel keeps them: a container's /dev is a copy of a few, and nothing can be seen
     * there, unless the host's is mounted, in place of it or in the folder that EDGE_AGENT_HOST_DEV names. Sysfs is the host's
     * in any case.
     */
    public static DeviceInventory of(Map<String, String> environment) {
        Path dev = Optional.ofNullable(environment.get(VARIABLE))
                .filter(path -> !path.isBlank())
                .map(Path::of)
                .orElse(DEV);
        return isOfKernel(dev)
                ? new LinuxDevices(Path.of("/sys"), dev, DEV, NodeStat.OF_FILES, HeldFile.of(environment))
                : NONE;
    }

    private static boolean isOfKernel(Path dev) {
        try {
            return Files.getFileStore(dev).type().equals("devtmpfs");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public HostDevices look(Set<String> paths) {
        List<DeviceNode> nodes = new ArrayList<>();
        DeviceNames names = new DeviceNames(sys, dev);
        addClass(nodes, names, DeviceKind.I2C, "class/i2c-dev");
        addClass(nodes, names, DeviceKind.SPI, "class/spidev");
        addClass(nodes, names, DeviceKind.GPIO, "bus/gpio/devices");
        addClass(nodes, names, DeviceKind.SERIAL, "class/tty");
        addClass(nodes, names, DeviceKind.VIDEO, "class/video4linux");
        addClass(nodes, names, DeviceKind.VIDEO, "bus/media/devices");
        addClass(nodes, names, DeviceKind.SOUND, "class/sound");
        addClass(nodes, names, DeviceKind.GPU, "class/drm");
        addNvidia(nodes, dev, 0);
        dropShared(nodes, DeviceKind.I2C);
        nodes.sort(Comparator.comparing(DeviceNode::kind).thenComparing(DeviceNode::path));
        Map<String, DeviceNode> asked = new TreeMap<>();
        paths.forEach(path -> byPath(path).ifPresent(node -> asked.put(path, node)));
        return new HostDevices(true, Sysfs.text(sys.resolve("firmware/devicetree/base/model")), nodes, asked);
    }

    @Override
    public Watch watch(HostDevices known, Supplier<Set<String>> paths, Runnable changed) {
        return DevWatch.start(dev, known, () -> look(paths.get()), changed);
    }

    @Override
    public Map<String, Held> held() {
        return held.read();
    }

    @Override
    public void remember(Map<String, Held> modules) {
        held.write(modules);
    }

    private void addClass(List<DeviceNode> nodes, DeviceNames names, DeviceKind kind, String folder) {
        Map<Path, GpioChip> chips = kind == DeviceKind.GPIO ? GpioChip.all(sys) : Map.of();
        for (Path entry : Sysfs.list(sys.resolve(folder))) {
            if (kind == DeviceKind.SERIAL && !DeviceNames.isPort(entry)) {
                continue;
            }
            String name = Sysfs.properties(entry.resolve("uevent")).getOrDefault("DEVNAME", "");
            Path path = dev.resolve(name).normalize();
            if (!name.isEmpty() && path.startsWith(dev)) {
                stat.of(path).filter(found -> found.type() == 'c').ifPresent(found -> {
                    GpioChip chip = GpioChip.of(chips, entry);
                    String label = kind == DeviceKind.GPIO ? chip.label() : names.label(kind, entry);
                    nodes.add(node(kind, path, names.others(kind, entry, path, label), found, label, chip.lines()));
                });
            }
        }
    }

    private DeviceNode node(
            DeviceKind kind, Path path, List<String> others, NodeStat found, String label, List<String> lines) {
        Path below = dev.relativize(path);
        return new DeviceNode(
                kind,
                kind == DeviceKind.PATH ? below.toString() : below.getFileName().toString(),
                others,
                DEV.resolve(below.toString()).toString(),
                onHost.resolve(below.toString()).toString(),
                found.type(),
                found.major(),
                found.minor(),
                found.group(),
                found.groupName(),
                found.mode(),
                label,
                lines,
                instance(path, found));
    }

    /** Of a folder that is given whole, /dev/snd say, that of the nodes in it counts. */
    private String instance(Path path, NodeStat found) {
        if (found.type() != 'd') {
            return Long.toString(found.instance());
        }
        return Sysfs.list(path).stream()
                .limit(MOST_IN_FOLDER)
                .flatMap(entry -> stat.of(entry).stream())
                .map(entry -> Long.toString(entry.instance()))
                .collect(Collectors.joining(","));
    }

    /** A name that several devices have is none: the adapters of one display card, say. */
    private static void dropShared(List<DeviceNode> nodes, DeviceKind kind) {
        Map<String, Long> users = nodes.stream()
                .filter(node -> node.kind() == kind)
                .flatMap(node -> node.otherNames().stream())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        nodes.replaceAll(node -> node.kind() == kind
                ? node.called(node.otherNames().stream()
                        .filter(name -> users.get(name) == 1)
                        .toList())
                : node);
    }

    /** NVIDIA's and Tegra's nodes are in no class of sysfs. */
    private void addNvidia(List<DeviceNode> nodes, Path folder, int depth) {
        for (Path entry : Sysfs.list(folder)) {
            if (depth > 0 || NVIDIA.matcher(entry.getFileName().toString()).matches()) {
                stat.of(entry).ifPresent(found -> {
                    if (found.type() == 'c') {
                        nodes.add(node(DeviceKind.GPU, entry, List.of(), found, "NVIDIA", List.of()));
                    } else if (found.type() == 'd' && depth < 2) {
                        addNvidia(nodes, entry, depth + 1);
                    }
                });
            }
        }
    }

    /** Empty for a name that files cannot have, or not in this system's locale. */
    private Optional<Path> named(String path) {
        try {
            return Optional.of(
                    dev.resolve(DEV.relativize(Path.of(path).normalize()).toString())
                            .normalize());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** A node that is asked for by its path; links are followed, and lead nowhere where they leave /dev. */
    private Optional<DeviceNode> byPath(String path) {
        return named(path)
                .filter(below -> below.startsWith(dev))
                .flatMap(Sysfs::real)
                .filter(real -> real.startsWith(dev) && !real.equals(dev))
                .flatMap(real -> stat.of(real)
                        .map(found -> node(DeviceKind.PATH, real, List.of(), found, kernelName(found), List.of())));
    }

    /** A node can be made under any name; the kernel's own says what it is. */
    private String kernelName(NodeStat found) {
        Path entry =
                sys.resolve((found.type() == 'b' ? "dev/block/" : "dev/char/") + found.major() + ":" + found.minor());
        return Sysfs.properties(entry.resolve("uevent")).getOrDefault("DEVNAME", "");
    }
}
