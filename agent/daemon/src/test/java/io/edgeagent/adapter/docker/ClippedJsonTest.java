package io.edgeagent.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClippedJsonTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void short_strings_pass_as_they_are() throws IOException {
        String json = "{\"a\":\"b\\\"\\\\\",\"\\u00e9\\n\":[1,\"\",\"\ud83d\ude00\"]}";

        assertThat(clipped(json)).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\\\"", "\\\\", "\\u0041", "\u00e9", "\ud83d\ude00", "a\\n", "ab\\u003e", "\\u005c"})
    void long_keys_and_values_are_cut_between_characters(String unit) throws IOException {
        String text = unit.repeat(3 << 20 >> unit.length());

        JsonNode read = MAPPER.readTree(clipped("{\"" + text + "\":1,\"v\":\"" + text + "\",\"after\":\"y\"}"));

        assertThat(read.path("after").asText()).isEqualTo("y");
        String whole = MAPPER.readTree("\"" + text + "\"").asText();
        String value = read.path("v").asText();
        assertThat(whole).startsWith(value);
        assertThat(value.getBytes(StandardCharsets.UTF_8).length).isBetween(1000, ClippedJson.STRING_MAX + 6);
        assertThat(read.path(value).asInt()).isOne();
    }

    @Test
    void whatever_the_pieces_in_which_it_comes() throws IOException {
        String text = "{\"k\":\"" + "\\u00e9\\\\\u00e9\\\"".repeat(5000) + "\",\"after\":true}";
        Random random = new Random(7);
        InputStream drops = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                return super.read(bytes, offset, Math.min(length, 1 + random.nextInt(7)));
            }
        };

        String read = new String(new ClippedJson(drops, Long.MAX_VALUE).readAllBytes(), StandardCharsets.UTF_8);

        assertThat(read).isEqualTo(clipped(text));
        assertThat(MAPPER.readTree(read).path("after").asBoolean()).isTrue();
    }

    @Test
    void what_is_too_large_as_a_whole_is_refused_in_words() {
        assertThatExceptionOfType(EngineReplyException.class)
                .isThrownBy(() -> new ClippedJson(new ByteArrayInputStream(new byte[3 << 20]), 2 << 20).readAllBytes())
                .withMessageContaining("more than 2 MB");
    }

    private static String clipped(String json) throws IOException {
        InputStream in = new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
        return new String(new ClippedJson(in, Long.MAX_VALUE).readAllBytes(), StandardCharsets.UTF_8);
    }
}
