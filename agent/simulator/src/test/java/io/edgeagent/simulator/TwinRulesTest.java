package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.IdentityName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What back ends may do to twins, and what direct methods answer where nobody can. */
@Timeout(60)
class TwinRulesTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final IdentityName PORCH = IdentityName.device("porch");
    private static final String DESIRED_TOPICS = "$iothub/twin/PATCH/properties/desired/#";

    @TempDir
    private Path state;

    private Simulator hub;
    private String porch;
    private RestClient service;

    @BeforeEach
    void start() throws Exception {
        hub = TestHub.start(state);
        porch = hub.createEdgeDevice("porch");
        service = new RestClient(hub, hub.serviceToken(HOUR));
    }

    @AfterEach
    void stop() throws Exception {
        hub.close();
    }

    @Test
    void a_section_set_to_null_is_cleared_and_the_device_is_told_what_has_gone() throws Exception {
        patch("{\"tags\":{\"floor\":1},\"properties\":{\"desired\":{\"a\":1,\"b\":{\"c\":2}}}}");
        try (MqttPeer peer = MqttPeer.connect(hub, porch)) {
            peer.subscribe(DESIRED_TOPICS);
            assertThat(patch("{\"properties\":{\"desired\":null}}").status()).isEqualTo(200);
            assertThat(peer.next().text()).isEqualTo("{\"a\":null,\"b\":null,\"$version\":3}");
            patch("{\"tags\":null}");
            patch("{\"properties\":{\"desired\":{\"a\":2}}}");
            assertThat(peer.next().text()).isEqualTo("{\"a\":2,\"$version\":4}");
            service.send("PUT", "/twins/porch", "{\"properties\":{\"desired\":null}}");
            assertThat(peer.next().text()).endsWith("\"$version\":5}");
        }
        JsonNode twin = hub.twin("porch");
        assertThat(twin.path("tags")).isEmpty();
        assertThat(twin.at("/properties/desired/a").isMissingNode()).isTrue();
        assertThat(twin.at("/properties/desired/$metadata/a").isMissingNode()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"tags\":[]}",
                "{\"tags\":\"x\"}",
                "{\"tags\":{\"a.b\":1}}",
                "{\"tags\":{\"$a\":1}}",
                "{\"tags\":{\"a\":[null]}}",
                "{\"properties\":{\"desired\":3}}",
                "{\"tags\":{\"good\":1},\"properties\":{\"desired\":{\"a b\":1}}}",
                "{\"tags\":{\"a b\":1},\"properties\":{\"desired\":{\"good\":1}}}"
            })
    void tags_and_properties_that_no_twin_can_hold_are_refused_and_nothing_changes(String body) throws Exception {
        String before = hub.twin("porch").toString();
        for (String method : new String[] {"PATCH", "PUT"}) {
            assertThat(service.send(method, "/twins/porch", body).errorCode()).isEqualTo("ArgumentInvalid");
        }
        assertThat(hub.twin("porch")).hasToString(before);
    }

    @Test
    void a_manifest_is_applied_whole_or_not_at_all() throws Exception {
        String path = "/devices/porch/applyConfigurationContent";
        String manifest =
                "{\"modulesContent\":{\"$edgeAgent\":{\"properties.desired\":{\"a\":1}},\"led\":%s,\"Module\":{}}}";
        assertThat(service.send("POST", path, manifest.formatted("{\"properties.desired\":{\"a b\":1}}"))
                        .status())
                .isEqualTo(400);
        assertThat(service.send("POST", path, manifest.replace("Module", "a/b").formatted("{}"))
                        .status())
                .isEqualTo(400);
        assertThat(hub.modules("porch")).containsExactly("$edgeAgent", "$edgeHub");
        assertThat(hub.twin("porch", "$edgeAgent")
                        .at("/properties/desired/$version")
                        .asInt())
                .isEqualTo(1);
        assertThat(service.send("POST", path, manifest.formatted("{}")).status())
                .isEqualTo(204);
        assertThat(hub.modules("porch")).containsExactly("$edgeAgent", "$edgeHub", "Module", "led");
        assertThat(hub.twin("porch", "Module")
                        .at("/properties/desired/$version")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void the_model_that_a_client_announces_is_in_its_twin() throws Exception {
        MqttPeer peer = MqttPeer.of(hub, PORCH, MqttPeer.token(hub, porch, HOUR));
        peer.options()
                .setUserName(
                        hub.hostName() + "/porch/?api-version=2021-04-12&model-id=dtmi%3Acom%3Aexample%3APorch%3B1");
        peer.connect().close();
        assertThat(hub.twin("porch").path("modelId").asText()).isEqualTo("dtmi:com:example:Porch;1");
        hub.close();
        hub = TestHub.start(state);
        assertThat(hub.twin("porch").path("modelId").asText()).isEqualTo("dtmi:com:example:Porch;1");
    }

    @Test
    void the_puback_of_a_twin_request_comes_before_its_answer() throws Exception {
        try (RawMqtt peer = RawMqtt.connect(hub, PORCH, MqttPeer.token(hub, porch, HOUR), 60)) {
            assertThat(peer.connAck()).isZero();
            peer.subscribe("$iothub/twin/res/#");
            assertThat(peer.nextType()).isEqualTo(RawMqtt.SUBACK);
            peer.publish("$iothub/twin/GET/?$rid=1", "");
            assertThat(peer.nextType()).isEqualTo(RawMqtt.PUBACK);
            assertThat(peer.nextType()).isEqualTo(RawMqtt.PUBLISH);
            peer.publish("$iothub/twin/PATCH/properties/reported/?$rid=2", "{\"a\":1}");
            assertThat(peer.nextType()).isEqualTo(RawMqtt.PUBACK);
            assertThat(peer.nextType()).isEqualTo(RawMqtt.PUBLISH);
        }
    }

    @Test
    void mqtt_5_is_refused_with_its_own_code() throws Exception {
        try (RawMqtt peer = RawMqtt.connect5(hub, PORCH, MqttPeer.token(hub, porch, HOUR))) {
            assertThat(peer.connAck()).isEqualTo((byte) 0x84);
            peer.awaitEnd();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/twins/nobody/methods, 404, 404001",
        "/twins/nobody/modules/led/methods, 404, 404001",
        "/twins/porch/modules/led/methods, 404, 404010",
        "/twins/porch/methods, 404, 404103",
        "/twins/porch/modules/$edgeAgent/methods, 404, 404103"
    })
    void a_method_that_reaches_nobody_says_why_in_a_number(String path, int status, int code) throws Exception {
        RestClient.Answer answer = service.send("POST", path, "{\"methodName\":\"ping\"}");
        assertThat(answer.status()).isEqualTo(status);
        assertThat(inner(answer).path("errorCode").asInt()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"responseTimeoutInSeconds\":4",
                "\"responseTimeoutInSeconds\":301",
                "\"responseTimeoutInSeconds\":\"5\"",
                "\"responseTimeoutInSeconds\":5.5",
                "\"connectTimeoutInSeconds\":-1",
                "\"connectTimeoutInSeconds\":301",
                "\"connectTimeoutInSeconds\":true"
            })
    void a_timeout_beyond_the_limits_is_refused(String field) throws Exception {
        RestClient.Answer answer =
                service.send("POST", "/twins/porch/methods", "{\"methodName\":\"ping\"," + field + "}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(inner(answer).path("errorCode").asInt()).isEqualTo(400004);
    }

    private RestClient.Answer patch(String body) throws Exception {
        return service.send("PATCH", "/twins/porch", body);
    }

    private static JsonNode inner(RestClient.Answer answer) throws Exception {
        return HubJson.parse(answer.json().path("Message").asText().getBytes(StandardCharsets.UTF_8));
    }
}
