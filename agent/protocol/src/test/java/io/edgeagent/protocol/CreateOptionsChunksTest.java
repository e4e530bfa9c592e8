package io.edgeagent.protocol;

import static io.edgeagent.protocol.JsonDocuments.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreateOptionsChunksTest {
    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "512, 1", "513, 2", "1024, 2", "51200, 100"})
    void splits_into_chunks_of_512_characters(int length, int chunks) {
        ObjectNode settings = object("{'image':'x'}");

        CreateOptionsChunks.split("x".repeat(length), settings);

        assertThat(settings).hasSize(chunks + 1);
        assertThat(settings.path("createOptions").textValue()).hasSize(Math.min(length, 512));
        assertThat(settings.has("createOptions01")).isEqualTo(chunks > 1);
        assertThat(settings.has("createOptions99")).isEqualTo(chunks == 100);
        assertThat(CreateOptionsChunks.join(settings)).contains("x".repeat(length));
    }

    @Test
    void refuses_more_than_100_chunks_and_leaves_the_settings_alone() {
        ObjectNode settings = object("{'createOptions':'{}'}");

        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> CreateOptionsChunks.split("x".repeat(51_201), settings))
                .withMessageContaining("51200");
        assertThat(settings).isEqualTo(object("{'createOptions':'{}'}"));
    }

    @Property(tries = 200)
    void joins_what_it_splits_also_over_utf_8_and_older_chunks(
            @ForAll("texts") String text, @ForAll("texts") String old) {
        ObjectNode settings = object("{}");
        CreateOptionsChunks.split(old, settings);
        CreateOptionsChunks.split(text, settings);

        ObjectNode sent = object("{}");
        settings.properties()
                .forEach(chunk -> sent.put(
                        chunk.getKey(),
                        new String(
                                chunk.getValue().textValue().getBytes(StandardCharsets.UTF_8),
                                StandardCharsets.UTF_8)));

        assertThat(CreateOptionsChunks.join(sent)).contains(text);
        assertThat(settings).allMatch(chunk -> chunk.textValue().length() <= 512);
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> piece = Arbitraries.of("{\"Labels\":", "x", "\u00e9", "\ud83d\ude80");
        return piece.list().ofMaxSize(1500).map(pieces -> String.join("", pieces));
    }

    @Test
    void matches_names_in_any_case_and_in_the_order_of_their_numbers() {
        assertThat(CreateOptionsChunks.join(object(
                        "{'createoptions02':'c','CREATEOPTIONS01':'b','createOptions':'a','createOptions1':'z'}")))
                .contains("abc");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'createOptions':'a','createOptions02':'c'} | createOptions01 is missing, but createOptions02 is there",
                "{'createOptions01':'b'} | createOptions is missing, but createOptions01 is there",
                "{'createOptions':'a','createOptions00':'b'} | createOptions00 is not a chunk",
                "{'createOptions':'a','CreateOptions':'b'} | createOptions is there twice",
                "{'createOptions':3} | createOptions must be a string that holds JSON",
                "{'createOptions':'a','createOptions01':{}} | createOptions01 must be a string",
                "{'createOptions':[]} | createOptions must be a string"
            })
    void says_which_chunk_is_wrong(String settings, String reason) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> CreateOptionsChunks.join(object(settings)))
                .withMessageContaining(reason);
    }

    @Test
    void accepts_an_object_where_somebody_forgot_to_make_a_string_of_it() {
        assertThat(CreateOptionsChunks.join(object("{'createOptions':{'HostConfig':{'Privileged':false}}}")))
                .contains("{\"HostConfig\":{\"Privileged\":false}}");
    }

    @Test
    void tells_no_options_from_empty_ones() {
        assertThat(CreateOptionsChunks.join(object("{'image':'x'}"))).isEmpty();
        assertThat(CreateOptionsChunks.join(object("{'createOptions':''}"))).contains("");
        assertThat(CreateOptionsChunks.join(object("{'createOptions':null}"))).contains("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "tr-TR", "hi-IN-u-nu-deva"})
    void names_chunks_alike_in_every_language(String language) {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag(language));
            ObjectNode settings = object("{}");
            CreateOptionsChunks.split("x".repeat(600), settings);

            assertThat(settings.fieldNames()).toIterable().containsExactly("createOptions", "createOptions01");
        } finally {
            Locale.setDefault(before);
        }
    }
}
