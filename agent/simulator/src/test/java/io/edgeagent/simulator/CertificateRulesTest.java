package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.IdentityName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices and modules that prove themselves with a client certificate. */
@Timeout(60)
class CertificateRulesTest {
    private static final int NOT_AUTHORIZED = 5;
    private static final IdentityName PORCH = IdentityName.device("porch");

    @TempDir
    private Path state;

    private Simulator hub;
    private final TestCertificate own = TestCertificate.selfSigned("porch");
    private final TestCertificate other = TestCertificate.selfSigned("porch");

    @BeforeEach
    void start() throws Exception {
        hub = TestHub.start(state);
    }

    @AfterEach
    void stop() throws Exception {
        hub.close();
    }

    @Test
    void a_self_signed_certificate_is_good_by_either_thumbprint() throws Exception {
        hub.identities()
                .createX509Device(
                        "porch", false, List.of(own.thumbprint().toLowerCase(Locale.ROOT), other.thumbprint()));
        for (TestCertificate certificate : List.of(own, other)) {
            try (MqttPeer peer = MqttPeer.of(hub, PORCH, certificate).connect()) {
                peer.publish("devices/porch/messages/events/", "hello", 1, false);
            }
        }
        assertThat(hub.events()).hasSize(2);
    }

    @Test
    void the_certificate_of_somebody_else_an_expired_one_and_none_are_refused() throws Exception {
        TestCertificate expired = TestCertificate.expired("porch");
        hub.identities().createX509Device("porch", false, List.of(own.thumbprint(), expired.thumbprint()));
        String cellar = hub.createDevice("cellar");
        assertRefused(PORCH, other);
        assertRefused(PORCH, expired);
        assertRefused(IdentityName.device("cellar"), own);
        assertRefused(IdentityName.device("nobody"), own);
        MqttPeer token =
                MqttPeer.of(hub, PORCH, MqttPeer.token(cellar, "127.0.0.1/devices/porch", Duration.ofHours(1)));
        assertThatThrownBy(token::connect).isInstanceOf(MqttException.class);
    }

    @Test
    void a_token_counts_where_both_are_sent() throws Exception {
        String porch = hub.createDevice("porch");
        MqttPeer peer = MqttPeer.of(hub, PORCH, own);
        peer.options()
                .setPassword(MqttPeer.token(hub, porch, Duration.ofHours(1)).toCharArray());
        peer.connect().close();
    }

    @Test
    void a_certificate_of_a_trusted_ca_is_good_for_its_common_name_also_through_an_intermediate() throws Exception {
        TestCertificate ca = TestCertificate.ca("factory");
        TestCertificate line = ca.signsCa("line 1");
        hub.identities().createX509Device("porch", true, List.of());
        assertRefused(PORCH, ca.signs("porch"));
        hub.identities().trustCa("factory", ca.pem());
        MqttPeer.of(hub, PORCH, ca.signs("porch")).connect().close();
        MqttPeer.of(hub, PORCH, line.signs("porch")).connect().close();
        assertRefused(PORCH, ca.signs("cellar"));
        assertRefused(PORCH, TestCertificate.ca("factory").signs("porch"));
        assertRefused(PORCH, own);
        restart();
        MqttPeer.of(hub, PORCH, line.signs("porch")).connect().close();
    }

    @Test
    void modules_have_certificates_of_their_own() throws Exception {
        TestCertificate ca = TestCertificate.ca("factory");
        TestCertificate led = TestCertificate.selfSigned("anything");
        hub.identities().trustCa("factory", ca.pem());
        hub.identities().createX509Device("porch", true, List.of());
        RestClient device = RestClient.of(hub, ca.signs("porch"));
        assertThat(device.send("PUT", "/devices/porch/modules/led", x509("selfSigned", led.thumbprint()))
                        .status())
                .isEqualTo(200);
        assertThat(device.send("PUT", "/devices/porch/modules/button", x509("certificateAuthority", null))
                        .status())
                .isEqualTo(200);
        IdentityName button = IdentityName.module("porch", "button");
        MqttPeer.of(hub, IdentityName.module("porch", "led"), led).connect().close();
        MqttPeer.of(hub, button, ca.signs("porch/button")).connect().close();
        assertRefused(button, ca.signs("porch"));
        assertRefused(button, led);
    }

    @Test
    void a_device_manages_its_modules_and_nothing_else_with_its_certificate() throws Exception {
        RestClient service = new RestClient(hub, hub.serviceToken(Duration.ofHours(1)));
        ObjectNode request = HubJson.object();
        request.putObject("capabilities").put("iotEdge", true);
        request.set(
                "authentication",
                HubJson.parseObject(x509("selfSigned", own.thumbprint()).getBytes(StandardCharsets.UTF_8))
                        .get("authentication"));
        JsonNode made =
                service.send("PUT", "/devices/porch", request.toString()).json();
        assertThat(made.at("/authentication/type").asText()).isEqualTo("selfSigned");
        hub.createEdgeDevice("cellar");
        RestClient device = RestClient.of(hub, own);
        assertThat(device.send("GET", "/devices/porch/modules", "").json()).hasSize(2);
        assertThat(device.send("PUT", "/devices/porch/modules/$edgeAgent", "{}", "If-Match", "*")
                        .status())
                .isEqualTo(200);
        assertThat(device.send("GET", "/devices/cellar/modules", "").status()).isEqualTo(401);
        assertThat(device.send("GET", "/devices", "").status()).isEqualTo(401);
        assertThat(device.send("DELETE", "/devices/porch", "").status()).isEqualTo(401);
        assertThat(device.sendRaw("GET", "/_sim/events", "").status()).isEqualTo(401);
        assertThat(RestClient.of(hub, other)
                        .send("GET", "/devices/porch/modules", "")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void a_thumbprint_that_is_taken_away_ends_the_connection_and_one_that_stays_does_not() throws Exception {
        hub.identities().createX509Device("porch", false, List.of(own.thumbprint(), other.thumbprint()));
        try (MqttPeer peer = MqttPeer.of(hub, PORCH, own).connect()) {
            hub.identities()
                    .update(
                            PORCH,
                            HubJson.parseObject(
                                    x509("selfSigned", own.thumbprint()).getBytes(StandardCharsets.UTF_8)));
            assertThat(hub.isConnected(PORCH)).isTrue();
            hub.identities()
                    .update(
                            PORCH,
                            HubJson.parseObject(
                                    x509("selfSigned", other.thumbprint()).getBytes(StandardCharsets.UTF_8)));
            assertThat(peer.lost()).succeedsWithin(10, TimeUnit.SECONDS);
        }
        assertRefused(PORCH, own);
    }

    private static String x509(String type, String thumbprint) {
        ObjectNode json = HubJson.object();
        json.putObject("authentication")
                .put("type", type)
                .putObject("x509Thumbprint")
                .put("primaryThumbprint", thumbprint)
                .put("secondaryThumbprint", thumbprint);
        return json.toString();
    }

    private void restart() throws Exception {
        hub.close();
        hub = TestHub.start(state);
    }

    private void assertRefused(IdentityName name, TestCertificate certificate) throws MqttException {
        MqttPeer peer = MqttPeer.of(hub, name, certificate);
        assertThatThrownBy(peer::connect)
                .isInstanceOfSatisfying(
                        MqttException.class, e -> assertThat(e.getReasonCode()).isEqualTo(NOT_AUTHORIZED));
    }
}
