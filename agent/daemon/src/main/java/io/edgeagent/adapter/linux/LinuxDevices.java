package io.edgeagent.adapter.linux;

import io.edgeagent.device.DeviceInventory;
import io.edgeagent.device.DeviceNode;
import io.edgeagent.device.HostDevices;
import io.edgeagent.model.DeviceKind;
import java.io.IOException;
import java.nio.file.Files;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The devices of a Linux board, from sysfs and from the names in /dev. Opens none of them. */
public final class LinuxDevices implements DeviceInventory {
    private static final String VARIABLE = "EDGE_AGENT_HOST_DEV";
    private static final Path DEV = Path.of("/dev");
    private static final Pattern NVIDIA = Pattern.compile("nvidia.*|nvhost-.*|nvmap|nvgpu|tegra.*");
    private static final Pattern CARD = Pattern.compile(".*C(\\d+)(?:D.*)?");
    private static final int UP_TO_USB = 5;
    private static final Set<String> BETWEEN = Set.of("port", "ctrl");

    private final Path sys;
    private final Path dev;
    private final Path onHost;
    private final NodeStat.Reader stat;

    /**
     * @param sys where sysfs is
     * @param dev where the host's device nodes are
     * @param onHost the same folder as the engine knows it
     */
    public LinuxDevices(Path sys, Path dev, Path onHost) {
        this(sys, dev, onHost, NodeStat.OF_FILES);
    }

    LinuxDevices(Path sys, Path dev, Path onHost, NodeStat.Reader stat) {
        this.sys = sys;
        this.dev = Sysfs.real(dev).orElse(dev);
        this.onHost = onHost;
        this.stat = stat;
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
        return isOfKernel(dev) ? new LinuxDevices(Path.of("/sys"), dev, DEV) : NONE;
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
        addClass(nodes, DeviceKind.I2C, "class/i2c-dev");
        addClass(nodes, DeviceKind.SPI, "class/spidev");
        addClass(nodes, DeviceKind.GPIO, "bus/gpio/devices");
        addClass(nodes, DeviceKind.SERIAL, "class/tty");
        addClass(nodes, DeviceKind.VIDEO, "class/video4linux");
        addClass(nodes, DeviceKind.SOUND, "class/sound");
        addClass(nodes, DeviceKind.GPU, "class/drm");
        addNvidia(nodes, dev, 0);
        nodes.sort(Comparator.comparing(DeviceNode::kind).thenComparing(DeviceNode::path));
        Map<String, DeviceNode> asked = new TreeMap<>();
        paths.forEach(path -> byPath(path).ifPresent(node -> asked.put(path, node)));
        return new HostDevices(true, Sysfs.text(sys.resolve("firmware/devicetree/base/model")), nodes, asked);
    }

    @Override
    public Watch watch(HostDevices known, Supplier<Set<String>> paths, Runnable changed) {
        return DevWatch.start(dev, known, () -> look(paths.get()), changed);
    }

    private void addClass(List<DeviceNode> nodes, DeviceKind kind, String folder) {
        Map<Path, List<String>> links = kind == DeviceKind.SERIAL ? serialLinks() : Map.of();
        for (Path entry : Sysfs.list(sys.resolve(folder))) {
            if (kind == DeviceKind.SERIAL && !isPort(entry)) {
                continue;
            }
            String name = Sysfs.properties(entry.resolve("uevent")).getOrDefault("DEVNAME", "");
            Path path = dev.resolve(name).normalize();
            if (!name.isEmpty() && path.startsWith(dev)) {
                stat.of(path).filter(found -> found.type() == 'c').ifPresent(found -> {
                    GpioChip chip = kind == DeviceKind.GPIO ? GpioChip.read(sys, entry) : new GpioChip("", List.of());
                    String label = kind == DeviceKind.GPIO ? chip.label() : label(kind, entry);
                    List<String> others = new ArrayList<>(otherNames(kind, entry, label));
                    others.addAll(links.getOrDefault(path, List.of()));
                    nodes.add(node(kind, path, others, found, label, chip.lines()));
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
                lines);
    }

    /** Only what a driver of a real port made: there are dozens of virtual terminals and of places for UARTs. */
    private static boolean isPort(Path entry) {
        return Files.exists(entry.resolve("device"))
                && !Sysfs.text(entry.resolve("type")).equals("0");
    }

    private static List<String> otherNames(DeviceKind kind, Path entry, String label) {
        String name = entry.getFileName().toString();
        return switch (kind) {
            case I2C, GPIO, VIDEO -> {
                String number = name.replaceFirst("^.*?(\\d+)$", "$1");
                yield kind == DeviceKind.GPIO && !label.isEmpty() ? List.of(number, label) : List.of(number);
            }
            case SPI -> List.of(name.replaceFirst("^spidev", ""));
            case SOUND -> {
                Matcher card = CARD.matcher(name);
                yield card.matches() ? List.of("card" + card.group(1), card.group(1), label) : List.of();
            }
            case SERIAL, GPU, PATH -> List.of();
        };
    }

    private String label(DeviceKind kind, Path entry) {
        return switch (kind) {
            case I2C, VIDEO -> Sysfs.text(entry.resolve("name"));
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

    /** Names below /dev/serial, and serial0 of Raspberry Pi OS, by the port that they lead to. */
    private Map<Path, List<String>> serialLinks() {
        Map<Path, List<String>> links = new TreeMap<>();
        List<Path> named = new ArrayList<>();
        named.addAll(Sysfs.list(dev.resolve("serial/by-id")));
        named.addAll(Sysfs.list(dev.resolve("serial/by-path")));
        named.add(dev.resolve("serial0"));
        named.add(dev.resolve("serial1"));
        for (Path link : named) {
            Path below = dev.relativize(link);
            String name = below.startsWith("serial")
                    ? Path.of("serial").relativize(below).toString()
                    : below.toString();
            Sysfs.real(link)
                    .ifPresent(port -> links.computeIfAbsent(port, path -> new ArrayList<>())
                            .add(name));
        }
        return links;
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

    /** A node that is asked for by its path; links are followed, and lead nowhere where they leave /dev. */
    private Optional<DeviceNode> byPath(String path) {
        Path named = dev.resolve(DEV.relativize(Path.of(path).normalize()).toString())
                .normalize();
        return Optional.of(named)
                .filter(below -> below.startsWith(dev))
                .flatMap(Sysfs::real)
                .filter(real -> real.startsWith(dev) && !real.equals(dev))
                .flatMap(real ->
                        stat.of(real).map(found -> node(DeviceKind.PATH, real, List.of(), found, "", List.of())));
    }
}
