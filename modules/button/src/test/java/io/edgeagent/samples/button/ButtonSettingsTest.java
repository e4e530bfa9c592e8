package io.edgeagent.samples.button;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ButtonSettingsTest {

    @Test
    void defaults_are_those_of_the_python_original() {
        var settings = ButtonSettings.from(Map.of("LED_URL", "", "POLL_MS", ""));

        assertThat(settings.led()).isEqualTo(URI.create("http://led-acr/"));
        assertThat(settings.poll()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({
        "http://led, http://led/True",
        "http://led/, http://led/True",
        "http://192.168.1.20:8080/led, http://192.168.1.20:8080/led/True",
    })
    void the_state_goes_behind_the_address(String url, String posted) {
        assertThat(ButtonSettings.from(Map.of("LED_URL", url)).led().resolve("True"))
                .isEqualTo(URI.create(posted));
    }

    @ParameterizedTest
    @ValueSource(strings = {"led-acr", "https://led/", "http://", "http://led/?x", "http://le d/", "http://led_acr/"})
    void a_bad_address_names_the_variable_and_the_accepted_form(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ButtonSettings.from(Map.of("LED_URL", url)))
                .withMessageStartingWith("LED_URL=\"" + url + "\" is not valid: expected an address like http://");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1s", "-5"})
    void a_bad_interval_names_the_variable(String interval) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ButtonSettings.from(Map.of("POLL_MS", interval)))
                .withMessageStartingWith("POLL_MS=\"" + interval + "\"");
    }
}
