package io.edgeagent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedKeyTest {
    @Test
    void signs_as_rfc_4231_test_case_2_says() {
        SharedKey key = SharedKey.of("Jefe".getBytes(StandardCharsets.UTF_8));

        assertThat(HexFormat.of().formatHex(key.sign("what do ya want for nothing?")))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Property
    void comes_back_from_base64(@ForAll @Size(min = 1, max = 100) byte[] bytes) {
        SharedKey key = SharedKey.of(bytes);

        assertThat(SharedKey.fromBase64(key.toBase64())).isEqualTo(key).hasSameHashCodeAs(key);
        assertThat(SharedKey.fromBase64(" " + key.toBase64() + "\n")).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abcdefghijklm", "a-_b", "====", "abc d", "\u00e9"})
    void refuses_what_is_not_base64_without_repeating_it(String text) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> SharedKey.fromBase64(text))
                .withMessageContaining("copy the whole key")
                .withMessageNotContaining(text);
    }

    @Test
    void refuses_an_empty_key() {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> SharedKey.fromBase64(" "))
                .withMessageContaining("empty");
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> SharedKey.of(new byte[0]));
    }

    @Test
    void keeps_its_own_copy_of_the_bytes() {
        byte[] bytes = {1, 2, 3};
        SharedKey key = SharedKey.of(bytes);
        bytes[0] = 9;

        assertThat(key.toBase64()).isEqualTo(Base64.getEncoder().encodeToString(new byte[] {1, 2, 3}));
    }

    @Test
    void never_prints_itself() {
        assertThat(SharedKey.fromBase64("c2VjcmV0")).hasToString("***");
    }

    @Test
    void differs_from_another_key() {
        assertThat(SharedKey.fromBase64("c2VjcmV0"))
                .isNotEqualTo(SharedKey.fromBase64("c2VjcmV1"))
                .isNotEqualTo("c2VjcmV0");
    }
}
