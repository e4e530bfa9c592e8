package io.edgeagent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModulesContentTest {
    private static final String MODULES =
            "{\"$edgeAgent\":{\"properties.desired\":{\"schemaVersion\":\"1.1\"}},\"led\":{\"properties.desired\":{}}}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"modulesContent\":%s}",
                "{\"content\":{\"modulesContent\":%s}}",
                "{\"moduleContent\":%s}",
                "{\"content\":{\"moduleContent\":%s}}",
                "{\"id\":\"x\",\"modulesContent\":%s,\"priority\":3}"
            })
    void reads_the_forms_that_the_portal_and_az_send(String form) throws JsonProcessingException {
        ModulesContent content = ModulesContent.parse(json(form.formatted(MODULES)));

        assertThat(content.desired()).containsOnlyKeys("$edgeAgent", "led");
        assertThat(content.desired().get("$edgeAgent").orElseThrow()).hasToString("{\"schemaVersion\":\"1.1\"}");
        assertThat(content.desired().get("led").orElseThrow()).isEmpty();
    }

    @Test
    void a_module_may_be_named_without_content() throws JsonProcessingException {
        assertThat(ModulesContent.parse(json("{\"modulesContent\":{\"led\":{}}}"))
                        .desired())
                .isEqualTo(Map.of("led", Optional.empty()));
    }

    @Test
    void keeps_the_order_of_the_modules() throws JsonProcessingException {
        ModulesContent content = ModulesContent.parse(
                json("{\"modulesContent\":{\"z\":{\"properties.desired\":{}},\"a\":{\"properties.desired\":{}}}}"));

        assertThat(content.desired().keySet()).containsExactly("z", "a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "null", "3", "{\"modulesContent\":[]}", "{\"content\":{}}"})
    void refuses_a_manifest_without_modules(String text) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> ModulesContent.parse(json(text)))
                .withMessageContaining("\"modulesContent\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3",
                "null",
                "{\"properties.desired\":null}",
                "{\"properties.desired.a\":{}}",
                "{\"properties\":{\"desired\":{}}}",
                "[{}]"
            })
    void names_the_module_whose_content_is_malformed(String module) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> ModulesContent.parse(
                        json("{\"modulesContent\":{\"ok\":{\"properties.desired\":{}},\"led\":" + module + "}}")))
                .withMessageContaining("modulesContent.led")
                .withMessageContaining("\"properties.desired\"");
    }

    private static JsonNode json(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text);
    }
}
