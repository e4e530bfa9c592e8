package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.simulator.hub.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The device API of the provisioning service, without an SDK in between. */
@Timeout(60)
class ProvisioningRulesTest {
    private static final IdentityName PORCH = IdentityName.device("porch");

    @TempDir
    private Path state;

    private Simulator hub;

    @BeforeEach
    void start() throws Exception {
        hub = TestHub.start(state);
    }

    @AfterEach
    void stop() throws Exception {
        hub.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2019-03-31", "2021-06-01"})
    void an_individual_key_registers_an_edge_device_that_then_connects(String version) throws Exception {
        String key = individual("porch", Json.object().put("iotEdge", true).put("deviceId", "house"));
        RestClient device = client("porch", key);
        RestClient.Answer pending = device.sendRaw(
                "PUT",
                path("porch/register?api-version=" + version),
                "{\"registrationId\":\"porch\",\"payload\":{\"a\":1}}");
        assertThat(pending.status()).isEqualTo(202);
        assertThat(pending.response().headers().firstValue("Retry-After")).contains("1");
        assertThat(pending.json().path("status").asText()).isEqualTo("assigning");
        String operation = pending.json().path("operationId").asText();
        RestClient.Answer done =
                device.sendRaw("GET", path("porch/operations/" + operation + "?api-version=" + version), "");
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.json().path("status").asText()).isEqualTo("assigned");
        JsonNode registered = done.json().path("registrationState");
        assertThat(registered.path("assignedHub").asText()).isEqualTo(hub.hostName());
        assertThat(registered.path("deviceId").asText()).isEqualTo("house");
        assertThat(hub.dps().toJson().at("/registrations/0/payload/a").asInt()).isEqualTo(1);
        assertThat(hub.modules("house")).containsExactly("$edgeAgent", "$edgeHub");
        MqttPeer.connect(hub, connectionString("house", key)).close();
    }

    @Test
    void devices_of_a_group_have_keys_derived_from_the_groups() throws Exception {
        String groupKey = individual("boards", Json.object().put("group", true));
        String own = hub.dps().deviceKey("boards", "porch");
        assertThat(own)
                .isEqualTo(SharedKey.of(SharedKey.fromBase64(groupKey).sign("porch"))
                        .toBase64());
        assertThat(register("porch", own)
                        .path("registrationState")
                        .at("/symmetricKey/enrollmentGroupId")
                        .asText())
                .isEqualTo("boards");
        MqttPeer.connect(hub, connectionString("porch", own)).close();
        assertRefused(client("cellar", own), "cellar");
        assertRefused(client("cellar", groupKey), "cellar");
    }

    @Test
    void wrong_keys_expired_tokens_and_unknown_devices_are_unauthorized_alike() throws Exception {
        String key = individual("porch", Json.object());
        String other = individual("cellar", Json.object());
        assertRefused(client("porch", other), "porch");
        assertRefused(client("nobody", key), "nobody");
        assertRefused(client("porch", key), "cellar");
        assertRefused(new RestClient(hub, token("porch", key, Duration.ofMinutes(-1))), "porch");
        assertRefused(new RestClient(hub, hub.serviceToken(Duration.ofHours(1))), "porch");
        assertThat(client("porch", key)
                        .send("PUT", "/0ne00000000/registrations/porch/register", "{}")
                        .status())
                .isEqualTo(404);
        assertThat(client("porch", key)
                        .sendRaw("PUT", path("porch/register"), "{}")
                        .status())
                .isEqualTo(400);
        assertThat(client("porch", key)
                        .send("PUT", path("porch/register"), "{\"tpm\":{}}")
                        .status())
                .isEqualTo(400);
        assertThat(client("porch", key)
                        .send("GET", path("porch/operations/4.x"), "")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void certificates_register_by_themselves_or_by_the_cas_of_a_group() throws Exception {
        TestCertificate own = TestCertificate.selfSigned("porch");
        TestCertificate ca = TestCertificate.ca("factory");
        enrollX509("porch", own, false);
        enrollX509("boards", ca, true);
        assertThat(register(RestClient.of(hub, own), "porch").path("status").asText())
                .isEqualTo("assigned");
        TestCertificate cellar = ca.signsCa("line").signs("cellar");
        assertThat(register(RestClient.of(hub, cellar), "cellar")
                        .at("/registrationState/x509/enrollmentGroupId")
                        .asText())
                .isEqualTo("boards");
        MqttPeer.of(hub, PORCH, own).connect().close();
        MqttPeer.of(hub, IdentityName.device("cellar"), cellar).connect().close();
        assertRefused(RestClient.of(hub, TestCertificate.selfSigned("porch")), "porch");
        assertRefused(RestClient.of(hub, cellar), "attic");
        enrollX509("attic", own, false);
        assertRefused(RestClient.of(hub, own), "attic");
        hub.dps().remove("attic");
        assertRefused(RestClient.of(hub, TestCertificate.ca("factory").signs("attic")), "attic");
    }

    @Test
    void a_certificate_renewed_under_the_groups_ca_replaces_the_old_one() throws Exception {
        TestCertificate ca = TestCertificate.ca("factory");
        enrollX509("boards", ca, true);
        register(RestClient.of(hub, ca.signs("porch")), "porch");
        TestCertificate renewed = ca.signs("porch");
        register(RestClient.of(hub, renewed), "porch");
        MqttPeer.of(hub, PORCH, renewed).connect().close();
    }

    @Test
    void registering_again_keeps_the_device_unless_the_enrollment_says_otherwise() throws Exception {
        String key = individual("porch", Json.object());
        JsonNode first = register("porch", key).path("registrationState");
        hub.updateDesired(PORCH, Json.object().put("color", "red"));
        String generation = generation();
        try (MqttPeer peer = MqttPeer.connect(hub, connectionString("porch", key))) {
            JsonNode second = register("porch", key).path("registrationState");
            assertThat(second.path("deviceId")).isEqualTo(first.path("deviceId"));
            assertThat(second.path("createdDateTimeUtc")).isEqualTo(first.path("createdDateTimeUtc"));
            assertThat(peer.lost()).isNotDone();
        }
        assertThat(generation()).isEqualTo(generation);
        restart();
        assertThat(client("porch", key)
                        .send("POST", path("porch"), "{}")
                        .json()
                        .path("status")
                        .asText())
                .isEqualTo("assigned");
        hub.identities().delete(PORCH);
        register("porch", key);
        assertThat(generation()).isGreaterThan(generation);
    }

    @Test
    void a_reset_makes_the_device_anew_and_never_does_not_even_look() throws Exception {
        ObjectNode request = Json.object().put("reprovision", "reset");
        String key = individual("porch", request);
        register("porch", key);
        String generation = generation();
        hub.updateDesired(PORCH, Json.object().put("color", "red"));
        register("porch", key);
        assertThat(generation()).isGreaterThan(generation);
        assertThat(hub.twin("porch").at("/properties/desired/color").isMissingNode())
                .isTrue();
        request.put("reprovision", "never").putObject("attestation").put("primaryKey", key);
        hub.dps().enroll("porch", request);
        hub.identities().delete(PORCH);
        assertThat(register("porch", key).path("status").asText()).isEqualTo("assigned");
        assertThatThrownBy(() -> hub.identity(PORCH)).isInstanceOf(HubException.class);
    }

    @Test
    void a_disabled_enrollment_and_one_that_is_removed_assign_nothing() throws Exception {
        String key = individual("porch", Json.object().put("enabled", false));
        assertThat(register("porch", key).path("status").asText()).isEqualTo("disabled");
        assertThatThrownBy(() -> hub.identity(PORCH)).isInstanceOf(HubException.class);
        hub.dps().remove("porch");
        assertRefused(client("porch", key), "porch");
    }

    @Test
    void faults_can_be_asked_for() throws Exception {
        String key = individual("porch", Json.object());
        for (String status : List.of("failed", "disabled", "unassigned", "assigning")) {
            hub.faults(Json.object().put("provisioning", status));
            assertThat(register("porch", key).path("status").asText()).isEqualTo(status);
        }
        hub.faults(Json.object().put("provisioning", "failed"));
        JsonNode failed = register("porch", key).path("registrationState");
        assertThat(failed.path("errorCode").asInt()).isEqualTo(400207);
        assertThat(failed.path("errorMessage").asText()).isNotEmpty();
        assertThat(failed.has("assignedHub")).isFalse();
        hub.faults(Json.object().put("provisioning", "throttled"));
        RestClient.Answer throttled = client("porch", key).send("PUT", path("porch/register"), "{}");
        assertThat(throttled.status()).isEqualTo(429);
        assertThat(throttled.response().headers().firstValue("Retry-After")).contains("1");
        assertThat(throttled.json().path("errorCode").asInt()).isEqualTo(429001);
        hub.faults(Json.object().put("provisioning", "unauthorized"));
        assertRefused(client("porch", key), "porch");
        hub.resetFaults();
        assertThat(register("porch", key).path("status").asText()).isEqualTo("assigned");
        assertThatThrownBy(() -> hub.faults(Json.object().put("provisioning", "nonsense")))
                .hasMessageContaining("unassigned");
    }

    @Test
    void a_registration_may_take_a_few_polls() throws Exception {
        String key = individual("porch", Json.object());
        hub.faults(Json.object().put("assigningPolls", 2));
        RestClient device = client("porch", key);
        JsonNode pending = device.send("PUT", path("porch/register"), "{}").json();
        String operation =
                path("porch/operations/" + pending.path("operationId").asText());
        for (int poll = 0; poll < 2; poll++) {
            RestClient.Answer answer = device.send("GET", operation, "");
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.response().headers().firstValue("Retry-After")).contains("1");
            assertThat(answer.json().path("status").asText()).isEqualTo("assigning");
        }
        assertThat(device.send("GET", operation, "").json().path("status").asText())
                .isEqualTo("assigned");
    }

    @Test
    void the_scope_id_outlives_a_restart_and_malformed_enrollments_are_refused() throws Exception {
        String scope = hub.dps().idScope();
        restart();
        assertThat(hub.dps().idScope()).isEqualTo(scope).matches("0ne[0-9A-F]{8}");
        RestClient service = new RestClient(hub, hub.serviceToken(Duration.ofHours(1)));
        for (String body : List.of(
                "{\"attestation\":{\"type\":\"tpm\"}}",
                "{\"attestation\":{\"type\":\"x509\"}}",
                "{\"attestation\":{\"primaryKey\":\"no base64\"}}",
                "{\"group\":true,\"deviceId\":\"porch\"}",
                "{\"reprovision\":\"perhaps\"}")) {
            assertThat(service.sendRaw("PUT", "/_sim/enrollments/porch", body).status())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(service.sendRaw("DELETE", "/_sim/enrollments/porch", "").status())
                .isEqualTo(404);
    }

    /** Returns its key. */
    private String individual(String id, ObjectNode request) {
        return hub.dps().enroll(id, request).at("/attestation/primaryKey").asText();
    }

    private void enrollX509(String id, TestCertificate certificate, boolean group) {
        ObjectNode request = Json.object().put("group", group);
        request.putObject("attestation")
                .put("type", "x509")
                .putArray("certificates")
                .add(certificate.pem());
        hub.dps().enroll(id, request);
    }

    private JsonNode register(String id, String key) throws Exception {
        return register(client(id, key), id);
    }

    /** Registers and asks once what has become of it. */
    private JsonNode register(RestClient device, String id) throws Exception {
        RestClient.Answer pending = device.send("PUT", path(id + "/register"), "{}");
        assertThat(pending.status()).isEqualTo(202);
        String operation = pending.json().path("operationId").asText();
        return device.send("GET", path(id + "/operations/" + operation), "").json();
    }

    private void assertRefused(RestClient device, String id) throws Exception {
        RestClient.Answer answer = device.send("PUT", path(id + "/register"), "{}");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().path("errorCode").asInt()).isEqualTo(401002);
        assertThat(answer.json().path("message").asText()).isEqualTo("Unauthorized");
    }

    private RestClient client(String id, String key) {
        return new RestClient(hub, token(id, key, Duration.ofMinutes(1)));
    }

    private String token(String id, String key, Duration lifetime) {
        return SasToken.sign(
                        hub.dps().idScope() + "/registrations/" + id,
                        SharedKey.fromBase64(key),
                        Instant.now().plus(lifetime),
                        Optional.of("registration"))
                .toText();
    }

    private String path(String rest) {
        return "/" + hub.dps().idScope() + "/registrations/" + rest;
    }

    private String connectionString(String device, String key) {
        return "HostName=" + hub.hostName() + ";DeviceId=" + device + ";SharedAccessKey=" + key;
    }

    private String generation() {
        return hub.identity(PORCH).path("generationId").asText();
    }

    private void restart() throws Exception {
        hub.close();
        hub = TestHub.start(state);
    }
}
