package io.edgeagent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SasTokenTest {
    private static final SharedKey KEY =
            SharedKey.of("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8));
    private static final SharedKey OTHER =
            SharedKey.of("fedcba9876543210fedcba9876543210".getBytes(StandardCharsets.UTF_8));
    private static final long EXPIRY = 1_900_000_000;
    private static final Instant BEFORE = Instant.ofEpochSecond(EXPIRY - 1);
    private static final String MODULE = "hub.azure-devices.net/devices/dev-1/modules/$edgeAgent";

    // computed with another implementation of HMAC-SHA256; the last two with the Node SDK
    private static final String JAVA = "SharedAccessSignature sig=or5MYhiicwPmTof8QM9HrWFfVNLj%2FYtPkjN%2BBxLIy6w%3D"
            + "&se=1900000000&sr=hub.azure-devices.net/devices/dev-1/modules/%24edgeAgent";
    private static final String HSM =
            "SharedAccessSignature sr=hub.azure-devices.net%2Fdevices%2Fdev-1%2Fmodules%2F%24edgeAgent"
                    + "&sig=o4Iq6tZVbs9kU0%2BFQqX5pW321tupfoM%2FFKgc6UiUyzc%3D&se=1900000000";
    private static final String NODE = "SharedAccessSignature sr=hub.azure-devices.net/devices/dev-1/modules/$edgeAgent"
            + "&sig=xd%2FkXA1%2Bknu6PCUyJkbFXzk8mjIUlaYBjFGnbpwcyYU%3D&se=1900000000";
    private static final String SERVICE_SIGNATURE = "xZ6URElowqVozsXbShR4nDzTY3lftDX71IWhA6H7Y78%3D";

    @ParameterizedTest
    @ValueSource(strings = {JAVA, HSM, NODE})
    void accepts_the_spelling_of_each_sdk(String text) {
        SasToken token = SasToken.parse(text);

        assertThat(token.resource()).isEqualTo(MODULE);
        assertThat(token.expiry()).isEqualTo(EXPIRY);
        assertThat(token.policy()).isEmpty();
        assertThat(token.isValid(List.of(KEY), BEFORE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sr=%1$s&sig=%2$s&skn=%3$s&se=%4$s",
                "sr=%1$s&sig=%2$s&se=%4$s&skn=%3$s",
                "skn=%3$s&se=%4$s&sig=%2$s&sr=%1$s"
            })
    void reads_the_fields_of_a_policy_in_any_order(String order) {
        SasToken token = SasToken.parse("SharedAccessSignature "
                + order.formatted("hub.azure-devices.net", SERVICE_SIGNATURE, "iothubowner", EXPIRY));

        assertThat(token.resource()).isEqualTo("hub.azure-devices.net");
        assertThat(token.policy()).contains("iothubowner");
        assertThat(token.isValid(List.of(KEY), BEFORE)).isTrue();
    }

    @Test
    void takes_an_empty_policy_for_none() {
        assertThat(SasToken.parse(HSM + "&skn=").policy()).isEmpty();
    }

    @Test
    void accepts_the_secondary_key_and_refuses_a_wrong_one() {
        SasToken token = SasToken.parse(HSM);

        assertThat(token.isValid(List.of(OTHER, KEY), BEFORE)).isTrue();
        assertThat(token.isValid(List.of(KEY, OTHER), BEFORE)).isTrue();
        assertThat(token.isValid(List.of(OTHER), BEFORE)).isFalse();
        assertThat(token.isValid(List.of(), BEFORE)).isFalse();
    }

    @Test
    void refuses_a_token_that_has_expired() {
        SasToken token = SasToken.parse(HSM);

        assertThat(token.isValid(List.of(KEY), Instant.ofEpochSecond(EXPIRY))).isFalse();
        assertThat(token.isValid(List.of(KEY), Instant.ofEpochSecond(EXPIRY + 1)))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1900000000, 1900000001", "dev-1, dev-2", "o4Iq, o4Ir", "%2F%24edgeAgent, /%24edgeAgent"})
    void refuses_a_token_that_was_changed(String from, String to) {
        assertThat(SasToken.parse(HSM.replace(from, to)).isValid(List.of(KEY), BEFORE))
                .isFalse();
    }

    @Test
    void covers_its_resource_and_what_is_below_it() {
        SasToken device = SasToken.sign("Hub.example/devices/Pi", KEY, BEFORE);
        SasToken hub = SasToken.sign("hub.example", KEY, BEFORE, Optional.of("iothubowner"));

        assertThat(device.covers("hub.example/devices/pi")).isTrue();
        assertThat(device.covers("HUB.example/devices/Pi/modules/m")).isTrue();
        assertThat(device.covers("hub.example/devices/pi2")).isFalse();
        assertThat(device.covers("hub.example/devices")).isFalse();
        assertThat(device.covers("other.example/devices/pi")).isFalse();
        assertThat(hub.covers("hub.example/devices/pi/modules/m")).isTrue();
        assertThat(hub.covers("hub.example.evil.example/devices/pi")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SharedAccessSignature",
                "Bearer abc",
                "SharedAccessSignature ",
                "SharedAccessSignature sr=a&se=1",
                "SharedAccessSignature sr=a&sig=b",
                "SharedAccessSignature sig=b&se=1",
                "SharedAccessSignature sr=&sig=b&se=1",
                "SharedAccessSignature sr=a&sr=a&sig=b&se=1",
                "SharedAccessSignature sr=a&sig=b&se=1&",
                "SharedAccessSignature sr=a&sig=b&se=soon",
                "SharedAccessSignature sr=a&sig=b&se=1.5",
                "SharedAccessSignature sr=a&sig=b&se=9223372036854775807",
                "SharedAccessSignature sr=a&sig=b&se=99999999999999999999",
                "SharedAccessSignature sr=%zz&sig=b&se=1",
                "SharedAccessSignature sr=a&sig=%&se=1"
            })
    void refuses_what_is_no_token(String text) {
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> SasToken.parse(text));
    }

    @Property
    void reads_and_accepts_what_it_signs(
            @ForAll @NotEmpty @CharRange(from = '!', to = '~') String id,
            @ForAll @Size(min = 1, max = 64) byte[] bytes,
            @ForAll @LongRange(min = 1, max = 253_402_300_799L) long expiry) {
        SharedKey key = SharedKey.of(bytes);
        SasToken token =
                SasToken.sign("hub.example/devices/" + id, key, Instant.ofEpochSecond(expiry), Optional.of(id));

        SasToken read = SasToken.parse(token.toText());

        assertThat(read).isEqualTo(token);
        assertThat(read.resource()).isEqualTo("hub.example/devices/" + id);
        assertThat(read.policy()).contains(id);
        assertThat(read.isValid(List.of(key), Instant.ofEpochSecond(expiry - 1)))
                .isTrue();
    }

    @Property
    void answers_every_question_about_whatever_it_accepts(@ForAll String resource, @ForAll long expiry) {
        try {
            SasToken token = SasToken.parse("SharedAccessSignature sr=" + resource + "&sig=b&se=" + expiry);
            assertThat(token.toString()).isNotEmpty();
            assertThat(token.covers("hub.example")).isIn(true, false);
            assertThat(token.isValid(List.of(KEY), BEFORE)).isFalse();
        } catch (ProtocolException e) {
            assertThat(e).hasMessageContaining(" ");
        }
    }

    @Test
    void never_prints_its_signature() {
        assertThat(SasToken.parse(HSM)).hasToString("SasToken[" + MODULE + " until 2030-03-17T17:46:40Z]");
    }
}
