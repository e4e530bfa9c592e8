package io.edgeagent.adapter.linux;

import static io.edgeagent.adapter.linux.BoardTree.grant;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.device.HostDevices;
import java.nio.file.Path;
import java.util.Collections;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Boards that are not simple: what has one name, what has several, and what moves. */
class BoardsTest {
    private static final String UPPER = "platform/soc/107d508500.gpio";
    private static final String LOWER = "platform/soc/107d517c00.gpio";
    private static final String RP1 = "platform/axi/1000120000.pcie/1f000d0000.gpio";
    private static final String BRCMSTB = "brcm,bcm7445-gpio brcm,brcmstb-gpio";

    @TempDir
    private Path folder;

    private BoardTree board;

    @BeforeEach
    void board() {
        board = new BoardTree(folder);
    }

    @Test
    void a_raspberry_pi_5_has_two_chips_for_each_controller_with_banks() {
        HostDevices devices = pi5().legacyChip(512, RP1, "pinctrl-rp1")
                .legacyChip(566, UPPER, "gpio-brcmstb@107d508500")
                .legacyChip(598, UPPER, "gpio-brcmstb@107d508520")
                .legacyChip(602, LOWER, "gpio-brcmstb@107d517c00")
                .legacyChip(619, LOWER, "gpio-brcmstb@107d517c20")
                .look();

        assertThat(labels(devices)).isEqualTo(PI_5_LABELS);
        assertThat(grant(devices, "gpio:line=WL_ON")).isEqualTo("/dev/gpiochip10:28");
        assertThat(grant(devices, "gpio:line=PCIE_PWR_EN")).isEqualTo("/dev/gpiochip11:3");
        assertThat(grant(devices, "gpio:line=HDMI0_SCL")).isEqualTo("/dev/gpiochip13:0");
        assertThat(grant(devices, "gpio:line=GPIO17")).isEqualTo("/dev/gpiochip0:17");
        assertThat(grant(devices, "gpio:gpio-brcmstb@107d508520")).isEqualTo("/dev/gpiochip11");
    }

    private static final String PI_5_LABELS = "0:pinctrl-rp1 10:gpio-brcmstb@107d508500 11:gpio-brcmstb@107d508520"
            + " 12:gpio-brcmstb@107d517c00 13:gpio-brcmstb@107d517c20";

    @Test
    void its_chips_have_the_same_labels_where_the_kernel_has_no_class_for_them() {
        assertThat(labels(pi5().look())).isEqualTo(PI_5_LABELS);
    }

    @Test
    void its_header_is_gpiochip4_as_well_for_programs_from_older_kernels() {
        HostDevices devices = pi5().devLink("gpiochip4", "gpiochip0").look("/dev/gpiochip4");

        assertThat(grant(devices, "gpio:gpiochip4")).isEqualTo("/dev/gpiochip0");
        assertThat(grant(devices, "gpio:4")).isEqualTo("/dev/gpiochip0");
        assertThat(grant(devices, "path:/dev/gpiochip4")).isEqualTo("/dev/gpiochip0");
    }

    @Test
    void a_name_that_two_lines_have_is_no_name() {
        HostDevices devices = board.gpioController("a.gpio", "x", "RESET LED")
                .gpioController("b.gpio", "x", "RESET FAN")
                .node("bus/gpio/devices", "gpiochip0", "a.gpio", "gpiochip0")
                .node("bus/gpio/devices", "gpiochip1", "b.gpio", "gpiochip1")
                .look();

        assertThat(grant(devices, "gpio:line=FAN")).isEqualTo("/dev/gpiochip1:1");
        assertThat(grant(devices, "gpio:line=RESET"))
                .contains("2 GPIO lines RESET (/dev/gpiochip0:0, /dev/gpiochip1:0)", "\"gpio:gpiochip0\"");
    }

    @Test
    void a_camera_is_granted_without_the_radio_and_the_parts_that_share_its_number() {
        HostDevices devices = board.node("class/video4linux", "video0", "usb1/1-1.2/1-1.2:1.0", "video0")
                .node("class/video4linux", "video1", "usb1/1-1.2/1-1.2:1.0", "video1")
                .node("class/video4linux", "radio0", "usb1/1-1.3", "radio0")
                .node("class/video4linux", "vbi0", "usb1/1-1.3", "vbi0")
                .node("class/video4linux", "v4l-subdev0", "platform/fe801000.csi", "v4l-subdev0")
                .node("bus/media/devices", "media0", "platform/fe801000.csi", "media0")
                .devLink("v4l/by-id/usb-046d_C920_8F0C-video-index0", "video0")
                .devLink("v4l/by-id/usb-046d_C920_8F0C-video-index1", "video1")
                .devLink("v4l/by-path/platform-xhci-usb-0:1.2:1.0-video-index0", "video0")
                .look();

        assertThat(grant(devices, "video:0")).isEqualTo("/dev/video0");
        assertThat(grant(devices, "video:radio0")).isEqualTo("/dev/radio0");
        assertThat(grant(devices, "video:media0")).isEqualTo("/dev/media0");
        assertThat(grant(devices, "video:by-id/usb-046d_C920*-index0")).isEqualTo("/dev/video0");
        assertThat(grant(devices, "video:by-path/*usb-0:1.2*")).isEqualTo("/dev/video0");
        assertThat(grant(devices, "video:by-id/usb-046d_C920*")).isEqualTo("/dev/video0,/dev/video1");
    }

    @Test
    void an_i2c_bus_whose_number_moves_is_known_by_what_it_hangs_on() {
        HostDevices devices = board.node("class/i2c-dev", "i2c-1", "platform/soc/fe804000.i2c/i2c-1", "i2c-1")
                .node("class/i2c-dev", "i2c-11", "usb1/1-1.4/1-1.4:1.0/i2c-11", "i2c-11")
                .node("class/i2c-dev", "i2c-20", "platform/gpu/card1-HDMI-A-1/i2c-20", "i2c-20")
                .node("class/i2c-dev", "i2c-21", "platform/gpu/card1-HDMI-A-1/i2c-21", "i2c-21")
                .node("class/i2c-dev", "i2c-3", "platform/soc/fe804000.i2c/i2c-1/i2c-3", "i2c-3")
                .look();

        assertThat(grant(devices, "i2c:fe804000.i2c")).isEqualTo("/dev/i2c-1");
        assertThat(grant(devices, "i2c:1-1.4:1.0")).isEqualTo("/dev/i2c-11");
        assertThat(grant(devices, "i2c:card1-HDMI-A-1")).contains("is not there");
        assertThat(grant(devices, "i2c:1")).isEqualTo("/dev/i2c-1");
    }

    @Test
    void names_that_an_operator_s_udev_rules_give_are_names() {
        HostDevices devices = board.node("class/tty", "ttyUSB1", "usb1/1-1.1/1-1.1:1.0/ttyUSB1", "ttyUSB1")
                .node("class/tty", "ttyACM0", "usb1/1-1.2/1-1.2:1.0", "ttyACM0")
                .devLink("ttyGPS", "ttyACM0")
                .devLink("serial/by-id/usb-u-blox_GNSS-if00", "ttyACM0")
                .devLink("serial/by-path/platform-usb-0:1.1:1.0-port0", "ttyUSB1")
                .look();

        assertThat(grant(devices, "serial:ttyGPS")).isEqualTo("/dev/ttyACM0");
        assertThat(grant(devices, "serial:by-id/usb-u-blox*")).isEqualTo("/dev/ttyACM0");
        assertThat(grant(devices, "serial:by-path/*1.1:1.0-port0")).isEqualTo("/dev/ttyUSB1");
    }

    @Test
    void a_sound_card_with_an_id_is_granted_with_all_its_nodes() {
        HostDevices devices = board.node("class/sound", "controlC2", "usb1/1-1.5/card2", "snd/controlC2")
                .node("class/sound", "pcmC2D0p", "usb1/1-1.5/card2", "snd/pcmC2D0p")
                .node("class/sound", "pcmC0D0p", "platform/hdmi/card0", "snd/pcmC0D0p")
                .devLink("snd/by-id/usb-C-Media_USB-00", "snd/controlC2")
                .look();

        assertThat(grant(devices, "sound:by-id/usb-C-Media*")).isEqualTo("/dev/snd/controlC2,/dev/snd/pcmC2D0p");
    }

    @Test
    void spi_has_a_device_for_each_chip_select() {
        HostDevices devices = board.node("class/spidev", "spidev0.0", "platform/spi/spi0.0", "spidev0.0")
                .node("class/spidev", "spidev0.1", "platform/spi/spi0.1", "spidev0.1")
                .node("class/spidev", "spidev10.0", "platform/spi/spi10.0", "spidev10.0")
                .look();

        assertThat(grant(devices, "spi:0.1")).isEqualTo("/dev/spidev0.1");
        assertThat(grant(devices, "spi:0.*")).isEqualTo("/dev/spidev0.0,/dev/spidev0.1");
    }

    /** As its kernels from 6.6.45 on number them: the header is chip 0. Names shortened to those that count here. */
    private BoardTree pi5() {
        return board.model("Raspberry Pi 5 Model B Rev 1.0")
                .gpioController(UPPER, BRCMSTB, dashes(28) + " WL@ON" + " -".repeat(6) + " PCIE@PWR@EN")
                .bankWidths(UPPER, 32, 4)
                .gpioController(LOWER, BRCMSTB, "RP1@SDA" + " -".repeat(16) + " _".repeat(15) + " HDMI0@SCL -")
                .bankWidths(LOWER, 17, 6)
                .gpioController(RP1, "raspberrypi,rp1-gpio", "")
                .node("bus/gpio/devices", "gpiochip0", RP1, "gpiochip0")
                .node("bus/gpio/devices", "gpiochip10", UPPER, "gpiochip10")
                .node("bus/gpio/devices", "gpiochip11", UPPER, "gpiochip11")
                .node("bus/gpio/devices", "gpiochip12", LOWER, "gpiochip12")
                .node("bus/gpio/devices", "gpiochip13", LOWER, "gpiochip13");
    }

    private static String dashes(int count) {
        return String.join(" ", Collections.nCopies(count, "-"));
    }

    private static String labels(HostDevices devices) {
        return devices.nodes().stream()
                .map(node -> node.otherNames().get(0) + ":" + node.label())
                .collect(Collectors.joining(" "));
    }
}
