package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.Percent;
import io.edgeagent.simulator.hub.Event;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.IdentityName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What IoT Hub is strict about, tried with a client that no SDK holds back. */
@Timeout(60)
class MqttRulesTest extends PorchFixture {
    private static final int BAD_CLIENT_ID = 2;
    private static final int UNAVAILABLE = 3;
    private static final int BAD_USER = 4;
    private static final int NOT_AUTHORIZED = 5;
    private static final int REFUSED = 0x80;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final IdentityName PORCH = IdentityName.device("porch");
    private static final String TWIN_GET = "$iothub/twin/GET/?$rid=1";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "devices/cellar/messages/events/",
                "devices/porch/modules/led/messages/events/",
                "devices/porch/messages/event/",
                "$iothub/twin/GET/",
                "$iothub/nothing/",
                "free/topic"
            })
    void publishing_to_a_topic_that_is_not_ones_own_ends_the_connection(String topic) throws Exception {
        try (MqttPeer peer = MqttPeer.connect(hub, porch)) {
            peer.publishWithoutWaiting(topic, "x", 1);
            assertLost(peer);
        }
        assertThat(hub.events()).isEmpty();
    }

    @Test
    void qos_2_and_messages_beyond_256_kib_end_the_connection() throws Exception {
        try (MqttPeer peer = MqttPeer.connect(hub, porch)) {
            peer.publishWithoutWaiting("devices/porch/messages/events/", "x", 2);
            assertLost(peer);
        }
        try (MqttPeer peer = MqttPeer.connect(hub, porch)) {
            peer.publish("devices/porch/messages/events/", "x".repeat(262_000), 1, false);
            peer.publishWithoutWaiting("devices/porch/messages/events/a=b", "x".repeat(262_140), 1);
            assertLost(peer);
        }
        assertThat(hub.events()).hasSize(1);
    }

    @Test
    void subscribing_to_topics_of_somebody_else_ends_the_connection_and_unknown_ones_are_refused() throws Exception {
        try (MqttPeer peer = MqttPeer.connect(hub, porch)) {
            assertThat(peer.subscribe("$iothub/twin/res/#")).isEqualTo(1);
            assertThat(peer.subscribe("some/#")).isEqualTo(REFUSED);
            assertThat(peer.subscribe("#")).isEqualTo(REFUSED);
            assertThatThrownBy(() -> peer.subscribe("devices/cellar/messages/devicebound/#"))
                    .isInstanceOf(MqttException.class);
            assertLost(peer);
        }
    }

    @Test
    void the_sender_is_who_is_connected_whatever_the_message_says() throws Exception {
        try (MqttPeer peer = MqttPeer.connect(hub, porch)) {
            peer.publish("devices/porch/messages/events/%24.cdid=cellar&$.cmid=led&a=b", "x", 1, true);
        }
        Event event = hub.events().get(0);
        assertThat(event.systemProperties())
                .containsEntry("iothub-connection-device-id", "porch")
                .doesNotContainKey("iothub-connection-module-id");
        assertThat(event.properties()).isEqualTo(Map.of("a", "b", "mqtt-retain", "true"));
    }

    @Test
    void tokens_of_others_expired_ones_and_broken_ones_are_refused() throws Exception {
        String cellar = hub.createDevice("cellar");
        String led = hub.createModule("porch", "led");
        IdentityName ledName = IdentityName.module("porch", "led");
        assertRefused(NOT_AUTHORIZED, PORCH, MqttPeer.token(hub, cellar, HOUR));
        assertRefused(NOT_AUTHORIZED, PORCH, MqttPeer.token(hub, led, HOUR));
        assertRefused(NOT_AUTHORIZED, ledName, MqttPeer.token(hub, cellar, HOUR));
        assertRefused(NOT_AUTHORIZED, PORCH, MqttPeer.token(porch, hub.hostName(), HOUR));
        assertRefused(NOT_AUTHORIZED, PORCH, MqttPeer.token(hub, porch, HOUR.negated()));
        assertRefused(NOT_AUTHORIZED, IdentityName.device("nobody"), MqttPeer.token(hub, porch, HOUR));
        assertRefused(NOT_AUTHORIZED, IdentityName.module("porch", "$edgeAgent"), MqttPeer.token(hub, led, HOUR));
        assertRefused(BAD_USER, PORCH, "no token");
    }

    @Test
    void a_module_signs_in_with_the_key_of_its_device_as_long_as_it_is_good() throws Exception {
        IdentityName led = MqttPeer.name(hub.createModule("porch", "led"));
        for (String token : new String[] {
            MqttPeer.token(hub, porch, HOUR), MqttPeer.token(porch, led.resource(hub.hostName()), HOUR)
        }) {
            MqttPeer.of(hub, led, token).connect().close();
        }
        // it has no keys of its own yet
        IdentityName agent = IdentityName.module("porch", "$edgeAgent");
        try (MqttPeer peer =
                MqttPeer.of(hub, agent, MqttPeer.token(hub, porch, HOUR)).connect()) {
            ObjectNode newKeys = HubJson.object();
            newKeys.putObject("authentication")
                    .putObject("symmetricKey")
                    .put("primaryKey", "")
                    .put("secondaryKey", "");
            hub.identities().update(PORCH, newKeys);
            assertLost(peer);
        }
        assertRefused(NOT_AUTHORIZED, led, MqttPeer.token(hub, porch, HOUR));
    }

    @Test
    void a_client_id_that_is_not_the_user_is_refused() throws Exception {
        MqttPeer peer = MqttPeer.of(hub, "cellar", PORCH, MqttPeer.token(hub, porch, HOUR));
        assertThatThrownBy(peer::connect)
                .isInstanceOfSatisfying(
                        MqttException.class, e -> assertThat(e.getReasonCode()).isEqualTo(BAD_CLIENT_ID));
    }

    @ParameterizedTest
    @CsvSource({"other.hub/porch/?api-version=1", "porch", "''", "127.0.0.1/porch/"})
    void a_malformed_user_name_is_refused(String user) throws Exception {
        MqttPeer peer = MqttPeer.of(hub, PORCH, MqttPeer.token(hub, porch, HOUR));
        peer.options().setUserName(user);
        assertThatThrownBy(peer::connect)
                .isInstanceOfSatisfying(
                        MqttException.class, e -> assertThat(e.getReasonCode()).isEqualTo(BAD_USER));
    }

    @Test
    void raw_and_encoded_resources_and_the_hubs_own_policy_are_accepted() throws Exception {
        ConnectionString own = ConnectionString.parse(porch);
        long expiry = Instant.now().plus(HOUR).getEpochSecond();
        String raw = hub.hostName() + "/devices/porch";
        String signature =
                Base64.getEncoder().encodeToString(own.key().orElseThrow().sign(raw + "\n" + expiry));
        String rawToken = "SharedAccessSignature sig=" + Percent.encode(signature) + "&se=" + expiry + "&sr=" + raw;
        for (String token : new String[] {rawToken, hub.serviceToken(HOUR)}) {
            try (MqttPeer peer = MqttPeer.of(hub, PORCH, token).connect()) {
                assertThat(peer.sessionPresent()).isEqualTo(!token.equals(rawToken));
                assertThat(hub.isConnected(PORCH)).isTrue();
            }
        }
    }

    @Test
    void the_connection_ends_with_its_token() throws Exception {
        try (MqttPeer peer = MqttPeer.of(hub, PORCH, MqttPeer.token(hub, porch, Duration.ofSeconds(3)))) {
            peer.connect();
            assertLost(peer);
        }
    }

    @Test
    void a_second_connection_drops_the_first_and_keeps_the_session() throws Exception {
        try (MqttPeer first = MqttPeer.connect(hub, porch)) {
            assertThat(first.sessionPresent()).isFalse();
            first.subscribe("$iothub/twin/res/#");
            try (MqttPeer second = MqttPeer.connect(hub, porch)) {
                assertLost(first);
                assertThat(second.sessionPresent()).isTrue();
                second.publish(TWIN_GET, "", 1, false);
                assertThat(second.next().topic()).isEqualTo("$iothub/twin/res/200/?$rid=1");
                assertThat(hub.isConnected(PORCH)).isTrue();
            }
        }
        await().until(() -> !hub.isConnected(PORCH));
    }

    @Test
    void a_clean_session_is_forgotten() throws Exception {
        try (MqttPeer peer = MqttPeer.connect(hub, porch)) {
            peer.subscribe("$iothub/twin/res/#");
        }
        MqttPeer clean = MqttPeer.of(hub, PORCH, MqttPeer.token(hub, porch, HOUR));
        clean.options().setCleanSession(true);
        try (clean) {
            assertThat(clean.connect().sessionPresent()).isFalse();
        }
        try (MqttPeer peer = MqttPeer.connect(hub, porch)) {
            assertThat(peer.sessionPresent()).isFalse();
        }
    }

    @Test
    void a_silent_client_is_dropped_after_one_and_a_half_keep_alives() throws Exception {
        try (RawMqtt peer = RawMqtt.connect(hub, PORCH, MqttPeer.token(hub, porch, HOUR), 1)) {
            assertThat(peer.connAck()).isEqualTo(0);
            assertThat(peer.awaitEnd()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(8));
        }
    }

    @Test
    void a_will_is_sent_for_a_client_that_vanishes_and_not_for_one_that_leaves() throws Exception {
        for (boolean vanishes : new boolean[] {false, true}) {
            MqttPeer peer = MqttPeer.of(hub, PORCH, MqttPeer.token(hub, porch, HOUR));
            peer.options().setWill("devices/porch/messages/events/", "gone".getBytes(StandardCharsets.UTF_8), 1, false);
            peer.connect();
            if (vanishes) {
                peer.vanish();
            }
            peer.close();
            await().until(() -> !hub.isConnected(PORCH));
        }
        assertThat(hub.events()).singleElement().satisfies(event -> {
            assertThat(event.text()).isEqualTo("gone");
            assertThat(event.properties()).containsEntry("iothub-MessageType", "Will");
        });
    }

    @Test
    void reported_patches_are_checked() throws Exception {
        try (MqttPeer peer = MqttPeer.connect(hub, porch)) {
            peer.subscribe("$iothub/twin/res/#");
            assertThat(report(peer, "{\"a\":1,\"b\":{\"c\":2}}", ""))
                    .isEqualTo("$iothub/twin/res/204/?$rid=x&$version=2");
            assertThat(report(peer, "{\"b\":{\"c\":null}}", "&$version=2"))
                    .isEqualTo("$iothub/twin/res/204/?$rid=x&$version=3");
            assertThat(report(peer, "{\"a\":2}", "&$version=2")).startsWith("$iothub/twin/res/412/");
            assertThat(report(peer, "{\"a\":", "")).startsWith("$iothub/twin/res/400/");
            assertThat(report(peer, "[1]", "")).startsWith("$iothub/twin/res/400/");
            assertThat(report(peer, "{\"a.b\":1}", "")).startsWith("$iothub/twin/res/400/");
            ObjectNode large = HubJson.object();
            for (int i = 0; i < 9; i++) {
                large.put("p" + i, "x".repeat(4_000));
            }
            assertThat(report(peer, large.toString(), "")).startsWith("$iothub/twin/res/413/");
            hub.faults(HubJson.object().put("throttle", true));
            assertThat(report(peer, "{\"a\":2}", "")).startsWith("$iothub/twin/res/429/");
        }
        assertThat(hub.twin("porch").at("/properties/reported/a").asInt()).isEqualTo(1);
        assertThat(hub.twin("porch").at("/properties/reported/b").toString()).isEqualTo("{}");
    }

    @Test
    void a_desired_patch_is_told_as_it_was_made_and_a_manifest_in_full() throws Exception {
        try (MqttPeer peer = MqttPeer.connect(hub, hub.createModule("porch", "led"))) {
            peer.subscribe("$iothub/twin/PATCH/properties/desired/#");
            hub.updateDesired(
                    IdentityName.module("porch", "led"), HubJson.object().put("a", 1));
            hub.updateDesired(
                    IdentityName.module("porch", "led"),
                    HubJson.object().put("b", 2).putNull("a"));
            assertThat(peer.next().text()).isEqualTo("{\"a\":1,\"$version\":2}");
            MqttPeer.Received second = peer.next();
            assertThat(second.topic()).isEqualTo("$iothub/twin/PATCH/properties/desired/?$version=3");
            assertThat(second.text()).isEqualTo("{\"b\":2,\"a\":null,\"$version\":3}");
            ObjectNode manifest = HubJson.object();
            manifest.putObject("modulesContent")
                    .putObject("led")
                    .putObject("properties.desired")
                    .put("c", 3);
            hub.applyConfiguration("porch", manifest);
            assertThat(peer.next().text()).isEqualTo("{\"c\":3,\"$version\":4}");
        }
    }

    @Test
    void messages_to_a_device_wait_in_order_and_no_more_than_50_of_them() throws Exception {
        for (int i = 0; i < 50; i++) {
            hub.sendToDevice("porch", "m" + i, Map.of());
        }
        assertThatThrownBy(() -> hub.sendToDevice("porch", "one more", Map.of()))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("50");
        try (MqttPeer peer = MqttPeer.connect(hub, porch)) {
            peer.subscribe("devices/porch/messages/devicebound/#");
            for (int i = 0; i < 50; i++) {
                assertThat(peer.next().text()).isEqualTo("m" + i);
            }
            await().until(() ->
                    hub.twin("porch").path("cloudToDeviceMessageCount").asInt() == 0);
        }
    }

    @Test
    void refused_connections_and_lost_connections_can_be_asked_for() throws Exception {
        hub.faults(HubJson.object().put("refuseConnections", true));
        assertRefused(UNAVAILABLE, PORCH, MqttPeer.token(hub, porch, HOUR));
        hub.resetFaults();
        try (MqttPeer peer = MqttPeer.connect(hub, porch)) {
            assertThat(hub.disconnect(PORCH)).isTrue();
            assertLost(peer);
        }
        assertThat(hub.disconnect(PORCH)).isFalse();
    }

    private static String report(MqttPeer peer, String body, String query) throws Exception {
        peer.publish("$iothub/twin/PATCH/properties/reported/?$rid=x" + query, body, 1, false);
        return peer.next().topic();
    }

    private void assertRefused(int code, IdentityName name, String password) throws MqttException {
        MqttPeer peer = MqttPeer.of(hub, name, password);
        assertThatThrownBy(peer::connect)
                .isInstanceOfSatisfying(
                        MqttException.class, e -> assertThat(e.getReasonCode()).isEqualTo(code));
    }

    private static void assertLost(MqttPeer peer) {
        assertThat(peer.lost()).succeedsWithin(10, TimeUnit.SECONDS);
    }
}
