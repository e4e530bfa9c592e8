package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.IdentityName;
import java.nio.file.Path;
import java.time.Duration;
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

    @ParameterizedTest
    @ValueSource(strings = {"2019-03-31", "2021-06-01"})
    void an_individual_key_registers_an_edge_device_that_then_connects(String version) throws Exception {
        String key =
                dps.individual("porch", HubJson.object().put("iotEdge", true).put("deviceId", "house"));
        RestClient device = dps.client("porch", key);
        RestClient.Answer pending = device.sendRaw(
                "PUT",
                dps.path("porch/register?api-version=" + version),
                "{\"registrationId\":\"porch\",\"payload\":{\"a\":1}}");
        assertThat(pending.status()).isEqualTo(202);
        assertThat(pending.response().headers().firstValue("Retry-After")).contains("1");
        assertThat(pending.json().path("status").asText()).isEqualTo("assigning");
        String operation = pending.json().path("operationId").asText();
        RestClient.Answer done =
                device.sendRaw("GET", dps.path("porch/operations/" + operation + "?api-version=" + version), "");
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.json().path("status").asText()).isEqualTo("assigned");
        JsonNode registered = done.json().path("registrationState");
        assertThat(registered.path("assignedHub").asText()).isEqualTo(hub.hostName());
        assertThat(registered.path("deviceId").asText()).isEqualTo("house");
        assertThat(hub.dps().toJson().at("/registrations/0/payload/a").asInt()).isEqualTo(1);
        assertThat(hub.modules("house")).containsExactly("$edgeAgent", "$edgeHub");
        MqttPeer.connect(hub, dps.connectionString("house", key)).close();
    }

    @Test
    void devices_of_a_group_have_keys_derived_from_the_groups() throws Exception {
        String groupKey = dps.individual("boards", HubJson.object().put("group", true));
        String own = hub.dps().deviceKey("boards", "porch");
        assertThat(own)
                .isEqualTo(SharedKey.of(SharedKey.fromBase64(groupKey).sign("porch"))
                        .toBase64());
        assertThat(dps.register("porch", own)
                        .path("registrationState")
                        .at("/symmetricKey/enrollmentGroupId")
                        .asText())
                .isEqualTo("boards");
        MqttPeer.connect(hub, dps.connectionString("porch", own)).close();
        dps.assertRefused(dps.client("cellar", own), "cellar");
        dps.assertRefused(dps.client("cellar", groupKey), "cellar");
    }

    @Test
    void wrong_keys_expired_tokens_and_unknown_devices_are_unauthorized_alike() throws Exception {
        String key = dps.individual("porch", HubJson.object());
        String other = dps.individual("cellar", HubJson.object());
        dps.assertRefused(dps.client("porch", other), "porch");
        dps.assertRefused(dps.client("nobody", key), "nobody");
        dps.assertRefused(dps.client("porch", key), "cellar");
        dps.assertRefused(new RestClient(hub, dps.token("porch", key, Duration.ofMinutes(-1))), "porch");
        dps.assertRefused(new RestClient(hub, hub.serviceToken(Duration.ofHours(1))), "porch");
        assertThat(dps.client("porch", key)
                        .send("PUT", "/0ne00000000/registrations/porch/register", "{}")
                        .status())
                .isEqualTo(404);
        assertThat(dps.client("porch", key)
                        .sendRaw("PUT", dps.path("porch/register"), "{}")
                        .status())
                .isEqualTo(400);
        assertThat(dps.client("porch", key)
                        .send("PUT", dps.path("porch/register"), "{\"tpm\":{}}")
                        .status())
                .isEqualTo(400);
        assertThat(dps.client("porch", key)
                        .send("GET", dps.path("porch/operations/4.x"), "")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void certificates_register_by_themselves_or_by_the_cas_of_a_group() throws Exception {
        TestCertificate own = TestCertificate.selfSigned("porch");
        TestCertificate ca = TestCertificate.ca("factory");
        dps.enrollX509("porch", own, false);
        dps.enrollX509("boards", ca, true);
        assertThat(dps.register(RestClient.of(hub, own), "porch").path("status").asText())
                .isEqualTo("assigned");
        TestCertificate cellar = ca.signsCa("line").signs("cellar");
        assertThat(dps.register(RestClient.of(hub, cellar), "cellar")
                        .at("/registrationState/x509/enrollmentGroupId")
                        .asText())
                .isEqualTo("boards");
        MqttPeer.of(hub, PORCH, own).connect().close();
        MqttPeer.of(hub, IdentityName.device("cellar"), cellar).connect().close();
        dps.assertRefused(RestClient.of(hub, TestCertificate.selfSigned("porch")), "porch");
        dps.assertRefused(RestClient.of(hub, cellar), "attic");
        dps.enrollX509("attic", own, false);
        dps.assertRefused(RestClient.of(hub, own), "attic");
        hub.dps().remove("attic");
        dps.assertRefused(RestClient.of(hub, TestCertificate.ca("factory").signs("attic")), "attic");
    }

    @Test
    void a_certificate_renewed_under_the_groups_ca_replaces_the_old_one() throws Exception {
        TestCertificate ca = TestCertificate.ca("factory");
        dps.enrollX509("boards", ca, true);
        dps.register(RestClient.of(hub, ca.signs("porch")), "porch");
        TestCertificate renewed = ca.signs("porch");
        dps.register(RestClient.of(hub, renewed), "porch");
        MqttPeer.of(hub, PORCH, renewed).connect().close();
    }
}
