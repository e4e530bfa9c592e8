package io.edgeagent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionStringTest {
    private static final String KEY = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMw==";
    private static final String DEVICE = "HostName=hub.azure-devices.net;DeviceId=pi-4;SharedAccessKey=" + KEY;
    private static final String MODULE =
            "HostName=hub.azure-devices.net;DeviceId=pi-4;ModuleId=led;SharedAccessKey=" + KEY;
    private static final String SERVICE =
            "HostName=hub.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey=" + KEY;

    @Test
    void reads_a_device() {
        ConnectionString device = ConnectionString.parseDevice(DEVICE);

        assertThat(device.hostName()).isEqualTo("hub.azure-devices.net");
        assertThat(device.deviceId()).contains("pi-4");
        assertThat(device.moduleId()).isEmpty();
        assertThat(device.gatewayHostName()).isEmpty();
        assertThat(device.policy()).isEmpty();
        assertThat(device.key()).contains(SharedKey.fromBase64(KEY));
    }

    @Test
    void reads_a_module_and_a_hub_policy() {
        assertThat(ConnectionString.parseModule(MODULE).moduleId()).contains("led");
        assertThat(ConnectionString.parseService(SERVICE).policy()).contains("iothubowner");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"%s\"", "'%s'", "`%s`", "\u201c%s\u201d", "  %s\n", " \" %s \" ", "%s;", ";%s;;"})
    void tolerates_what_shells_and_copied_pages_leave_around_it(String around) {
        assertThat(ConnectionString.parseDevice(around.formatted(DEVICE)))
                .isEqualTo(ConnectionString.parseDevice(DEVICE));
    }

    @Test
    void tolerates_blanks_around_names_and_values_and_any_case_of_names() {
        assertThat(ConnectionString.parseDevice(
                        "hostname = hub.azure-devices.net ; DEVICEID=pi-4; sharedAccessKEY = " + KEY))
                .isEqualTo(ConnectionString.parseDevice(DEVICE));
    }

    @Test
    void ignores_unknown_names() {
        assertThat(ConnectionString.parseDevice(DEVICE + ";Colour=red;Colour=blue"))
                .isEqualTo(ConnectionString.parseDevice(DEVICE));
    }

    @Test
    void reads_the_gateway() {
        assertThat(ConnectionString.parseDevice(DEVICE + ";GatewayHostName=edge.local")
                        .gatewayHostName())
                .contains("edge.local");
    }

    @Test
    void needs_no_key_where_a_certificate_stands_for_it() {
        ConnectionString x509 = ConnectionString.parseDevice("HostName=h.example;DeviceId=d;x509=TRUE");

        assertThat(x509.key()).isEmpty();
        assertThat(x509.toText()).isEqualTo("HostName=h.example;DeviceId=d;x509=true");
    }

    @Test
    void refuses_the_string_of_a_policy_where_a_device_is_needed_and_says_why() {
        refused(() -> ConnectionString.parseDevice(SERVICE))
                .withMessageContaining("iothubowner")
                .withMessageContaining("too powerful")
                .withMessageContaining("DeviceId=<device>");
    }

    @Test
    void refuses_the_string_of_a_module_where_a_device_is_needed() {
        refused(() -> ConnectionString.parseDevice(MODULE)).withMessageContaining("module \"led\"");
    }

    @Test
    void refuses_other_kinds_where_a_module_or_a_policy_is_needed() {
        refused(() -> ConnectionString.parseModule(DEVICE)).withMessageContaining("ModuleId=");
        refused(() -> ConnectionString.parseModule(SERVICE)).withMessageContaining("ModuleId=");
        refused(() -> ConnectionString.parseService(DEVICE)).withMessageContaining("SharedAccessKeyName=");
        refused(() -> ConnectionString.parseService(DEVICE + ";SharedAccessKeyName=owner"))
                .withMessageContaining("SharedAccessKeyName=");
    }

    @Test
    void names_the_part_that_is_missing() {
        refused(() -> ConnectionString.parse("DeviceId=d;SharedAccessKey=" + KEY))
                .withMessageContaining("no HostName");
        refused(() -> ConnectionString.parse("HostName=;DeviceId=d;SharedAccessKey=" + KEY))
                .withMessageContaining("no HostName");
        refused(() -> ConnectionString.parseDevice("HostName=h.example;SharedAccessKey=" + KEY))
                .withMessageContaining("no DeviceId");
        refused(() -> ConnectionString.parse("HostName=h.example;DeviceId=d"))
                .withMessageContaining("no SharedAccessKey");
        refused(() -> ConnectionString.parse("HostName=h.example;DeviceId=d;x509=false"))
                .withMessageContaining("no SharedAccessKey");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\"\"", "''"})
    void refuses_an_empty_string(String text) {
        refused(() -> ConnectionString.parse(text)).withMessageContaining("is empty");
    }

    @Test
    void refuses_a_part_that_is_there_twice_and_names_it() {
        refused(() -> ConnectionString.parse(DEVICE + ";deviceid=other")).withMessageContaining("DeviceId twice");
    }

    @Test
    void refuses_a_key_that_is_not_base64() {
        refused(() -> ConnectionString.parse("HostName=h.example;DeviceId=d;SharedAccessKey=not*base64"))
                .withMessageContaining("not base64")
                .withMessageNotContaining("not*base64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h.example:8883", "https://h.example", "h example", "me@h.example", "h.example/devices"})
    void refuses_a_host_that_is_none(String host) {
        refused(() -> ConnectionString.parse("HostName=" + host + ";DeviceId=d;SharedAccessKey=" + KEY))
                .withMessageContaining("HostName");
    }

    @Test
    void keeps_the_equals_signs_of_the_key() {
        assertThat(ConnectionString.parseDevice(DEVICE).key().map(SharedKey::toBase64))
                .contains(KEY);
        assertThat(ConnectionString.parse("HostName=h.example;DeviceId=a=b;SharedAccessKey=" + KEY)
                        .deviceId())
                .contains("a=b");
    }

    @Test
    void writes_what_it_reads() {
        String text = MODULE.replace(";SharedAccessKey", ";GatewayHostName=edge.local;SharedAccessKey");

        assertThat(ConnectionString.parse(text).toText()).isEqualTo(text);
        assertThat(ConnectionString.parse(SERVICE).toText()).isEqualTo(SERVICE);
    }

    @Test
    void never_prints_the_key() {
        assertThat(ConnectionString.parse(DEVICE).toString())
                .doesNotContain(KEY)
                .contains("pi-4");
    }

    @Property
    void never_puts_the_key_into_an_error(@ForAll("mangled") String text) {
        Optional<String> message = Optional.empty();
        try {
            ConnectionString.parseDevice(text);
        } catch (ProtocolException e) {
            message = Optional.of(String.valueOf(e));
        }
        assertThat(message.orElse("")).doesNotContain(KEY).doesNotContain(KEY.substring(0, KEY.length() - 2));
    }

    @Provide
    Arbitrary<String> mangled() {
        Arbitrary<String> separator = Arbitraries.of(";", ",", " ", "", "\n", "=", ";;", "@", "/");
        Arbitrary<String> id = Arbitraries.of("DeviceId=d", "SharedAccessKeyName=owner", "ModuleId=m", "x");
        Arbitrary<String> name =
                Arbitraries.of("SharedAccessKey=", "SharedAccessKey", "SharedAccessKey:", "", "HostName=", "=");
        return Combinators.combine(separator, id, separator, name, separator)
                .as((one, identity, two, key, three) ->
                        "HostName=h.example" + one + identity + two + key + KEY + three + KEY);
    }

    private static ThrowableAssertAlternative<ProtocolException> refused(ThrowingCallable call) {
        return assertThatExceptionOfType(ProtocolException.class).isThrownBy(call);
    }
}
