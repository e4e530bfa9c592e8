package io.edgeagent.device;

import static io.edgeagent.fake.FakeInventory.chip;
import static io.edgeagent.fake.FakeInventory.i2c;
import static io.edgeagent.fake.FakeInventory.node;
import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.FakeInventory;
import io.edgeagent.fake.Manifest;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.DeviceKind;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Hardware;
import io.edgeagent.model.Problem;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a module gets of a board's devices. */
class EquipmentTest {
    private static final String PI_3 = "Raspberry Pi 3 Model B Rev 1.2";
    private static final String PI_5 = "Raspberry Pi 5 Model B Rev 1.0";
    private static final String SEED =
            "'Devices':[{'PathOnHost':'/dev/i2c-1','PathInContainer':'/dev/i2c-1'," + "'CgroupPermissions':'mrw'}]";

    private final FakeInventory board = new FakeInventory().board(PI_3);
    private DevicePolicy policy = DevicePolicy.ALLOW;

    @Test
    void a_bus_becomes_its_node_its_group_and_a_variable() {
        board.plug(i2c(1), i2c(2));

        Hardware.Granted granted = granted("i2c:1");

        assertThat(granted.nodes()).containsExactly(new Hardware.Node("/dev/i2c-1", "/dev/i2c-1", "rw", "c 89:1"));
        assertThat(granted.groups()).containsExactly(FakeInventory.GROUP);
        assertThat(granted.environment()).containsExactly(Map.entry("EDGE_DEVICE_I2C_1", "/dev/i2c-1"));
        assertThat(granted.unprivileged()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"i2c:1", "i2c:i2c-1", "i2c:*", "i2c:header"})
    void a_bus_goes_by_several_names(String grant) {
        board.plug(i2c(1));

        assertThat(granted(grant).nodes()).extracting(Hardware.Node::onHost).containsExactly("/dev/i2c-1");
    }

    @Test
    void read_only_is_read_only_unless_it_is_asked_for_twice() {
        board.plug(i2c(1));

        assertThat(granted("i2c:1:ro").nodes())
                .extracting(Hardware.Node::permissions)
                .containsExactly("r");
        assertThat(granted("i2c:1:ro,i2c:header").nodes())
                .extracting(Hardware.Node::permissions)
                .containsExactly("rw");
    }

    @Test
    void an_alias_of_the_operator_gives_the_variable_the_name_that_the_module_knows() {
        board.plug(i2c(1));
        policy =
                new DevicePolicy(DevicePolicy.Privileged.ALLOW, Map.of("qwiic", "i2c:left", "left", "i2c:1"), Set.of());

        assertThat(granted("i2c:qwiic").environment())
                .containsExactly(Map.entry("EDGE_DEVICE_I2C_QWIIC", "/dev/i2c-1"));
    }

    @ParameterizedTest
    @CsvSource({"i2c:a, leads back to itself", "i2c:gpu, which is of kind gpu", "i2c:bad, not a kind of device"})
    void an_alias_that_leads_nowhere_is_refused(String grant, String why) {
        policy = new DevicePolicy(
                DevicePolicy.Privileged.ALLOW,
                Map.of("a", "i2c:b", "b", "i2c:a", "gpu", "gpu", "bad", "what:1"),
                Set.of());

        assertThat(refused(labelled(grant)).text()).contains(why);
    }

    @Test
    void a_line_is_found_by_the_name_that_the_device_tree_gives_it() {
        board.plug(chip(0, "raspberrypi-exp-gpio", "BT_ON"), chip(1, "pinctrl-bcm2835", "ID_SDA", "ID_SCL", "SDA1"));

        assertThat(granted("gpio:line=SDA1").environment())
                .containsExactly(Map.entry("EDGE_DEVICE_GPIO_SDA1", "/dev/gpiochip1:2"));
    }

    @ParameterizedTest
    @CsvSource({
        "Raspberry Pi 3 Model B Rev 1.2,          pinctrl-bcm2835,   GPIO17, 17",
        "Raspberry Pi Zero 2 W Rev 1.0,           pinctrl-bcm2835,   GPIO17, 17",
        "Raspberry Pi 4 Model B Rev 1.5,          pinctrl-bcm2711,   GPIO17, 17",
        "Raspberry Pi 5 Model B Rev 1.0,          pinctrl-rp1,       GPIO17, 17",
        "Raspberry Pi 5 Model B Rev 1.0,          pinctrl-rp1,       PIN11,  17",
        "NVIDIA Jetson Nano Developer Kit,        tegra-gpio,        GPIO17, 50",
        "NVIDIA Jetson Orin Nano Developer Kit,   tegra234-gpio,     PIN7,   144",
        "NVIDIA Jetson AGX Orin Developer Kit,    tegra234-gpio,     GPIO4,  106",
        "NVIDIA Jetson AGX Orin Developer Kit,    tegra234-gpio-aon, GPIO5,  1"
    })
    void a_place_on_the_header_is_the_same_on_every_board(String model, String label, String name, int offset) {
        board.board(model).plug(chip(3, "something-else"), chip(7, label));

        assertThat(granted("gpio:line=" + name).environment())
                .containsExactly(Map.entry("EDGE_DEVICE_GPIO_" + name, "/dev/gpiochip7:" + offset));
    }

    @Test
    void the_chip_of_a_pi_5_is_found_wherever_the_kernel_put_it() {
        board.board(PI_5).plug(chip(0, "gpio-brcmstb@107d508500"), chip(4, "pinctrl-rp1"));
        assertThat(granted("gpio:pinctrl-rp1").nodes())
                .extracting(Hardware.Node::onHost)
                .containsExactly("/dev/gpiochip4");

        board.plug(chip(0, "pinctrl-rp1"), chip(4, "gpio-brcmstb@107d508500"));
        assertThat(granted("gpio:pinctrl-rp1").nodes())
                .extracting(Hardware.Node::onHost)
                .containsExactly("/dev/gpiochip0");
    }

    @Test
    void a_serial_port_is_found_by_its_maker_whatever_its_number() {
        board.plug(
                node(DeviceKind.SERIAL, "/dev/ttyAMA0", "", List.of("serial0"), 204, 64),
                node(DeviceKind.SERIAL, "/dev/ttyUSB3", "FT232R", List.of("by-id/usb-FTDI_FT232R_A1-if00"), 188, 3));

        assertThat(granted("serial:by-id/usb-FTDI*").environment())
                .containsExactly(Map.entry("EDGE_DEVICE_SERIAL_BY_ID_USB_FTDI_", "/dev/ttyUSB3"));
        assertThat(granted("serial:serial0").nodes()).hasSize(1);
    }

    @Test
    void all_of_a_kind_can_be_asked_for() {
        board.plug(
                node(DeviceKind.VIDEO, "/dev/video0", "", List.of("0"), 81, 0),
                node(DeviceKind.VIDEO, "/dev/video1", "", List.of("1"), 81, 1));

        assertThat(granted("video:*").environment().values()).containsExactly("/dev/video0,/dev/video1");
    }

    @Test
    void what_can_be_missed_is_left_out() {
        board.plug(i2c(1));

        Hardware.Granted granted = granted("i2c:1,gpu?,spi:0.0?");

        assertThat(granted.nodes()).hasSize(1);
        assertThat(granted.environment()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                PI_3
                        + " | i2c:1 | /dev/i2c-1 is not there: enable I2C with \"sudo raspi-config nonint do_i2c 0\" or dtparam=i2c_arm=on",
                PI_5
                        + " | spi:0.0 | /dev/spidev0.0 is not there: enable SPI with \"sudo raspi-config nonint do_spi 0\"",
                PI_3 + " | video:0 | /dev/video0 is not there: connect the camera",
                PI_3 + " | serial:by-id/usb-X* | /dev/serial/by-id/usb-X* is not there: plug it in",
                "NVIDIA Jetson Nano Developer Kit | i2c:0 | jetson-io.py",
                "NVIDIA Jetson Nano Developer Kit | gpu | a GPU is not there: install NVIDIA's packages",
                "'' | i2c:1 | modprobe i2c-dev",
                PI_3 + " | gpio:line=GPIO17 | the chip pinctrl-bcm2835 is not there",
                PI_3 + " | gpio:line=NONSENSE | no GPIO chip of this board has a line NONSENSE",
                PI_3 + " | path:/dev/fuse | /dev/fuse is not there"
            })
    void what_is_missing_is_said_with_what_to_do_on_this_board(String model, String grant, String said) {
        board.board(model);

        assertThat(withheld(labelled(grant)).problem().text()).contains(said);
        assertThat(withheld(labelled(grant)).problem().code()).isEqualTo(ErrorCode.DEVICE_MISSING);
    }

    @Test
    void a_bus_out_of_range_is_missing_and_the_others_are_named() {
        board.plug(i2c(1), i2c(2));

        assertThat(withheld(labelled("i2c:99")).problem().text())
                .contains("/dev/i2c-99 is not there (there is i2c-1, i2c-2)");
    }

    @Test
    void a_raw_device_that_is_missing_is_said_too() {
        String raw = options(SEED);

        assertThat(withheld(raw).problem().text()).startsWith("/dev/i2c-1 is not there: enable I2C");

        board.plug(i2c(1));
        assertThat(hardware(raw)).isEqualTo(Hardware.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'HostConfig':{'Devices':[{'PathOnHost':'nvidia.com/gpu=0'}]}}",
                "{'HostConfig':{'Devices':[{'PathOnHost':'/opt/made/node'}]}}",
                "{'HostConfig':{'Devices':null}}",
                "{'HostConfig':{'Devices':'odd'}}",
                "{'HostConfig':{'Privileged':true}}",
                "{'HostConfig':{'Privileged':true,'Devices':[{'PathOnHost':'/dev/i2c-1'}]}}"
            })
    void a_manifest_of_today_is_left_to_the_engine(String createOptions) {
        assertThat(hardware(createOptions)).isEqualTo(Hardware.NONE);
    }

    @Test
    void privileged_is_narrowed_to_the_devices_that_it_lists_and_their_groups() {
        board.plug(i2c(1));
        policy = narrowing();

        assertThat(hardware(options("'Privileged':true," + SEED)))
                .isEqualTo(new Hardware.Granted(List.of(), List.of(FakeInventory.GROUP), Map.of(), true));
        assertThat(hardware(options("'privileged':true," + SEED))).isNotEqualTo(Hardware.NONE);
    }

    @Test
    void a_privileged_module_that_lists_no_devices_is_refused_where_privileged_is_narrowed() {
        policy = narrowing();

        assertThat(refused(options("'Privileged':true")).text())
                .contains("this module names none")
                .contains("io.edge-agent.devices");
    }

    @Test
    void privileged_is_refused_where_the_policy_says_so() {
        policy = new DevicePolicy(DevicePolicy.Privileged.REFUSE, Map.of(), Set.of());

        assertThat(refused(options("'Privileged':true," + SEED)).code()).isEqualTo(ErrorCode.OPTIONS_REFUSED);
        board.plug(i2c(1));
        assertThat(hardware(options(SEED))).isEqualTo(Hardware.NONE);
    }

    @ParameterizedTest
    @CsvSource({"b, 8, 0, a disk", "c, 1, 1, memory of the kernel", "c, 21, 0, way to a disk", "d, 0, 0, a folder"})
    void disks_and_memory_are_not_granted_unless_the_operator_allows_it(char type, int major, int minor, String why) {
        // as the inventory shows a link that leads there
        DeviceNode plain = node(DeviceKind.PATH, "/dev/harmless", "", List.of(), major, minor);
        HostDevices devices = new HostDevices(
                true,
                "",
                List.of(),
                Map.of(
                        "/dev/harmless",
                        new DeviceNode(
                                plain.kind(),
                                "x",
                                List.of(),
                                "/dev/x",
                                "/dev/x",
                                type,
                                major,
                                minor,
                                6,
                                "disk",
                                0660,
                                "",
                                List.of(),
                                "")));
        Deployment deployment = deployment(labelled("path:/dev/harmless"));

        assertThat(Equipment.of(deployment, devices, policy)
                        .refused()
                        .get("led")
                        .text())
                .contains(why);

        policy = new DevicePolicy(DevicePolicy.Privileged.ALLOW, Map.of(), Set.of("/dev/x"));
        assertThat(Equipment.of(deployment, devices, policy).hardware().get("led"))
                .isInstanceOf(Hardware.Granted.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ng0n1         | 237 | 0   | disk",
                "nvme0         | 239 | 0   | disk",
                "nvme-fabrics  | 10  | 122 | disk",
                "ubi0_0        | 235 | 1   | disk",
                "ubi_ctrl      | 10  | 121 | disk",
                "mtd0          | 90  | 0   | disk",
                "mmcblk0rpmb   | 234 | 0   | disk",
                "bsg/0:0:0:0   | 236 | 0   | disk",
                "raw/raw1      | 162 | 1   | disk",
                "loop-control  | 10  | 237 | disk",
                "mapper/control| 10  | 236 | disk",
                "x             | 10  | 234 | disk",
                "vc-mem        | 240 | 0   | memory",
                "vcio          | 100 | 0   | memory",
                "cpu/0/msr     | 202 | 0   | memory",
                "vfio/vfio     | 10  | 196 | memory",
                "oldmem        | 1   | 12  | memory"
            })
    void what_is_worth_the_whole_board_is_not_granted_by_its_path(String name, int major, int minor, String why) {
        board.plug(node(DeviceKind.PATH, "/dev/" + name, "", List.of(), major, minor));
        Deployment deployment = deployment(labelled("path:/dev/" + name));

        assertThat(Equipment.of(deployment, board.look(Equipment.paths(deployment)), policy)
                        .refused()
                        .get("led")
                        .text())
                .contains("is a way to ")
                .contains(why);
    }

    @Test
    void a_node_with_another_name_is_known_by_the_kernels() {
        board.plug(node(DeviceKind.PATH, "/dev/harmless", "nvme0", List.of(), 239, 0));
        Deployment deployment = deployment(labelled("path:/dev/harmless"));

        assertThat(Equipment.of(deployment, board.look(Equipment.paths(deployment)), policy)
                        .refused())
                .containsKey("led");
    }

    @ParameterizedTest
    @CsvSource({"fuse, 10, 229", "kvm, 10, 232", "ngx, 240, 0", "ttyUSB0, 188, 0", "memory-game, 240, 1", "null, 1, 3"})
    void what_only_sounds_like_it_is_granted(String name, int major, int minor) {
        board.plug(node(DeviceKind.PATH, "/dev/" + name, "", List.of(), major, minor));
        Deployment deployment = deployment(labelled("path:/dev/" + name));

        assertThat(Equipment.of(deployment, board.look(Equipment.paths(deployment)), policy)
                        .refused())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/mem", "/dev", "/tmp/link", "/dev/../etc"})
    void narrowed_privileged_leaves_no_way_to_the_memory_or_out_of_dev(String path) {
        policy = narrowing();
        board.plug(node(DeviceKind.PATH, "/dev/mem", "", List.of(), 1, 1));
        Deployment deployment = deployment(options("'Privileged':true,'Devices':[{'PathOnHost':'" + path + "'}]"));

        assertThat(Equipment.of(deployment, board.look(Equipment.paths(deployment)), policy)
                        .refused())
                .containsKey("led");
    }

    @Test
    void one_module_s_slip_leaves_the_others_alone() {
        board.plug(i2c(1));
        Deployment deployment = Manifest.version(1)
                .with(
                        module("bad").createOptions(labelled("what:1")),
                        module("good").createOptions(labelled("i2c:1")),
                        module("plain"))
                .deployment();

        Equipment equipment = Equipment.of(deployment, board.look(Set.of()), policy);

        assertThat(equipment.refused()).containsOnlyKeys("bad");
        assertThat(equipment.hardware()).containsOnlyKeys("good");
    }

    @Test
    void where_devices_cannot_be_seen_the_engine_looks_for_them() {
        Equipment equipment =
                Equipment.of(deployment(labelled("i2c:1,spi:0.0,serial:ttyUSB0")), HostDevices.HIDDEN, policy);

        assertThat(((Hardware.Granted) equipment.hardware().get("led")).nodes())
                .extracting(Hardware.Node::onHost)
                .containsExactly("/dev/i2c-1", "/dev/spidev0.0", "/dev/ttyUSB0");
        assertThat(Equipment.of(deployment(options(SEED)), HostDevices.HIDDEN, policy))
                .isEqualTo(Equipment.NONE);
        assertThat(Equipment.of(deployment(labelled("gpu")), HostDevices.HIDDEN, policy)
                        .refused()
                        .get("led")
                        .text())
                .contains("EDGE_AGENT_HOST_DEV");
        assertThat(Equipment.of(deployment(labelled("path:/dev/sda")), HostDevices.HIDDEN, policy)
                        .refused())
                .containsKey("led");
    }

    @Test
    void the_same_devices_give_the_same_key_and_other_numbers_another() {
        var spec = module("led").createOptions(labelled("i2c:1")).spec();
        board.plug(i2c(1));
        String before = granted("i2c:1").fingerprint(spec);

        board.plug(i2c(5), chip(0, "pinctrl-bcm2835"));
        assertThat(granted("i2c:1").fingerprint(spec)).isEqualTo(before).startsWith(spec.fingerprint() + ".");

        board.plug(i2c(1, 7));
        assertThat(granted("i2c:1").fingerprint(spec)).isNotEqualTo(before);
        assertThat(Hardware.NONE.fingerprint(spec)).isEqualTo(spec.fingerprint());
    }

    private static DevicePolicy narrowing() {
        return new DevicePolicy(DevicePolicy.Privileged.NARROW, Map.of(), Set.of());
    }

    private Hardware.Granted granted(String grants) {
        return (Hardware.Granted) hardware(labelled(grants));
    }

    private Hardware.Withheld withheld(String createOptions) {
        return (Hardware.Withheld) hardware(createOptions);
    }

    private Hardware hardware(String createOptions) {
        Equipment equipment = equipment(createOptions);
        assertThat(equipment.refused()).isEmpty();
        return equipment.hardware().getOrDefault("led", Hardware.NONE);
    }

    private Problem refused(String createOptions) {
        return equipment(createOptions).refused().get("led");
    }

    private Equipment equipment(String createOptions) {
        Deployment deployment = deployment(createOptions);
        return Equipment.of(deployment, board.look(Equipment.paths(deployment)), policy);
    }

    private static Deployment deployment(String createOptions) {
        return Manifest.version(1)
                .with(module("led").createOptions(createOptions))
                .deployment();
    }

    private static String labelled(String grants) {
        return "{'Labels':{'io.edge-agent.devices':'" + grants + "'}}";
    }

    private static String options(String host) {
        return "{'HostConfig':{" + host + "}}";
    }
}
