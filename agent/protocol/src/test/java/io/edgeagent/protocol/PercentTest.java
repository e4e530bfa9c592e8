package io.edgeagent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "$edgeAgent | %24edgeAgent",
                "a b | a%20b",
                "a+b | a%2Bb",
                "hub/devices/d | hub%2Fdevices%2Fd",
                "a~b*c'd!(e) | a~b%2Ac%27d%21%28e%29",
                "caf\u00e9 | caf%C3%A9",
                "AZaz09-_. | AZaz09-_."
            })
    void encodes_as_rfc_3986_components(String plain, String encoded) {
        assertThat(Percent.encode(plain)).isEqualTo(encoded);
        assertThat(Percent.decode(encoded)).isEqualTo(plain);
    }

    @Test
    void leaves_a_plus_alone_when_it_decodes() {
        assertThat(Percent.decode("a+b")).isEqualTo("a+b");
        assertThat(Percent.decode("a+b%20c")).isEqualTo("a+b c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "100%", "%1", "%zz", "%-1", "%+1", "% 1", "%%41"})
    void refuses_a_percent_sign_without_two_hexadecimal_digits(String text) {
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> Percent.decode(text));
    }

    @Property
    void decodes_what_it_encodes(@ForAll("unicode") String text) {
        String encoded = Percent.encode(text);

        assertThat(Percent.decode(encoded)).isEqualTo(text);
        assertThat(encoded).matches("[A-Za-z0-9._~%-]*");
    }

    @Property
    void throws_nothing_but_its_own_exception(@ForAll String text) {
        try {
            assertThat(Percent.decode("%" + text)).isNotNull();
        } catch (ProtocolException e) {
            assertThat(e).hasMessageContaining("percent");
        }
    }

    @Test
    void reads_an_id_as_it_is_spelled_but_for_the_dollar() {
        assertThat(Percent.identifier("%24edgeHub")).isEqualTo("$edgeHub");
        assertThat(Percent.identifier("$edgeHub")).isEqualTo("$edgeHub");
        assertThat(Percent.identifier("50%25")).isEqualTo("50%25");
    }

    @Provide
    Arbitrary<String> unicode() {
        return Arbitraries.strings().all().ofMaxLength(30).filter(PercentTest::hasNoLoneSurrogate);
    }

    private static boolean hasNoLoneSurrogate(String text) {
        return text.codePoints().noneMatch(point -> point >= 0xD800 && point <= 0xDFFF);
    }
}
