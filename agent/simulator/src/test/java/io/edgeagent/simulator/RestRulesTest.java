package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.IdentityName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rights, preconditions and error bodies, without an SDK in between. */
@Timeout(60)
class RestRulesTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String AGENT = "/devices/porch/modules/%24edgeAgent";

    @TempDir
    private Path state;

    private Simulator hub;
    private String porch;
    private RestClient service;
    private RestClient device;

    @BeforeEach
    void start() throws Exception {
        hub = TestHub.start(state);
        porch = hub.createEdgeDevice("porch");
        service = new RestClient(hub, hub.serviceToken(HOUR));
        device = new RestClient(hub, MqttPeer.token(hub, porch, HOUR));
    }

    @AfterEach
    void stop() throws Exception {
        hub.close();
    }

    @Test
    void an_edge_device_gives_its_modules_keys_with_its_own_token() throws Exception {
        JsonNode agent = device.send("GET", AGENT, "").json();
        assertThat(agent.at("/authentication/type").asText()).isEqualTo("none");
        assertThat(agent.path("managedBy").asText()).isEqualTo("iotEdge");
        String key = SharedKey.of("a secret of 16 or more bytes".getBytes(StandardCharsets.UTF_8))
                .toBase64();
        String body =
                "{\"moduleId\":\"$edgeAgent\",\"deviceId\":\"porch\",\"authentication\":{\"type\":\"sas\",\"symmetricKey\":"
                        + "{\"primaryKey\":\"" + key + "\",\"secondaryKey\":\"" + key + "\"}}}";
        JsonNode changed = device.send("PUT", AGENT, body, "If-Match", "*").json();
        assertThat(changed.at("/authentication/symmetricKey/primaryKey").asText())
                .isEqualTo(key);
        assertThat(changed.path("generationId")).isEqualTo(agent.path("generationId"));
        String connectionString =
                "HostName=" + hub.hostName() + ";DeviceId=porch;ModuleId=$edgeAgent;SharedAccessKey=" + key;
        try (MqttPeer peer = MqttPeer.connect(hub, connectionString)) {
            assertThat(peer.subscribe("$iothub/twin/res/#")).isEqualTo(1);
            assertThat(hub.isConnected(IdentityName.module("porch", "$edgeAgent")))
                    .isTrue();
        }
        assertThat(device.send("PUT", "/devices/porch/modules/led", "{\"moduleId\":\"led\",\"deviceId\":\"porch\"}")
                        .json()
                        .at("/authentication/symmetricKey/primaryKey")
                        .asText())
                .hasSizeGreaterThan(20);
        assertThat(device.send("GET", "/devices/porch/modules", "").json()).hasSize(3);
        assertThat(device.send("DELETE", "/devices/porch/modules/led", "", "If-Match", "*")
                        .status())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /devices",
                "GET /devices/porch",
                "GET /devices/cellar/modules",
                "DELETE /devices/porch",
                "GET /twins/porch",
                "POST /twins/porch/methods",
                "POST /devices/porch/applyConfigurationContent",
                "GET /_sim/events",
                "GET /statistics/devices"
            })
    void a_devices_token_is_good_for_nothing_else(String request) throws Exception {
        hub.createEdgeDevice("cellar");
        String[] parts = request.split(" ", -1);
        RestClient.Answer answer = device.send(parts[0], parts[1], "{}");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.errorCode()).isEqualTo("IotHubUnauthorizedAccess");
        assertThat(answer.json().path("Message").asText()).startsWith("ErrorCode:IotHubUnauthorizedAccess;");
        assertThat(answer.json().path("ExceptionMessage").asText()).startsWith("Tracking ID:");
    }

    @Test
    void tokens_that_are_missing_expired_or_of_a_module_are_refused() throws Exception {
        String led = hub.createModule("porch", "led");
        for (String token : List.of(
                "none",
                hub.serviceToken(HOUR.negated()),
                MqttPeer.token(hub, porch, HOUR.negated()),
                MqttPeer.token(hub, led, HOUR),
                MqttPeer.token(led, "127.0.0.1/devices/porch", HOUR))) {
            assertThat(new RestClient(hub, token).send("GET", AGENT, "").status())
                    .isEqualTo(401);
        }
    }

    @Test
    void registering_twice_is_a_conflict_and_changing_needs_the_right_etag() throws Exception {
        RestClient.Answer conflict = service.send("PUT", "/devices/porch", "{\"deviceId\":\"porch\"}");
        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict.errorCode()).isEqualTo("DeviceAlreadyExists");
        assertThat(service.send("PUT", AGENT, "{}").errorCode()).isEqualTo("ModuleAlreadyExistsOnDevice");
        String etag =
                service.send("GET", "/devices/porch", "").json().path("etag").asText();
        assertThat(service.send("PUT", "/devices/porch", "{}", "If-Match", "\"x\"")
                        .status())
                .isEqualTo(412);
        assertThat(service.send("PUT", "/devices/porch", "{}", "If-Match", "W/\"" + etag + "\"")
                        .status())
                .isEqualTo(200);
        assertThat(service.send("PUT", "/devices/nobody", "{}", "If-Match", "\"*\"")
                        .errorCode())
                .isEqualTo("DeviceNotFound");
        assertThat(service.send("GET", "/devices/porch/modules/led", "").errorCode())
                .isEqualTo("ModuleNotFound");
        assertThat(service.send("PUT", "/devices/one", "{\"deviceId\":\"other\"}")
                        .status())
                .isEqualTo(400);
        assertThat(service.send("PUT", "/devices/a%20b", "{}").status()).isEqualTo(400);
    }

    @Test
    void disabling_a_device_ends_its_connections_and_refuses_new_ones() throws Exception {
        String led = hub.createModule("porch", "led");
        try (MqttPeer first = MqttPeer.connect(hub, porch);
                MqttPeer second = MqttPeer.connect(hub, led)) {
            service.send("PUT", "/devices/porch", "{\"status\":\"Disabled\"}", "If-Match", "*");
            assertThat(first.lost()).succeedsWithin(10, TimeUnit.SECONDS);
            assertThat(second.lost()).succeedsWithin(10, TimeUnit.SECONDS);
        }
        assertThat(device.send("GET", AGENT, "").status()).isEqualTo(401);
        assertThat(service.send("GET", "/statistics/devices", "").text())
                .isEqualTo("{\"totalDeviceCount\":1,\"enabledDeviceCount\":0,\"disabledDeviceCount\":1}");
    }

    @Test
    void a_patch_may_come_as_a_post_and_nulls_around_it_mean_nothing() throws Exception {
        String body =
                "{\"deviceId\":null,\"tags\":{},\"properties\":{\"desired\":{\"a\":{\"b\":1}},\"reported\":null}}";
        JsonNode twin = service.send(
                        "POST", "/twins/porch", body, "X-HTTP-Method-Override", "PATCH", "If-Match", "\"*\"")
                .json();
        assertThat(twin.at("/properties/desired/a/b").asInt()).isEqualTo(1);
        assertThat(twin.at("/properties/desired/$metadata/a/b/$lastUpdatedVersion")
                        .asInt())
                .isEqualTo(2);
        assertThat(service.send("PATCH", "/twins/porch", body, "If-Match", "AAAAAAAAAAE=")
                        .errorCode())
                .isEqualTo("PreconditionFailed");
        assertThat(service.send("PATCH", "/twins/porch", "{\"properties\":{\"desired\":{\"a\":null}}}")
                        .json()
                        .at("/properties/desired/a")
                        .isMissingNode())
                .isTrue();
    }

    @Test
    void manifests_are_for_edge_devices_and_need_modules_content() throws Exception {
        hub.createDevice("cellar");
        String manifest = "{\"modulesContent\":{\"$edgeAgent\":{\"properties.desired\":{}}}}";
        assertThat(service.send("POST", "/devices/cellar/applyConfigurationContent", manifest)
                        .status())
                .isEqualTo(400);
        assertThat(service.send("POST", "/devices/porch/applyConfigurationContent", "{}")
                        .json()
                        .path("Message")
                        .asText())
                .contains("modulesContent");
        assertThat(service.send("POST", "/devices/porch/applyConfigurationContent", manifest)
                        .status())
                .isEqualTo(204);
    }

    @Test
    void a_method_of_somebody_who_is_away_names_the_reason_inside_the_message() throws Exception {
        RestClient.Answer answer =
                service.sendRaw("POST", "/twins/porch/modules/$edgeAgent/methods", "{\"methodName\":\"ping\"}");
        assertThat(answer.status()).isEqualTo(404);
        JsonNode inner = HubJson.parse(answer.json().path("Message").asText().getBytes(StandardCharsets.UTF_8));
        assertThat(inner.path("errorCode").asInt()).isEqualTo(404103);
        assertThat(inner.path("message").asText()).isEqualTo("Timed out waiting for device to connect.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a?b", "a/b", "a b", "a#", "+", "a$", "a=b", "ü", "a\\tb"})
    void a_method_name_that_no_topic_can_carry_is_refused_at_once(String name) throws Exception {
        RestClient.Answer answer =
                service.sendRaw("POST", "/twins/porch/modules/$edgeAgent/methods", "{\"methodName\":\"" + name + "\"}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errorCode()).isEqualTo("ArgumentInvalid");
    }

    @Test
    void requests_that_make_no_sense_are_answered_in_the_same_form() throws Exception {
        assertThat(service.sendRaw("GET", "/devices", "").status()).isEqualTo(400);
        assertThat(service.send("GET", "/nothing", "").status()).isEqualTo(404);
        assertThat(service.send("PATCH", "/devices/porch", "").status()).isEqualTo(405);
        assertThat(service.send("PUT", "/devices/x", "{\"a\":1,\"a\":2}").status())
                .isEqualTo(400);
        assertThat(service.send("POST", "/devices/query", "{\"query\":\"SELECT COUNT() FROM devices\"}")
                        .errorCode())
                .isEqualTo("ArgumentInvalid");
        assertThat(service.send("GET", "/devices/?top=1", "").json()).hasSize(1);
    }

    @Test
    void events_faults_and_connections_are_driven_over_rest() throws Exception {
        try (MqttPeer peer = MqttPeer.connect(hub, porch)) {
            peer.publish("devices/porch/messages/events/a=1", "{\"t\":1}", 1, false);
            peer.publish("devices/porch/messages/events/", "text", 1, false);
            List<String> lines = service.sendRaw("GET", "/_sim/events?since=0", "")
                    .text()
                    .lines()
                    .toList();
            assertThat(lines).hasSize(2);
            assertThat(lines.get(0)).contains("\"sequence\":1", "\"body\":{\"t\":1}", "\"properties\":{\"a\":\"1\"}");
            assertThat(lines.get(1)).contains("\"body\":\"text\"");
            assertThat(service.sendRaw("GET", "/_sim/events?since=1", "").text().lines())
                    .hasSize(1);
            assertThat(service.sendRaw("POST", "/_sim/disconnect/porch", "").text())
                    .isEqualTo("{\"disconnected\":true}");
            assertThat(peer.lost()).succeedsWithin(10, TimeUnit.SECONDS);
        }
        service.sendRaw("POST", "/_sim/faults", "{\"throttle\":true,\"loseTwinResponses\":2}");
        RestClient.Answer throttled = service.send("GET", "/devices", "");
        assertThat(throttled.status()).isEqualTo(429);
        assertThat(throttled.errorCode()).isEqualTo("ThrottlingException");
        assertThat(service.sendRaw("POST", "/_sim/faults", "{\"reset\":true}").text())
                .isEqualTo(
                        "{\"throttle\":false,\"quotaExceeded\":false,\"delayAcknowledgementsMillis\":0,\"loseAcknowledgements\":0,\"refuseConnections\":false,\"loseTwinResponses\":0,\"twinPadding\":0,\"assigningPolls\":0,\"failBlobRequests\":0,\"loseBlobAnswers\":0,\"provisioning\":\"normal\"}");
        assertThat(service.sendRaw("POST", "/_sim/c2d/porch", "{\"body\":\"hello\"}")
                        .status())
                .isEqualTo(200);
        assertThat(service.send("DELETE", "/devices/porch/commands", "")
                        .json()
                        .path("totalMessagesPurged")
                        .asInt())
                .isEqualTo(1);
    }
}
