package io.edgeagent.adapter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.edgeagent.device.DeviceInventory;
import io.edgeagent.device.DeviceNode;
import io.edgeagent.device.HostDevices;
import io.edgeagent.model.DeviceKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A made tree of sysfs and of nodes; a file "c 89:1 998 i2c 660" stands for a node, which only root could make. */
class LinuxDevicesTest {
    @TempDir
    private Path folder;

    private Path sys;
    private Path dev;

    @BeforeEach
    void tree() throws IOException {
        sys = Files.createDirectories(folder.resolve("sys")).toRealPath();
        dev = Files.createDirectories(folder.resolve("dev")).toRealPath();
    }

    @Test
    void knows_an_i2c_bus_by_its_adapter() throws IOException {
        classEntry("class/i2c-dev/i2c-1", "i2c-1");
        write(sys.resolve("class/i2c-dev/i2c-1/name"), "bcm2835 (i2c@7e804000)\n");
        node("i2c-1", "c 89:1 998 i2c 660");

        assertThat(look().nodes())
                .containsExactly(new DeviceNode(
                        DeviceKind.I2C,
                        "i2c-1",
                        List.of("1"),
                        "/dev/i2c-1",
                        "/host/dev/i2c-1",
                        'c',
                        89,
                        1,
                        998,
                        "i2c",
                        0660,
                        "bcm2835 (i2c@7e804000)",
                        List.of(),
                        "7"));
    }

    @Test
    void a_device_of_sysfs_without_its_node_is_not_there() throws IOException {
        classEntry("class/i2c-dev/i2c-1", "i2c-1");

        assertThat(look().nodes()).isEmpty();
    }

    @Test
    void knows_the_board_by_its_device_tree() throws IOException {
        write(sys.resolve("firmware/devicetree/base/model"), "Raspberry Pi 3 Model B\0");

        assertThat(look().board()).isEqualTo("Raspberry Pi 3 Model B");
        assertThat(look().visible()).isTrue();
    }

    @Test
    void knows_a_gpio_chip_by_the_driver_s_label_and_its_lines_by_the_device_tree() throws IOException {
        Path parent = sys.resolve("devices/platform/soc/3f200000.gpio");
        Files.createDirectories(parent.resolve("gpiochip0"));
        write(parent.resolve("gpiochip0/uevent"), "MAJOR=254\nMINOR=0\nDEVNAME=gpiochip0\n");
        write(parent.resolve("of_node/gpio-line-names"), "ID_SDA\0\0GPIO2\0");
        link(sys.resolve("bus/gpio/devices/gpiochip0"), parent.resolve("gpiochip0"));
        write(sys.resolve("class/gpio/gpiochip512/label"), "pinctrl-bcm2835\n");
        link(sys.resolve("class/gpio/gpiochip512/device"), parent);
        node("gpiochip0", "c 254:0 997 gpio 660");

        DeviceNode chip = only(DeviceKind.GPIO);

        assertThat(chip.label()).isEqualTo("pinctrl-bcm2835");
        assertThat(chip.otherNames()).containsExactly("0", "pinctrl-bcm2835");
        assertThat(chip.lines()).containsExactly("ID_SDA", "", "GPIO2");
    }

    @Test
    void knows_a_gpio_chip_by_the_device_tree_where_the_kernel_has_no_class_for_it() throws IOException {
        Path parent = sys.resolve("devices/platform/axi/1f000d0000.gpio");
        write(parent.resolve("gpiochip4/uevent"), "DEVNAME=gpiochip4\n");
        write(parent.resolve("of_node/compatible"), "raspberrypi,rp1-gpio\0");
        link(sys.resolve("bus/gpio/devices/gpiochip4"), parent.resolve("gpiochip4"));
        node("gpiochip4", "c 254:4 997 gpio 660");

        assertThat(only(DeviceKind.GPIO).label()).isEqualTo("pinctrl-rp1");
    }

    @Test
    void finds_serial_ports_by_id_and_leaves_terminals_and_empty_places_out() throws IOException {
        serial("ttyUSB0");
        write(sys.resolve("devices/usb/1-1/product"), "FT232R USB UART\n");
        link(
                sys.resolve("class/tty/ttyUSB0/device"),
                Files.createDirectories(sys.resolve("devices/usb/1-1/1-1:1.0/ttyUSB0")));
        node("ttyUSB0", "c 188:0 20 dialout 660");
        link(dev.resolve("serial/by-id/usb-FTDI_FT232R_A1-if00-port0"), dev.resolve("ttyUSB0"));
        serial("ttyS3");
        write(sys.resolve("class/tty/ttyS3/device/x"), "");
        write(sys.resolve("class/tty/ttyS3/type"), "0\n");
        node("ttyS3", "c 4:67 20 dialout 660");
        serial("tty1");
        node("tty1", "c 4:1 5 tty 620");

        DeviceNode port = only(DeviceKind.SERIAL);

        assertThat(port.name()).isEqualTo("ttyUSB0");
        assertThat(port.label()).isEqualTo("FT232R USB UART");
        assertThat(port.otherNames()).containsExactly("by-id/usb-FTDI_FT232R_A1-if00-port0");
    }

    @Test
    void finds_cameras_sound_cards_and_gpus() throws IOException {
        classEntry("class/video4linux/video0", "video0");
        write(sys.resolve("class/video4linux/video0/name"), "unicam\n");
        node("video0", "c 81:0 44 video 660");
        classEntry("class/sound/pcmC1D0p", "snd/pcmC1D0p");
        write(sys.resolve("class/sound/card1/id"), "Headphones\n");
        node("snd/pcmC1D0p", "c 116:5 29 audio 660");
        classEntry("class/drm/renderD128", "dri/renderD128");
        node("dri/renderD128", "c 226:128 106 render 660");
        node("nvidia0", "c 195:0 0 root 666");
        node("nvgpu/igpu0/ctrl", "c 500:1 44 video 660");

        HostDevices found = look();

        assertThat(found.nodes())
                .extracting(DeviceNode::path)
                .containsExactly(
                        "/dev/video0",
                        "/dev/snd/pcmC1D0p",
                        "/dev/dri/renderD128",
                        "/dev/nvgpu/igpu0/ctrl",
                        "/dev/nvidia0");
        assertThat(only(DeviceKind.SOUND).otherNames()).containsExactly("card1", "1", "Headphones");
    }

    @Test
    void follows_a_path_and_shows_where_a_link_leads() throws IOException {
        node("sda", "b 8:0 6 disk 660");
        link(dev.resolve("harmless"), dev.resolve("sda"));
        Files.createDirectories(dev.resolve("snd"));

        HostDevices found = devices().look(Set.of("/dev/harmless", "/dev/snd", "/dev/none"));

        assertThat(found.asked()).containsOnlyKeys("/dev/harmless", "/dev/snd");
        assertThat(found.asked().get("/dev/harmless").path()).isEqualTo("/dev/sda");
        assertThat(found.asked().get("/dev/harmless").type()).isEqualTo('b');
        assertThat(found.asked().get("/dev/snd").type()).isEqualTo('d');
    }

    @Test
    void sees_nothing_outside_of_dev_whatever_a_path_or_a_link_says() throws IOException {
        write(folder.resolve("secret"), "c 1:1 0 root 600");
        link(dev.resolve("escape"), folder.resolve("secret"));
        write(dev.resolve("plain-file"), "no node");
        classEntry("class/i2c-dev/i2c-9", "../secret");

        HostDevices found = devices().look(Set.of("/dev/../secret", "/dev/escape", "/dev/plain-file", "/dev/"));

        assertThat(found.asked()).isEmpty();
        assertThat(found.nodes()).isEmpty();
    }

    @Test
    void tells_of_a_node_that_comes_and_of_one_that_goes_within_a_second() throws IOException {
        classEntry("class/i2c-dev/i2c-1", "i2c-1");
        LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
        DeviceInventory inventory = devices();

        try (var watch = inventory.watch(inventory.look(Set.of()), Set::of, () -> told.add("changed"))) {
            assertThat(watch).isNotNull();
            node("i2c-1", "c 89:1 998 i2c 660");
            await().atMost(Duration.ofSeconds(1)).until(() -> !told.isEmpty());
            told.clear();
            assertThat(inventory.look(Set.of()).nodes()).hasSize(1);

            Files.delete(dev.resolve("i2c-1"));
            await().atMost(Duration.ofSeconds(1)).until(() -> !told.isEmpty());
            assertThat(inventory.look(Set.of()).nodes()).isEmpty();
        }
    }

    @Test
    void a_folder_of_nodes_that_appears_is_watched_too() throws IOException {
        LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
        DeviceInventory inventory = devices();
        Set<String> paths = Set.of("/dev/new/node");

        try (var watch = inventory.watch(inventory.look(paths), () -> paths, () -> told.add("changed"))) {
            assertThat(watch).isNotNull();
            Files.createDirectories(dev.resolve("new"));
            node("new/node", "c 240:0 0 root 600");
            await().atMost(Duration.ofSeconds(2)).until(() -> !told.isEmpty());
        }
    }

    @Test
    void tells_nothing_after_its_end() throws IOException {
        LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
        devices().watch(look(), Set::of, () -> told.add("changed")).close();
        classEntry("class/i2c-dev/i2c-1", "i2c-1");

        node("i2c-1", "c 89:1 998 i2c 660");

        await().during(Duration.ofMillis(400)).until(told::isEmpty);
    }

    @Test
    void reads_numbers_and_owner_of_a_real_node() {
        Optional<NodeStat> found = NodeStat.OF_FILES.of(Path.of("/dev/null"));

        assertThat(found).hasValueSatisfying(stat -> {
            assertThat(stat.type()).isEqualTo('c');
            assertThat(stat.major()).isEqualTo(1);
            assertThat(stat.minor()).isEqualTo(3);
            assertThat(stat.mode() & 0600).isEqualTo(0600);
        });
        assertThat(NodeStat.OF_FILES.of(Path.of("/etc/passwd"))).isEmpty();
        assertThat(NodeStat.OF_FILES.of(Path.of("/dev/not-there"))).isEmpty();
    }

    private LinuxDevices devices() {
        return new LinuxDevices(sys, dev, Path.of("/host/dev"), LinuxDevicesTest::stat, HeldFile.NONE);
    }

    private HostDevices look() {
        return devices().look(Set.of());
    }

    private DeviceNode only(DeviceKind kind) {
        List<DeviceNode> nodes = look().of(kind).toList();
        assertThat(nodes).hasSize(1);
        return nodes.get(0);
    }

    private static Optional<NodeStat> stat(Path path) {
        if (Files.isDirectory(path)) {
            return Optional.of(new NodeStat('d', 0, 0, 0, "root", 0755, 7));
        }
        try {
            String[] parts = Files.readString(path).split("[ :]", -1);
            return parts.length < 6
                    ? Optional.empty()
                    : Optional.of(new NodeStat(
                            parts[0].charAt(0),
                            Integer.parseInt(parts[1]),
                            Integer.parseInt(parts[2]),
                            Integer.parseInt(parts[3]),
                            parts[4],
                            Integer.parseInt(parts[5], 8),
                            7));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void serial(String name) throws IOException {
        classEntry("class/tty/" + name, name);
    }

    private void classEntry(String entry, String devname) throws IOException {
        write(sys.resolve(entry).resolve("uevent"), "MAJOR=1\nMINOR=2\nDEVNAME=" + devname + "\n");
    }

    private void node(String name, String stat) throws IOException {
        write(dev.resolve(name), stat);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void link(Path link, Path target) throws IOException {
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, target);
    }
}
