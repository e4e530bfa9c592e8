package io.edgeagent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MqttUsernameTest {
    private static final String QUERY = "api-version=2020-09-30&DeviceClientType=com.microsoft%2F2.5.0%20%28Java%29";

    @ParameterizedTest
    @ValueSource(strings = {"hub.example/pi-4/?", "hub.example/pi-4/"})
    void reads_a_device_with_and_without_the_question_mark(String path) {
        MqttUsername name = MqttUsername.parse(path + QUERY);

        assertThat(name.hubHost()).isEqualTo("hub.example");
        assertThat(name.deviceId()).isEqualTo("pi-4");
        assertThat(name.moduleId()).isEmpty();
        assertThat(name.query())
                .containsEntry("api-version", "2020-09-30")
                .containsEntry("DeviceClientType", "com.microsoft/2.5.0 (Java)")
                .hasSize(2);
        assertThat(name.clientId()).isEqualTo("pi-4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hub.example/pi-4/$edgeAgent/?", "hub.example/pi-4/%24edgeAgent/"})
    void reads_a_module(String path) {
        MqttUsername name = MqttUsername.parse(path + QUERY);

        assertThat(name.moduleId()).contains("$edgeAgent");
        assertThat(name.clientId()).isEqualTo("pi-4/$edgeAgent");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h/d/?api-version=2021-04-12&model-id=dtmi%3Aacme%3Aled%3B1",
                "h/d/?model-id=dtmi:acme:led;1&api-version=2021-04-12",
                "h/d/model-id=dtmi:acme:led;1&api-version=2021-04-12"
            })
    void reads_the_model_id_before_or_after_the_version(String text) {
        MqttUsername name = MqttUsername.parse(text);

        assertThat(name.moduleId()).isEmpty();
        assertThat(name.query()).containsEntry("model-id", "dtmi:acme:led;1");
    }

    @Test
    void reads_ids_as_they_are_spelled_because_a_percent_sign_is_legal_in_them() {
        assertThat(MqttUsername.parse("h/50%/?api-version=1").deviceId()).isEqualTo("50%");
        assertThat(MqttUsername.parse("h/a%41?b/?api-version=1").deviceId()).isEqualTo("a%41?b");
    }

    @Test
    void accepts_the_slash_that_an_old_client_writes_in_its_query() {
        MqttUsername name = MqttUsername.parse(
                "h/d/m/api-version=2017-06-30/DeviceClientType=Microsoft.Azure.Devices.Client/1.5.1-preview-003");

        assertThat(name.clientId()).isEqualTo("d/m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "h/d", "h/d/", "h/d/m/?DeviceClientType=x", "h/d/?api-version=", "h/d/?xapi-version=1"})
    void refuses_a_name_without_api_version(String text) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> MqttUsername.parse(text))
                .withMessageContaining("no api-version");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api-version=1",
                "h/?api-version=1",
                "/d/?api-version=1",
                "h//?api-version=1",
                "h/ /?api-version=1",
                "h/d//?api-version=1",
                "h/d/m/x/?api-version=1"
            })
    void refuses_missing_and_surplus_segments(String text) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> MqttUsername.parse(text))
                .withMessageContaining("{hub}/{device}");
    }

    @Property
    void throws_nothing_but_its_own_exception(@ForAll String one, @ForAll String two) {
        try {
            MqttUsername name = MqttUsername.parse(one + "/" + two + "api-version=" + one);
            assertThat(name.deviceId()).isNotBlank();
        } catch (ProtocolException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
    }
}
