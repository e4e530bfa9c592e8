package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.IdentityName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of registrations and enrollments in the course of time. */
@Timeout(60)
class RegisteringAgainTest {
    private static final IdentityName PORCH = IdentityName.device("porch");

    @TempDir
    private Path state;

    private Simulator hub;
    private DpsPeer dps;

    @BeforeEach
    void start() throws Exception {
        hub = TestHub.start(state);
        dps = new DpsPeer(hub);
    }

    @AfterEach
    void stop() throws Exception {
        hub.close();
    }

    @Test
    void registering_again_keeps_the_device_unless_the_enrollment_says_otherwise() throws Exception {
        String key = dps.individual("porch", HubJson.object());
        JsonNode first = dps.register("porch", key).path("registrationState");
        hub.updateDesired(PORCH, HubJson.object().put("color", "red"));
        String generation = generation();
        try (MqttPeer peer = MqttPeer.connect(hub, dps.connectionString("porch", key))) {
            JsonNode second = dps.register("porch", key).path("registrationState");
            assertThat(second.path("deviceId")).isEqualTo(first.path("deviceId"));
            assertThat(second.path("createdDateTimeUtc")).isEqualTo(first.path("createdDateTimeUtc"));
            assertThat(peer.lost()).isNotDone();
        }
        assertThat(generation()).isEqualTo(generation);
        restart();
        assertThat(dps.client("porch", key)
                        .send("POST", dps.path("porch"), "{}")
                        .json()
                        .path("status")
                        .asText())
                .isEqualTo("assigned");
        hub.identities().delete(PORCH);
        dps.register("porch", key);
        assertThat(generation()).isGreaterThan(generation);
    }

    @Test
    void a_reset_makes_the_device_anew_and_never_does_not_even_look() throws Exception {
        ObjectNode request = HubJson.object().put("reprovision", "reset");
        String key = dps.individual("porch", request);
        dps.register("porch", key);
        String generation = generation();
        hub.updateDesired(PORCH, HubJson.object().put("color", "red"));
        dps.register("porch", key);
        assertThat(generation()).isGreaterThan(generation);
        assertThat(hub.twin("porch").at("/properties/desired/color").isMissingNode())
                .isTrue();
        request.put("reprovision", "never").putObject("attestation").put("primaryKey", key);
        hub.dps().enroll("porch", request);
        hub.identities().delete(PORCH);
        assertThat(dps.register("porch", key).path("status").asText()).isEqualTo("assigned");
        assertThatThrownBy(() -> hub.identity(PORCH)).isInstanceOf(HubException.class);
    }

    @Test
    void a_disabled_enrollment_and_one_that_is_removed_assign_nothing() throws Exception {
        String key = dps.individual("porch", HubJson.object().put("enabled", false));
        assertThat(dps.register("porch", key).path("status").asText()).isEqualTo("disabled");
        assertThatThrownBy(() -> hub.identity(PORCH)).isInstanceOf(HubException.class);
        hub.dps().remove("porch");
        dps.assertRefused(dps.client("porch", key), "porch");
    }

    @Test
    void faults_can_be_asked_for() throws Exception {
        String key = dps.individual("porch", HubJson.object());
        for (String status : List.of("failed", "disabled", "unassigned", "assigning")) {
            hub.faults(HubJson.object().put("provisioning", status));
            assertThat(dps.register("porch", key).path("status").asText()).isEqualTo(status);
        }
        hub.faults(HubJson.object().put("provisioning", "failed"));
        JsonNode failed = dps.register("porch", key).path("registrationState");
        assertThat(failed.path("errorCode").asInt()).isEqualTo(400207);
        assertThat(failed.path("errorMessage").asText()).isNotEmpty();
        assertThat(failed.has("assignedHub")).isFalse();
        hub.faults(HubJson.object().put("provisioning", "throttled"));
        RestClient.Answer throttled = dps.client("porch", key).send("PUT", dps.path("porch/register"), "{}");
        assertThat(throttled.status()).isEqualTo(429);
        assertThat(throttled.response().headers().firstValue("Retry-After")).contains("1");
        assertThat(throttled.json().path("errorCode").asInt()).isEqualTo(429001);
        hub.faults(HubJson.object().put("provisioning", "unauthorized"));
        dps.assertRefused(dps.client("porch", key), "porch");
        hub.resetFaults();
        assertThat(dps.register("porch", key).path("status").asText()).isEqualTo("assigned");
        assertThatThrownBy(() -> hub.faults(HubJson.object().put("provisioning", "nonsense")))
                .hasMessageContaining("unassigned");
    }

    @Test
    void a_registration_may_take_a_few_polls() throws Exception {
        String key = dps.individual("porch", HubJson.object());
        hub.faults(HubJson.object().put("assigningPolls", 2));
        RestClient device = dps.client("porch", key);
        JsonNode pending = device.send("PUT", dps.path("porch/register"), "{}").json();
        String operation =
                dps.path("porch/operations/" + pending.path("operationId").asText());
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

    private String generation() {
        return hub.identity(PORCH).path("generationId").asText();
    }

    private void restart() throws Exception {
        hub.close();
        start();
    }
}
