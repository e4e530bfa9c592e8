package io.edgeagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.device.DeviceInventory;
import io.edgeagent.fake.FakeInventory;
import io.edgeagent.model.DeviceKind;
import io.edgeagent.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevicesCommandTest {
    @TempDir
    private Path folder;

    private DeviceInventory inventory = new FakeInventory()
            .board("Raspberry Pi 3 Model B")
            .plug(
                    FakeInventory.i2c(1),
                    FakeInventory.chip(0, "pinctrl-bcm2835", "ID_SDA", "", "GPIO 4"),
                    FakeInventory.node(
                            DeviceKind.SERIAL,
                            "/dev/ttyUSB0",
                            "FT\u001b[31m232R",
                            List.of("by-id/usb-FTDI-if00"),
                            188,
                            0));

    private record Run(int code, String out, String err) {}

    @Test
    void lists_devices_with_the_words_in_which_a_module_asks_for_them() {
        Run run = run("devices");

        assertThat(run.code).isZero();
        assertThat(run.out).isEqualTo("""
            Raspberry Pi 3 Model B
            GRANT                       DEVICE          GROUP   MODE  WHAT                      USED BY
            gpio:pinctrl-bcm2835        /dev/gpiochip0  gpio    660   pinctrl-bcm2835, 3 lines
            i2c:1                       /dev/i2c-1      i2c     660   bcm2835 (i2c@7e804000)
            serial:by-id/usb-FTDI-if00  /dev/ttyUSB0    serial  660   FT [31m232R
            """);
        assertThat(run.err).contains("the agent does not run");
    }

    @Test
    void names_the_lines_of_gpio_chips_when_asked() {
        assertThat(run("devices", "--lines").out)
                .contains("ID_SDA  /dev/gpiochip0:0  gpio:line=ID_SDA")
                .contains("GPIO 4  /dev/gpiochip0:2\n");
    }

    @Test
    void says_which_package_knows_who_uses_the_lines() {
        assertThat(run("devices", "--lines").err).contains("sudo apt install gpiod");
    }

    // as printed by 1.6.3 of Debian 12 and by 2.2 of Debian 13
    @ParameterizedTest
    @ValueSource(strings = {"""
        gpiochip0 - 3 lines:
        \tline   0:     "ID_SDA"       unused   input  active-high\s
        \tline   1:      unnamed "GPIO Key Poweroff" input active-low [used]
        \tline   2:     "GPIO 4"       kernel  output  active-high [used]
        gpiochip1 - 1 lines:
        \tline   0:      "other"       unused   input  active-high\s
        """, """
                    gpiochip0 - 3 lines:
                    \tline   0:\t"ID_SDA"        \tinput
                    \tline   1:\tunnamed         \tinput active-low consumer="GPIO Key Poweroff"
                    \tline   2:\t"GPIO 4"        \toutput consumer="kernel"
                    gpiochip1 - 1 lines:
                    \tline   0:\t"other"         \tinput
                    """})
    void says_who_uses_the_lines_of_gpio_chips(String gpioinfo) throws IOException {
        Path program = Files.writeString(folder.resolve("gpioinfo"), "#!/bin/sh\ncat <<'END'\n" + gpioinfo + "END\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(run("devices", "--lines").out).endsWith("""

            LINE    CHIP              GRANT             USED BY
            ID_SDA  /dev/gpiochip0:0  gpio:line=ID_SDA
                    /dev/gpiochip0:1                    GPIO Key Poweroff
            GPIO 4  /dev/gpiochip0:2                    kernel
            """);
        assertThat(Json.MAPPER
                        .readTree(run("devices", "--lines", "-o", "json").out)
                        .at("/devices/0/consumers"))
                .extracting(JsonNode::asText)
                .containsExactly("", "GPIO Key Poweroff", "kernel");
    }

    @Test
    void writes_json_for_programs() throws JsonProcessingException {
        var json = Json.MAPPER.readTree(run("devices", "-o", "json").out);

        assertThat(json.path("board").asText()).isEqualTo("Raspberry Pi 3 Model B");
        assertThat(json.at("/devices/1/grant").asText()).isEqualTo("i2c:1");
        assertThat(json.at("/devices/1/gid").asInt()).isEqualTo(FakeInventory.GROUP);
    }

    @Test
    void says_how_the_devices_can_be_seen_from_a_container() {
        inventory = DeviceInventory.NONE;

        Run run = run("devices");

        assertThat(run.code).isEqualTo(1);
        assertThat(run.err).contains("EDGE_AGENT_HOST_DEV");
    }

    @Test
    void a_board_without_devices_is_no_error() {
        inventory = new FakeInventory();

        assertThat(run("devices").out).startsWith("there is no I2C");
    }

    @Test
    void scans_no_bus_that_is_not_there() {
        Run run = run("devices", "scan", "i2c-7");

        assertThat(run.code).isEqualTo(1);
        assertThat(run.err).contains("there is no I2C bus i2c-7; there are: i2c-1");
    }

    private Run run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream before = System.out;
        PrintStream errBefore = System.err;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            BoardCommands board = new BoardCommands(
                    folder.resolve("none.sock"),
                    () -> {
                        throw new IllegalStateException("the engine is not asked");
                    },
                    Clock.systemUTC());
            int code = CommandLineInterface.run(
                    arguments,
                    (config, state, version) -> 0,
                    new DevicesCommand(board, () -> inventory, new GpioInfo(folder.resolve("gpioinfo"))));
            return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(before);
            System.setErr(errBefore);
        }
    }
}
