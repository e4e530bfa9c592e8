package io.edgeagent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentifiersTest {
    private static final SharedKey KEY = SharedKey.of(new byte[] {1});

    @Test
    void every_character_that_a_hub_allows_survives_a_connection_string() {
        for (String special : "-:.%_*?!(),=@$'".split("", -1)) {
            String id = "a" + special + "b%7" + special;
            String text = ConnectionString.ofDevice("hub.example.net", id, Optional.of(KEY))
                    .toText();

            assertThat(ConnectionString.parseDevice(text).deviceId()).contains(id);
        }
    }

    @Test
    void an_id_with_a_semicolon_is_carried_but_has_no_connection_string() {
        ConnectionString device = ConnectionString.ofDevice("hub.example.net", "a;b", Optional.of(KEY));

        assertThat(device.deviceId()).contains("a;b");
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(device::toText);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a b|a blank",
                "a/b|'/'",
                "a&b|'&'",
                "caf\u00e9|U+00E9",
                "a+b|'+', which MQTT has a meaning of its own for",
                "a#b|'#', which MQTT has a meaning of its own for"
            })
    void what_cannot_be_carried_is_refused_by_name(String id, String text) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> ConnectionString.ofDevice("hub.example.net", id, Optional.of(KEY)))
                .withMessageContaining(text);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> ConnectionString.parseDevice(
                        "HostName=hub.example.net;DeviceId=" + id + ";SharedAccessKey=AQ=="))
                .withMessageContaining(text);
    }
}
