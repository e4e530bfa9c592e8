package io.edgeagent.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
    private final Redactor redactor = new Redactor(List.of("my known+secret/==", "short", "grün-geheim"));

    @ParameterizedTest
    @MethodSource("io.edgeagent.fake.SecretLines#all")
    void hides_what_looks_like_a_secret(String text) {
        // a word in quotes that nothing says is a secret stays
        assertThat(redactor.text(text).replace("token 'HIDDEN'", ""))
                .doesNotContain("HIDDEN")
                .contains("***");
    }

    @Test
    void hides_what_is_known_in_every_form_in_which_it_travels() {
        assertThat(redactor.text("a my known+secret/== b my+known%2Bsecret%2F%3D%3D c"))
                .isEqualTo("a *** b *** c");
        assertThat(redactor.text("grün-geheim")).isEqualTo("***");
        assertThat(new Redactor(List.of("a\"b\\cdef")).text("x=\"a\\\"b\\\\cdef\""))
                .isEqualTo("x=\"***\"");
        assertThat(redactor.text("a short word")).isEqualTo("a short word");
    }

    @Test
    void leaves_the_rest_as_it_is() {
        String line = "2026-11-28T09:31:57Z INFO  event=step_done module=talk step=start ms=2090 key_file=/etc/x.pem";

        assertThat(redactor.text(line)).isEqualTo(line);
        assertThat(redactor.text("io.edge-agent.fingerprint=abc author=me keyboard=de"))
                .isEqualTo("io.edge-agent.fingerprint=abc author=me keyboard=de");
    }

    @Test
    void of_json_it_hides_fields_and_variables_by_their_names() throws Exception {
        JsonNode json = Json.MAPPER.readTree("""
                {"Env":["API_KEY=HIDDEN","MODE=plain","URL=https://u:HIDDEN@h/"],
                 "env":{"DB_PASSWORD":{"value":"HIDDEN"},"MODE":{"value":"plain"}},
                 "registryCredentials":{"r":{"address":"r.example","username":"u","password":"HIDDEN"}},
                 "createOptions":"{\\"Env\\":[\\"TOKEN=HIDDEN\\"],\\"Labels\\":{\\"a\\":\\"b\\"}}",
                 "secretCount":12,"tokens":null,"nested":[{"privateKey":["HIDDEN"]}]}""");

        assertThat(redactor.json(json)).isEqualTo(Json.MAPPER.readTree("""
                {"Env":["API_KEY=***","MODE=plain","URL=https://***@h/"],
                 "env":{"DB_PASSWORD":{"value":"***"},"MODE":{"value":"plain"}},
                 "registryCredentials":{"r":{"address":"r.example","username":"u","password":"***"}},
                 "createOptions":"{\\"Env\\":[\\"TOKEN=***\\"],\\"Labels\\":{\\"a\\":\\"b\\"}}",
                 "secretCount":"***","tokens":null,"nested":[{"privateKey":["***"]}]}"""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"password=", "\"password\":\"", "device_id_pk={", "://", "-----BEGIN PRIVATE KEY-----", "eyJ"})
    void a_hostile_line_takes_no_more_time_than_a_long_one(String unit) {
        assertThat(redactor.text(unit.repeat(32_000 / unit.length()))).isNotEmpty();
    }
}
