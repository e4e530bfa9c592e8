package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.IdentityName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys rotated, devices disabled, deleted and made again under somebody who is connected. */
@Timeout(60)
class CredentialChangesTest extends PorchFixture {
    private static final IdentityName PORCH = IdentityName.device("porch");
    private static final String NEW_KEY =
            SharedKey.of("another secret".getBytes(StandardCharsets.UTF_8)).toBase64();

    @Test
    void a_rotated_key_cuts_off_who_used_it_and_nobody_else() throws Exception {
        String led = hub.createModule("porch", "led");
        String primary = ConnectionString.parse(porch).key().orElseThrow().toBase64();
        try (MqttPeer device = MqttPeer.connect(hub, porch);
                MqttPeer module = MqttPeer.connect(hub, led)) {
            hub.identities().update(PORCH, keys(primary, NEW_KEY));
            assertThat(hub.isConnected(PORCH)).isTrue();
            hub.identities().update(PORCH, keys(NEW_KEY, NEW_KEY));
            assertLost(device);
            assertThat(hub.isConnected(IdentityName.module("porch", "led"))).isTrue();
            assertThat(module.lost()).isNotDone();
        }
        assertRefused(porch);
        MqttPeer.connect(hub, porch.replace(primary, NEW_KEY)).close();
        assertThat(modulesStatus(porch)).isEqualTo(401);
        assertThat(modulesStatus(porch.replace(primary, NEW_KEY))).isEqualTo(200);
    }

    @Test
    void a_disabled_device_is_cut_off_with_its_modules_and_enabled_again_they_connect_with_what_they_have()
            throws Exception {
        String led = hub.createModule("porch", "led");
        try (MqttPeer device = MqttPeer.connect(hub, porch);
                MqttPeer module = MqttPeer.connect(hub, led)) {
            hub.identities().enable(PORCH, false);
            assertLost(device);
            assertLost(module);
        }
        assertRefused(porch);
        assertRefused(led);
        assertThat(modulesStatus(porch)).isEqualTo(401);
        hub.identities().enable(PORCH, true);
        MqttPeer.connect(hub, porch).close();
        MqttPeer.connect(hub, led).close();
    }

    @Test
    void a_device_that_changes_to_certificates_loses_what_its_keys_opened() throws Exception {
        TestCertificate own = TestCertificate.selfSigned("porch");
        ObjectNode request = HubJson.object();
        request.putObject("authentication")
                .put("type", "selfSigned")
                .putObject("x509Thumbprint")
                .put("primaryThumbprint", own.thumbprint());
        try (MqttPeer device = MqttPeer.connect(hub, porch)) {
            hub.identities().update(PORCH, request);
            assertLost(device);
        }
        assertRefused(porch);
        MqttPeer.of(hub, PORCH, own).connect().close();
    }

    @Test
    void a_module_alone_is_disabled_without_its_device() throws Exception {
        IdentityName ledName = IdentityName.module("porch", "led");
        String led = hub.createModule("porch", "led");
        try (MqttPeer device = MqttPeer.connect(hub, porch);
                MqttPeer module = MqttPeer.connect(hub, led)) {
            hub.identities().enable(ledName, false);
            assertLost(module);
            assertThat(device.lost()).isNotDone();
        }
        assertRefused(led);
    }

    @Test
    void a_device_made_again_is_another_one_with_new_keys_twin_and_generation() throws Exception {
        String generation = hub.identity(PORCH).path("generationId").asText();
        String led = hub.createModule("porch", "led");
        hub.updateDesired(PORCH, HubJson.object().put("old", true));
        try (MqttPeer device = MqttPeer.connect(hub, porch);
                MqttPeer module = MqttPeer.connect(hub, led)) {
            hub.identities().delete(PORCH);
            assertLost(device);
            assertLost(module);
        }
        assertRefused(porch);
        String again = hub.createEdgeDevice("porch");
        assertRefused(porch);
        assertRefused(led);
        MqttPeer.connect(hub, again).close();
        assertThat(hub.identity(PORCH).path("generationId").asText()).isGreaterThan(generation);
        assertThat(hub.modules("porch")).containsExactly("$edgeAgent", "$edgeHub");
        assertThat(hub.twin("porch").at("/properties/desired/old").isMissingNode())
                .isTrue();
    }

    private static ObjectNode keys(String primary, String secondary) {
        ObjectNode request = HubJson.object();
        request.putObject("authentication")
                .put("type", "sas")
                .putObject("symmetricKey")
                .put("primaryKey", primary)
                .put("secondaryKey", secondary);
        return request;
    }

    private int modulesStatus(String connectionString) throws Exception {
        String token = MqttPeer.token(hub, connectionString, Duration.ofHours(1));
        return new RestClient(hub, token)
                .send("GET", "/devices/porch/modules", "")
                .status();
    }

    private void assertRefused(String connectionString) {
        assertThatThrownBy(() -> MqttPeer.connect(hub, connectionString)).isInstanceOf(MqttException.class);
    }

    private static void assertLost(MqttPeer peer) {
        assertThat(peer.lost()).succeedsWithin(10, TimeUnit.SECONDS);
    }
}
