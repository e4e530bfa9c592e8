package io.edgeagent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubConfigTest {
    @Test
    void the_hub_is_on_unless_the_file_switches_it_off() {
        assertThat(HubConfig.of(object(), Map.of()).enabled()).isTrue();
        assertThat(HubConfig.of(file(false), Map.of()).enabled()).isFalse();
        assertThat(HubConfig.of(file(true), Map.of()).enabled()).isTrue();
    }

    @Test
    void the_variable_goes_before_the_file_and_an_empty_one_counts_as_unset() {
        assertThat(HubConfig.of(file(true), Map.of("EDGE_AGENT_HUB", "off")).enabled())
                .isFalse();
        assertThat(HubConfig.of(file(false), Map.of("EDGE_AGENT_HUB", "on")).enabled())
                .isTrue();
        assertThat(HubConfig.of(file(false), Map.of("EDGE_AGENT_HUB", "")).enabled())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "0", "no", "OFF"})
    void another_word_in_the_variable_is_refused(String word) {
        assertThatThrownBy(() -> HubConfig.of(object(), Map.of("EDGE_AGENT_HUB", word)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("EDGE_AGENT_HUB is \"" + word + "\", expected on or off");
    }

    @Test
    void names_of_the_hub_are_host_names_and_addresses() {
        ObjectNode file = object();
        file.putArray("names").add("gateway.example.com").add("203.0.113.7");
        assertThat(HubConfig.of(file, Map.of()).names()).containsExactly("gateway.example.com", "203.0.113.7");
        for (String wrong : new String[] {"", "two words", "ü.example", "https://x"}) {
            ObjectNode bad = object();
            bad.putArray("names").add(wrong);
            assertThatThrownBy(() -> HubConfig.of(bad, Map.of()))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("expected a host name or an address");
        }
    }

    @Test
    void another_value_in_the_file_is_refused() {
        JsonNode text = object().put("enabled", "false");

        assertThatThrownBy(() -> HubConfig.of(text, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("hub.enabled is neither true nor false (write it without quotes)");
    }

    private static JsonNode file(boolean enabled) {
        return object().put("enabled", enabled);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
