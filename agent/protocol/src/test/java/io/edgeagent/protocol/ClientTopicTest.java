package io.edgeagent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.protocol.ClientTopic.MethodResponse;
import io.edgeagent.protocol.ClientTopic.ReportedPatch;
import io.edgeagent.protocol.ClientTopic.Telemetry;
import io.edgeagent.protocol.ClientTopic.TwinGet;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientTopicTest {
    @ParameterizedTest
    @ValueSource(strings = {"devices/pi-4/messages/events", "devices/pi-4/messages/events/"})
    void reads_telemetry_of_a_device_without_properties(String topic) {
        assertThat(ClientTopic.parse(topic)).isEqualTo(new Telemetry("pi-4", Optional.empty(), PropertyBag.EMPTY));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "devices/pi-4/modules/led/messages/events/$.on=out1&a=b/",
                "devices/pi-4/modules/led/messages/events/%24.on=out1&a=b"
            })
    void reads_telemetry_of_a_module_with_the_slash_of_the_java_sdk_and_without(String topic) {
        assertThat(ClientTopic.parse(topic))
                .isEqualTo(new Telemetry(
                        "pi-4",
                        Optional.of("led"),
                        PropertyBag.EMPTY.with(PropertyBag.OUTPUT, "out1").with("a", "b")));
    }

    @Test
    void strips_one_slash_only() {
        assertThat(ClientTopic.parse("devices/d/messages/events/path=a/b//"))
                .isEqualTo(new Telemetry("d", Optional.empty(), PropertyBag.EMPTY.with("path", "a/b/")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$edgeAgent", "%24edgeAgent"})
    void reads_the_dollar_of_a_system_module_raw_and_encoded(String module) {
        assertThat(ClientTopic.parse("devices/d/modules/" + module + "/messages/events/a=b"))
                .isEqualTo(new Telemetry("d", Optional.of("$edgeAgent"), PropertyBag.EMPTY.with("a", "b")));
    }

    @Test
    void reads_ids_as_they_are_spelled_because_a_percent_sign_is_legal_in_them() {
        assertThat(ClientTopic.parse("devices/50%/messages/events/"))
                .isEqualTo(new Telemetry("50%", Optional.empty(), PropertyBag.EMPTY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"modules", "messages", "events"})
    void is_not_confused_by_ids_that_look_like_topics(String id) {
        assertThat(ClientTopic.parse("devices/" + id + "/messages/events/"))
                .isEqualTo(new Telemetry(id, Optional.empty(), PropertyBag.EMPTY));
        assertThat(ClientTopic.parse("devices/" + id + "/modules/" + id + "/messages/events/"))
                .isEqualTo(new Telemetry(id, Optional.of(id), PropertyBag.EMPTY));
    }

    @Test
    void reads_a_request_for_the_twin() {
        assertThat(ClientTopic.parse("$iothub/twin/GET/?$rid=5f2a")).isEqualTo(new TwinGet("5f2a"));
        assertThat(ClientTopic.parse("$iothub/twin/GET/?%24rid=5f2a")).isEqualTo(new TwinGet("5f2a"));
    }

    @Test
    void reads_a_patch_of_reported_properties() {
        assertThat(ClientTopic.parse("$iothub/twin/PATCH/properties/reported/?$rid=1"))
                .isEqualTo(new ReportedPatch("1", Optional.empty()));
        assertThat(ClientTopic.parse("$iothub/twin/PATCH/properties/reported/?$rid=1&$version=42"))
                .isEqualTo(new ReportedPatch("1", Optional.of(42L)));
    }

    @Test
    void reads_the_response_to_a_method() {
        assertThat(ClientTopic.parse("$iothub/methods/res/200/?$rid=1f")).isEqualTo(new MethodResponse(200, "1f"));
        assertThat(ClientTopic.parse("$iothub/methods/res/-1/?$rid=1f")).isEqualTo(new MethodResponse(-1, "1f"));
    }

    @Test
    void keeps_a_request_id_as_it_is_spelled_because_the_answer_repeats_it() {
        assertThat(ClientTopic.parse("$iothub/twin/GET/?$rid=a%26b=c%2b")).isEqualTo(new TwinGet("a%26b=c%2b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "devices/",
                "devices//messages/events/",
                "devices/d/messages",
                "devices/d/messages/eventsX/",
                "devices/d/messages/devicebound/",
                "devices/d/modules//messages/events/",
                "devices/d/modules/m/messages/",
                "devices/d/modules/m/inputs/in1",
                "Devices/d/messages/events/",
                "$iothub/twin/GET",
                "$iothub/twin/GET/",
                "$iothub/twin/GET/?",
                "$iothub/twin/GET/?$rid=",
                "$iothub/twin/GET/$rid=1",
                "$iothub/twin/res/200/?$rid=1",
                "$iothub/twin/PATCH/properties/desired/?$rid=1",
                "$iothub/twin/PATCH/properties/reported/?$version=1",
                "$iothub/twin/PATCH/properties/reported/?$rid=1&$version=one",
                "$iothub/methods/res/200",
                "$iothub/methods/res/200/",
                "$iothub/methods/res/ok/?$rid=1",
                "$iothub/methods/res/3000000000/?$rid=1",
                "$iothub/methods/POST/reboot/?$rid=1",
                "devices/d/messages/events/a=%zz"
            })
    void refuses_what_the_hub_does_not_know(String topic) {
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> ClientTopic.parse(topic));
    }

    @Property
    void throws_nothing_but_its_own_exception(@ForAll("hostile") String topic) {
        try {
            assertThat(ClientTopic.parse(topic)).isNotNull();
        } catch (ProtocolException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
    }

    @Provide
    Arbitrary<String> hostile() {
        Arbitrary<String> piece = Arbitraries.oneOf(
                Arbitraries.of(
                        "devices/",
                        "modules/",
                        "messages/events/",
                        "$iothub/",
                        "twin/",
                        "GET/",
                        "PATCH/properties/reported/",
                        "methods/res/",
                        "99999999999",
                        "/",
                        "?",
                        "&",
                        "=",
                        "$rid=1",
                        "$version=",
                        "%",
                        "%24"),
                Arbitraries.strings().all().ofMaxLength(4));
        return piece.list().ofMaxSize(8).map(pieces -> String.join("", pieces));
    }
}
