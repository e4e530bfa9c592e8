package io.edgeagent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceGrantTest {
    @ParameterizedTest
    @CsvSource({
        "i2c:1,                        I2C,    1,                        true,  false",
        "i2c:qwiic:ro,                 I2C,    qwiic,                    false, false",
        "spi:0.0:rw?,                  SPI,    0.0,                      true,  true",
        "serial:by-id/usb-FTDI*:ro?,   SERIAL, by-id/usb-FTDI*,          false, true",
        "serial:by-path/pci-0:01:00.0, SERIAL, by-path/pci-0:01:00.0,    true,  false",
        "gpio:line=GPIO17,             GPIO,   line=GPIO17,              true,  false",
        "gpu,                          GPU,    *,                        true,  false",
        "gpu?,                         GPU,    *,                        true,  true",
        "path:/dev/fuse,               PATH,   /dev/fuse,                true,  false"
    })
    void reads_kind_name_access_and_whether_it_can_be_missing(
            String text, DeviceKind kind, String name, boolean writable, boolean optional) {
        assertThat(DeviceGrant.parse(text)).isEqualTo(new DeviceGrant(text, kind, name, writable, optional));
    }

    @ParameterizedTest
    @CsvSource({
        "i2c:1,                EDGE_DEVICE_I2C_1",
        "i2c:qwiic:ro?,        EDGE_DEVICE_I2C_QWIIC",
        "gpio:line=GPIO17,     EDGE_DEVICE_GPIO_GPIO17",
        "gpio:gpiochip0,       EDGE_DEVICE_GPIO_GPIOCHIP0",
        "spi:0.0,              EDGE_DEVICE_SPI_0_0",
        "serial:by-id/usb-F*,  EDGE_DEVICE_SERIAL_BY_ID_USB_F_",
        "gpu,                  EDGE_DEVICE_GPU"
    })
    void names_the_variable_in_which_the_module_finds_it(String text, String variable) {
        assertThat(DeviceGrant.parse(text).variable()).isEqualTo(variable);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "usb:1 | not a kind of device; known are i2c, spi, gpio",
                "I2C:1 | not a kind of device",
                "i2c | which one",
                "i2c: | which one",
                "gpio:line= | which one",
                "serial:../sda | must not contain",
                "path:/dev/../etc/shadow | must not contain",
                "path:/etc/shadow | must be complete",
                "path:sda | must be complete",
                "path:/dev/sd* | must be complete",
                "serial:/dev/ttyUSB0 | without /dev/",
                "i2c:line=SDA1 | by one name",
                "gpio:line=GPIO* | by one name",
                "i2c:1;rm | letters, digits",
                "i2c:ü | letters, digits"
            })
    void refuses_what_it_does_not_understand_and_says_how_it_is_written(String text, String why) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> DeviceGrant.parse(text))
                .satisfies(e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.MANIFEST_INVALID))
                .withMessageContaining(why)
                .withMessageContaining(DeviceGrant.LABEL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"i2c:1,gpu?", " i2c:1 , gpu? ", "i2c:1 gpu?", "i2c:1,,gpu?,i2c:1"})
    void a_label_lists_them_with_commas_or_blanks(String label) {
        assertThat(DeviceGrant.of(labelled(label)))
                .extracting(DeviceGrant::text)
                .containsExactly("i2c:1", "gpu?");
    }

    @Test
    void a_module_without_the_label_asks_for_nothing() {
        assertThat(DeviceGrant.of(CreateOptions.EMPTY)).isEmpty();
        assertThat(DeviceGrant.of(labelled(""))).isEmpty();
    }

    @Test
    void no_more_than_32_can_be_asked_for() {
        StringBuilder label = new StringBuilder();
        for (int i = 0; i < 33; i++) {
            label.append("i2c:").append(i).append(',');
        }

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> DeviceGrant.of(labelled(label.toString())))
                .withMessageContaining("at most 32");
    }

    private static CreateOptions labelled(String label) {
        return CreateOptions.parse("{\"Labels\":{\"io.edge-agent.devices\":\"" + label + "\"}}");
    }
}
