package io.edgeagent.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.protocol.SharedKey;
import io.edgeagent.testing.Warns;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A device behind the board, in the hub's core. */
class LeafTest {
    private static final ClientId CAMERA = ClientId.leaf("camera");
    private static final String UP =
            "\"up\":\"FROM /messages/* WHERE $edgeHubOriginInterface = 'downstream' INTO $upstream\"";

    @Test
    void messages_from_the_cloud_are_acknowledged_when_the_device_has_acknowledged_them() throws Exception {
        HubRig rig = new HubRig(StoreLimits.of(1_000_000), UP);
        HubRig.FakeClient camera = rig.connect(CAMERA);
        HubRig.FakeLink link = rig.links.get(0);
        link.listener.cloudMessage(1, message(Map.of()));
        assertThat(camera.fromCloud).as("before it listens").isEmpty();

        camera.session.subscribe(HubSession.Interest.CLOUD_MESSAGES, true, () -> {});
        link.listener.cloudMessage(2, message(Map.of()));
        assertThat(camera.fromCloud).containsExactly(1L, 2L);
        assertThat(link.cloudMessagesWanted).isTrue();
        assertThat(link.done).isEmpty();
        camera.session.delivered(1, true);
        assertThat(link.done).containsExactly(1L);

        // it goes without an answer: the next one gets it
        camera.session.disconnected(false, "away");
        link.listener.cloudMessage(3, message(Map.of()));
        HubRig.FakeClient again = rig.connect(CAMERA);
        rig.pass(Duration.ofSeconds(1));
        assertThat(again.fromCloud).containsExactly(2L, 3L);

        // what the cloud sends again has a new number; the answer to the old one means nothing
        link.listener.down("cut", false);
        link.listener.up();
        link.listener.cloudMessage(4, message(Map.of()));
        again.session.delivered(2, true);
        again.session.delivered(4, true);
        assertThat(link.done).containsExactly(1L, 4L);
    }

    @Test
    void a_released_message_from_the_cloud_comes_again_in_bounds_and_a_rejected_one_is_put_aside() throws Exception {
        HubRig rig = new HubRig(StoreLimits.of(1_000_000), UP);
        HubRig.FakeClient camera = rig.connect(CAMERA);
        HubRig.FakeLink link = rig.links.get(0);
        camera.session.subscribe(HubSession.Interest.CLOUD_MESSAGES, true, () -> {});
        link.listener.cloudMessage(1, message(Map.of()));
        link.listener.cloudMessage(2, message(Map.of()));
        camera.session.delivered(1, HubSession.Outcome.REJECTED);
        assertThat(link.done).containsExactly(1L);
        assertThat(rig.dead).containsExactly("messages from the cloud to camera: the device rejected it");

        for (int i = 1; i < CloudMail.MOST_ATTEMPTS; i++) {
            camera.session.delivered(2, HubSession.Outcome.RELEASED);
        }
        assertThat(camera.fromCloud.stream().filter(tag -> tag == 2)).hasSize(CloudMail.MOST_ATTEMPTS);
        assertThat(link.done).containsExactly(1L);
        camera.session.delivered(2, HubSession.Outcome.RELEASED);
        assertThat(link.done).containsExactly(1L, 2L);
        assertThat(rig.dead).contains("messages from the cloud to camera: the device released it 10 times");
    }

    @Test
    void messages_from_the_cloud_go_on_when_the_device_takes_more_again() throws Exception {
        HubRig rig = new HubRig(StoreLimits.of(1_000_000), UP);
        HubRig.FakeClient camera = rig.connect(CAMERA);
        camera.session.subscribe(HubSession.Interest.CLOUD_MESSAGES, true, () -> {});
        camera.room = 0;
        rig.links.get(0).listener.cloudMessage(1, message(Map.of()));
        assertThat(camera.fromCloud).isEmpty();
        camera.room = 1;
        camera.session.roomAgain();
        assertThat(camera.fromCloud).containsExactly(1L);
    }

    @Test
    void a_message_from_the_cloud_whose_time_is_over_is_not_delivered() throws Exception {
        HubRig rig = new HubRig(StoreLimits.of(1_000_000), UP);
        HubRig.FakeClient camera = rig.connect(CAMERA);
        HubRig.FakeLink link = rig.links.get(0);
        link.listener.cloudMessage(1, message(Map.of("absolute-expiry-time", "2026-06-01T13:00:00Z")));
        link.listener.cloudMessage(2, message(Map.of("absolute-expiry-time", "2026-06-01T15:00:00.0000000Z")));
        link.listener.cloudMessage(3, message(Map.of("absolute-expiry-time", "some day")));
        rig.pass(Duration.ofHours(2));
        camera.session.subscribe(HubSession.Interest.CLOUD_MESSAGES, true, () -> {});
        assertThat(camera.fromCloud).containsExactly(2L, 3L);
        assertThat(link.done).containsExactly(1L);
    }

    @Test
    @Warns("WARN event=message_unmatched")
    void telemetry_goes_by_the_routes_over_the_devices_own_link() throws Exception {
        HubRig rig = new HubRig(StoreLimits.of(1_000_000), UP);
        HubRig.FakeClient camera = rig.connect(CAMERA);
        HubRig.FakeClient module = rig.connect("sensor");
        camera.session.publish(
                new Message(CAMERA, Optional.empty(), Map.of(), Map.of(), ByteBuffer.allocate(4)), () -> {});
        module.publish(4);
        rig.pass(Duration.ofSeconds(1));
        assertThat(rig.links.get(0).sent).hasSize(1);
        assertThat(rig.links.get(1).sent).isEmpty();
    }

    @Test
    void who_is_refused_is_counted_by_the_rule_and_said_once() throws Exception {
        HubRig rig = new HubRig(StoreLimits.of(1_000_000), UP);
        rig.below =
                Map.of(CAMERA, new ModuleDirectory.Known("1", false, ModuleDirectory.Known.SAS, List.of(), List.of()));
        for (int i = 0; i < 3; i++) {
            assertThat(rig.hub
                            .connect(CAMERA, "", false, "", new HubRig.FakeClient())
                            .reason())
                    .isEqualTo("the device is disabled in IoT Hub");
        }
        assertThat(rig.hub
                        .connect(ClientId.leaf("other"), "", false, "", new HubRig.FakeClient())
                        .reason())
                .isEqualTo("IoT Hub names no device other whose parent is board");
        rig.below = Map.of(CAMERA, new ModuleDirectory.Known("1", true, "selfSigned", List.of(), List.of()));
        assertThat(rig.hub
                        .connect(CAMERA, "", false, "", new HubRig.FakeClient())
                        .reason())
                .contains("selfSigned");
        assertThat(rig.looks).contains(ModuleDirectory.Occasion.CLIENT_REFUSED);
        String report = new HubTrials(rig.hub).routes().path("metrics").toString();
        assertThat(report)
                .contains("\"reason\":\"disabled\"", "\"reason\":\"unknown\"", "\"reason\":\"no_certificate\"");
        assertThat(new HubTrials(rig.hub).clients().toString()).contains("\"refusals\":4");
    }

    @Test
    void an_edge_device_and_its_modules_are_refused_by_name() throws Exception {
        HubRig rig = new HubRig(StoreLimits.of(1_000_000), UP);
        ClientId child = ClientId.leaf("child");
        rig.below = Map.of(
                child,
                new ModuleDirectory.Known("1", true, ModuleDirectory.Known.EDGE, List.of(), List.of()),
                ClientId.module("child", "$edgeHub"),
                new ModuleDirectory.Known("2", SharedKey.of(new byte[32])));
        for (ClientId id :
                List.of(child, ClientId.module("child", "$edgeHub"), ClientId.module("child", "$edgeAgent"))) {
            assertThat(rig.hub
                            .connect(id, "any", false, "", new HubRig.FakeClient())
                            .reason())
                    .isEqualTo("child is an edge device: this device cannot be the parent of one");
        }
    }

    @Test
    void who_is_not_what_it_was_is_cut_off() throws Exception {
        HubRig rig = new HubRig(StoreLimits.of(1_000_000), UP);
        HubRig.FakeClient camera = rig.connect(CAMERA);
        HubRig.FakeClient module = rig.connect("sensor");
        rig.hub.directoryChanged();
        assertThat(camera.closed).isEmpty();
        rig.below = Map.of();
        rig.hub.directoryChanged();
        assertThat(camera.closed).isEqualTo("what IoT Hub knows of it has changed");
        assertThat(module.closed).isEmpty();
    }

    private static Message message(Map<String, String> system) {
        return new Message(CAMERA, Optional.empty(), system, Map.of(), ByteBuffer.allocate(1));
    }
}
