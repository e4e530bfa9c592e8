package io.edgeagent.adapter.linux;

import static io.edgeagent.adapter.linux.BoardTree.grant;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.device.HostDevices;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The boards of our tables, as the device trees of Linux 6.12 (Debian 13) and of their makers describe them. The names of lines
 * are shortened to those that count.
 */
class KnownBoardsTest {
    // bcm2837-rpi-3-b.dts: gpio@7e200000, gpio-line-names; '_' stands for no name, '@' for '_'
    private static final String HEADER_NAMES =
            "ID@SDA ID@SCL SDA1 SCL1 GPIO@GCLK GPIO5 GPIO6 SPI@CE1@N SPI@CE0@N SPI@MISO"
                    + " SPI@MOSI SPI@SCLK GPIO12 GPIO13 TXD1 RXD1 GPIO16 GPIO17 GPIO18 GPIO19 GPIO20 GPIO21 GPIO22 GPIO23"
                    + " GPIO24 GPIO25 GPIO26 GPIO27";
    private static final String EXPANDER = "platform/soc/soc:firmware/soc:firmware:gpio";

    @TempDir
    private Path folder;

    private BoardTree board;

    @BeforeEach
    void board() {
        board = new BoardTree(folder);
    }

    @Nested
    class RaspberryPi3 {
        private static final String GPIO = "platform/soc/3f200000.gpio";

        @ParameterizedTest
        @CsvSource({"gpiochip0, gpiochip1", "gpiochip1, gpiochip0"})
        void has_a_second_chip_and_they_may_change_places(String header, String expander) {
            HostDevices devices = pi("Raspberry Pi 3 Model B Rev 1.2", "brcm,bcm2835-gpio", GPIO, header)
                    .gpioController(EXPANDER, "raspberrypi,firmware-gpio", "BT@ON WL@ON STATUS@LED LAN@RUN HDMI@HPD@N")
                    .node("bus/gpio/devices", expander, EXPANDER, expander)
                    .look();

            assertThat(grant(devices, "gpio:line=GPIO17")).isEqualTo("/dev/" + header + ":17");
            // the device tree calls it SDA1, everybody else GPIO2
            assertThat(grant(devices, "gpio:line=SDA1")).isEqualTo("/dev/" + header + ":2");
            assertThat(grant(devices, "gpio:line=GPIO2")).isEqualTo("/dev/" + header + ":2");
            assertThat(grant(devices, "gpio:line=PIN11")).isEqualTo("/dev/" + header + ":17");
            assertThat(grant(devices, "gpio:pinctrl-bcm2835")).isEqualTo("/dev/" + header);
            assertThat(grant(devices, "gpio:raspberrypi-exp-gpio")).isEqualTo("/dev/" + expander);
            assertThat(grant(devices, "gpio:line=WL_ON")).isEqualTo("/dev/" + expander + ":1");
        }

        @ParameterizedTest
        @CsvSource({"i2c-1, i2c-2", "i2c-2, i2c-1"})
        void has_its_header_on_the_second_controller_whatever_the_kernel_numbers_it(String header, String hdmi) {
            HostDevices devices = board.model("Raspberry Pi 3 Model B Rev 1.2")
                    .node("class/i2c-dev", header, "platform/soc/3f804000.i2c/" + header, header)
                    .node("class/i2c-dev", hdmi, "platform/soc/3f805000.i2c/" + hdmi, hdmi)
                    .look();

            assertThat(grant(devices, "i2c:header")).isEqualTo("/dev/" + header);
        }

        @Test
        void has_one_name_for_the_uart_on_the_header_which_overlays_move() {
            HostDevices asDelivered = uarts("ttyS0", "ttyAMA0").look();
            assertThat(grant(asDelivered, "serial:serial0")).isEqualTo("/dev/ttyS0");

            board = new BoardTree(folder.resolve("disable-bt"));
            assertThat(grant(uarts("ttyAMA0", "ttyS0").look(), "serial:serial0"))
                    .isEqualTo("/dev/ttyAMA0");
        }

        private BoardTree uarts(String onHeader, String other) {
            return board.node("class/tty", "ttyS0", "platform/soc/3f215040.serial", "ttyS0")
                    .node("class/tty", "ttyAMA0", "platform/soc/3f201000.serial", "ttyAMA0")
                    .devLink("serial0", onHeader)
                    .devLink("serial1", other);
        }
    }

    @Test
    void a_zero_2_w_has_ten_lines_that_are_called_nc() {
        String names = HEADER_NAMES + " HDMI@HPD@N STATUS@LED@N NC NC NC NC NC NC NC NC NC NC CAM@GPIO0 WL@ON BT@ON";
        HostDevices devices = board.model("Raspberry Pi Zero 2 W Rev 1.0")
                .gpioController("platform/soc/3f200000.gpio", "brcm,bcm2835-gpio", names)
                .node("bus/gpio/devices", "gpiochip0", "platform/soc/3f200000.gpio", "gpiochip0")
                .look();

        assertThat(grant(devices, "gpio:line=NC")).contains("10 GPIO lines NC", "\"gpio:gpiochip0\"");
        assertThat(grant(devices, "gpio:line=STATUS_LED_N")).isEqualTo("/dev/gpiochip0:29");
        assertThat(grant(devices, "gpio:line=BT_ON")).isEqualTo("/dev/gpiochip0:42");
        assertThat(grant(devices, "gpio:line=GPIO27")).isEqualTo("/dev/gpiochip0:27");
    }

    @Nested
    class RaspberryPi4 {
        private static final String GPIO = "platform/soc/fe200000.gpio";
        private static final String MUX = "platform/soc/fe205000.i2c/";

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Raspberry Pi 4 Model B Rev 1.5",
                    "Raspberry Pi Compute Module 4 Rev 1.1",
                    "Raspberry Pi 400 Rev 1.0"
                })
        void has_the_header_of_all_others(String model) {
            HostDevices devices =
                    pi(model, "brcm,bcm2711-gpio", GPIO, "gpiochip0").look();

            assertThat(grant(devices, "gpio:line=GPIO17")).isEqualTo("/dev/gpiochip0:17");
            assertThat(grant(devices, "gpio:line=GPIO14")).isEqualTo("/dev/gpiochip0:14");
            assertThat(grant(devices, "gpio:pinctrl-bcm2711")).isEqualTo("/dev/gpiochip0");
        }

        /** i2c0mux of bcm2711-rpi.dtsi: the camera and the HAT's EEPROM share a controller. */
        @Test
        void has_buses_behind_a_multiplexer_which_have_numbers_only() {
            HostDevices devices = board.model("Raspberry Pi Compute Module 4 Rev 1.1")
                    .node("class/i2c-dev", "i2c-22", MUX + "i2c-22", "i2c-22")
                    .node("class/i2c-dev", "i2c-0", MUX + "i2c-22/i2c-0", "i2c-0")
                    .node("class/i2c-dev", "i2c-10", MUX + "i2c-22/i2c-10", "i2c-10")
                    .node("class/i2c-dev", "i2c-1", "platform/soc/fe804000.i2c/i2c-1", "i2c-1")
                    .node("class/i2c-dev", "i2c-20", "platform/soc/fef04500.i2c/i2c-20", "i2c-20")
                    .node("class/i2c-dev", "i2c-21", "platform/soc/fef09500.i2c/i2c-21", "i2c-21")
                    .look();

            assertThat(grant(devices, "i2c:header")).isEqualTo("/dev/i2c-1");
            assertThat(grant(devices, "i2c:fe205000.i2c")).isEqualTo("/dev/i2c-22");
            assertThat(grant(devices, "i2c:10")).isEqualTo("/dev/i2c-10");
            assertThat(grant(devices, "i2c:fef09500.i2c")).isEqualTo("/dev/i2c-21");
        }

        @Test
        void without_its_bus_switched_on_no_other_is_taken_for_it() {
            HostDevices devices = board.model("Raspberry Pi 4 Model B Rev 1.5")
                    .node("class/i2c-dev", "i2c-1", "platform/soc/fef04500.i2c/i2c-1", "i2c-1")
                    .look();

            assertThat(grant(devices, "i2c:header")).contains("is not there", "dtparam=i2c_arm=on");
        }
    }

    /** tegra210-p3450-0000.dts: no line has a name, no bus an alias. */
    @Test
    void a_jetson_nano_has_one_chip_whose_lines_nvidia_s_table_knows() {
        HostDevices devices = board.model("NVIDIA Jetson Nano Developer Kit")
                .gpioController("6000d000.gpio", "nvidia,tegra210-gpio nvidia,tegra30-gpio", "")
                .node("bus/gpio/devices", "gpiochip0", "6000d000.gpio", "gpiochip0")
                .node("class/i2c-dev", "i2c-0", "7000c000.i2c/i2c-0", "i2c-0")
                .node("class/i2c-dev", "i2c-3", "7000c400.i2c/i2c-3", "i2c-3")
                .node("class/i2c-dev", "i2c-1", "7000d000.i2c/i2c-1", "i2c-1")
                .look();

        assertThat(grant(devices, "gpio:tegra-gpio")).isEqualTo("/dev/gpiochip0");
        assertThat(grant(devices, "gpio:line=GPIO17")).isEqualTo("/dev/gpiochip0:50");
        assertThat(grant(devices, "gpio:line=PIN40")).isEqualTo("/dev/gpiochip0:78");
        assertThat(grant(devices, "i2c:header")).isEqualTo("/dev/i2c-3");
    }

    @Nested
    class JetsonOrin {
        @ParameterizedTest
        @CsvSource({
            "NVIDIA Jetson AGX Orin Developer Kit, GPIO17, /dev/gpiochip0:112",
            "NVIDIA Jetson AGX Orin Developer Kit, GPIO5, /dev/gpiochip1:1",
            "NVIDIA Jetson AGX Orin Developer Kit, PIN16, /dev/gpiochip1:9",
            "NVIDIA Jetson Orin Nano Engineering Reference Developer Kit Super, GPIO17, /dev/gpiochip0:112",
            "NVIDIA Jetson Orin Nano Engineering Reference Developer Kit Super, GPIO5, /dev/gpiochip0:105",
            "NVIDIA Jetson Orin NX Engineering Reference Developer Kit, PIN16, /dev/gpiochip0:126"
        })
        void has_its_header_on_two_chips(String model, String line, String expected) {
            assertThat(grant(chips(model).look(), "gpio:line=" + line)).isEqualTo(expected);
        }

        /** With the aliases of tegra234.dtsi, as on JetPack 5 and 6; and without, as other kernels found them. */
        @ParameterizedTest
        @CsvSource({
            "NVIDIA Jetson AGX Orin Developer Kit, i2c-7, i2c-8",
            "NVIDIA Jetson AGX Orin Developer Kit, i2c-12, i2c-7",
            "NVIDIA Jetson Orin Nano Developer Kit, i2c-7, i2c-1",
            "NVIDIA Jetson Orin Nano Developer Kit, i2c-2, i2c-7"
        })
        void has_the_bus_of_pins_3_and_5_on_the_eighth_controller(String model, String header, String other) {
            HostDevices devices = chips(model)
                    .node("class/i2c-dev", header, "platform/bus@0/c250000.i2c/" + header, header)
                    .node("class/i2c-dev", other, "platform/bus@0/31e0000.i2c/" + other, other)
                    .look();

            assertThat(grant(devices, "i2c:header")).isEqualTo("/dev/" + header);
        }

        @Test
        void another_board_with_the_same_chip_has_another_header() {
            HostDevices devices = chips("NVIDIA IGX Orin Development Kit").look();

            assertThat(grant(devices, "gpio:line=GPIO17")).contains("no GPIO chip of this board has a line GPIO17");
            assertThat(grant(devices, "gpio:tegra234-gpio-aon")).isEqualTo("/dev/gpiochip1");
        }

        private BoardTree chips(String model) {
            return board.model(model)
                    .gpioController("platform/bus@0/2200000.gpio", "nvidia,tegra234-gpio", "")
                    .gpioController("platform/bus@0/c2f0000.gpio", "nvidia,tegra234-gpio-aon", "")
                    .node("bus/gpio/devices", "gpiochip0", "platform/bus@0/2200000.gpio", "gpiochip0")
                    .node("bus/gpio/devices", "gpiochip1", "platform/bus@0/c2f0000.gpio", "gpiochip1");
        }
    }

    @Nested
    class HubFullOfSerialAdapters {
        private static final String BY_PATH = "serial/by-path/platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.";

        /** CH340 have no serial number: all have the same name by id, and udev gives it to one of them. */
        @ParameterizedTest
        @CsvSource({"0, 1, 2, 3", "3, 1, 0, 2"})
        void equal_adapters_are_told_apart_by_the_plug_only(int first, int second, int third, int fourth) {
            int[] numbers = {first, second, third, fourth};
            for (int port = 1; port <= numbers.length; port++) {
                String name = "ttyUSB" + numbers[port - 1];
                board.node("class/tty", name, "usb1/1-1/1-1." + port + "/1-1." + port + ":1.0/" + name, name)
                        .devLink(BY_PATH + port + ":1.0-port0", name);
            }
            HostDevices devices = board.devLink("serial/by-id/usb-1a86_USB_Serial-if00-port0", "ttyUSB2")
                    .look();

            assertThat(grant(devices, "serial:by-path/*usb-0:1.1:1.0-port0")).isEqualTo("/dev/ttyUSB" + first);
            assertThat(grant(devices, "serial:by-path/*usb-0:1.4:1.0-port0")).isEqualTo("/dev/ttyUSB" + fourth);
            assertThat(grant(devices, "serial:by-id/usb-1a86*")).isEqualTo("/dev/ttyUSB2");
            assertThat(grant(devices, "serial:*")).contains("/dev/ttyUSB0,/dev/ttyUSB1,/dev/ttyUSB2,/dev/ttyUSB3");
        }

        /** An FT4232H has four ports under one serial number. */
        @Test
        void one_adapter_with_four_ports_has_a_name_for_each() {
            String id = "serial/by-id/usb-FTDI_Quad_RS232-HS_FT4XYZ-if0";
            for (int port = 0; port < 4; port++) {
                String name = "ttyUSB" + port;
                board.node("class/tty", name, "usb1/1-1/1-1.3/1-1.3:1." + port + "/" + name, name)
                        .devLink(id + port + "-port0", name);
            }
            HostDevices devices = board.look();

            assertThat(grant(devices, "serial:by-id/usb-FTDI*-if02-port0")).isEqualTo("/dev/ttyUSB2");
            assertThat(grant(devices, "serial:by-id/usb-FTDI_Quad*"))
                    .isEqualTo("/dev/ttyUSB0,/dev/ttyUSB1,/dev/ttyUSB2,/dev/ttyUSB3");
        }
    }

    private BoardTree pi(String model, String compatible, String device, String chip) {
        return board.model(model)
                .gpioController(device, compatible, HEADER_NAMES)
                .node("bus/gpio/devices", chip, device, chip);
    }
}
