package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.simulator.hub.Event;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.IdentityName;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages to the cloud: what becomes of them, and how tests make the hub refuse them. */
@Timeout(60)
class TelemetryTest extends PorchFixture {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final IdentityName PORCH = IdentityName.device("porch");
    private static final String TOPIC = "devices/porch/messages/events/";

    @Test
    void a_message_of_a_module_is_kept_with_its_sender_and_all_its_properties() throws Exception {
        try (MqttPeer peer = MqttPeer.connect(hub, hub.createModule("porch", "filter"))) {
            peer.publish(
                    "devices/porch/modules/filter/messages/events/%24.mid=m1&$.ct=application%2Fjson&$.ce=utf-8"
                            + "&$.on=alerts&MessageType=Alert&a%20b=%C3%BC/",
                    "{\"t\":21}", 1, false);
        }
        Event event = hub.events().get(0);
        assertThat(event.deviceId()).isEqualTo("porch");
        assertThat(event.moduleId()).contains("filter");
        assertThat(event.text()).isEqualTo("{\"t\":21}");
        assertThat(event.properties()).isEqualTo(Map.of("MessageType", "Alert", "a b", "ü"));
        assertThat(event.systemProperties())
                .containsEntry("message-id", "m1")
                .containsEntry("content-type", "application/json")
                .containsEntry("content-encoding", "utf-8")
                .containsEntry("output-name", "alerts")
                .containsEntry("iothub-connection-module-id", "filter")
                .containsKey("iothub-enqueuedtime");
    }

    @Test
    void a_quota_that_is_used_up_cuts_off_who_sends_and_answers_403_to_others() throws Exception {
        hub.faults(HubJson.object().put("quotaExceeded", true));
        try (MqttPeer peer = MqttPeer.connect(hub, porch)) {
            peer.subscribe("$iothub/twin/res/#");
            peer.publish("$iothub/twin/GET/?$rid=1", "", 1, false);
            assertThat(peer.next().topic()).startsWith("$iothub/twin/res/403/");
            peer.publishWithoutWaiting(TOPIC, "x", 1);
            assertThat(peer.lost()).succeedsWithin(10, TimeUnit.SECONDS);
        }
        assertThat(hub.events()).isEmpty();
        RestClient.Answer answer = new RestClient(hub, hub.serviceToken(HOUR)).send("GET", "/devices", "");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.errorCode()).isEqualTo("IotHubQuotaExceeded");
    }

    @Test
    void a_lost_acknowledgement_leaves_the_message_stored() throws Exception {
        hub.faults(HubJson.object().put("loseAcknowledgements", 1));
        try (RawMqtt peer = RawMqtt.connect(hub, PORCH, MqttPeer.token(hub, porch, HOUR), 60)) {
            peer.connAck();
            peer.publish(TOPIC, "one");
            peer.publish(TOPIC, "two");
            peer.subscribe("$iothub/twin/res/#");
            assertThat(peer.nextType()).isEqualTo(RawMqtt.PUBACK);
            assertThat(peer.nextType()).isEqualTo(RawMqtt.SUBACK);
        }
        assertThat(hub.events()).extracting(Event::text).containsExactly("one", "two");
    }

    @Test
    void a_slow_hub_acknowledges_later_and_goes_on_meanwhile() throws Exception {
        hub.faults(HubJson.object().put("delayAcknowledgementsMillis", 500));
        try (RawMqtt peer = RawMqtt.connect(hub, PORCH, MqttPeer.token(hub, porch, HOUR), 60)) {
            peer.connAck();
            peer.publish(TOPIC, "one");
            peer.subscribe("$iothub/twin/res/#");
            assertThat(peer.nextType()).isEqualTo(RawMqtt.SUBACK);
            assertThat(peer.nextType()).isEqualTo(RawMqtt.PUBACK);
        }
    }
}
