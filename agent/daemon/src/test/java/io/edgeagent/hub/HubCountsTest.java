package io.edgeagent.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.edgeagent.model.Json;
import io.edgeagent.runtime.Metrics;
import io.edgeagent.testing.Warns;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

@Warns({"ERROR event=messages_not_stored", "WARN event=message_refused_upstream"})
class HubCountsTest {
    private static final String UP = "\"up\":\"FROM /messages/* INTO $upstream\"";
    private static final String IN = "\"in\":\"FROM /messages/* INTO BrokeredEndpoint(\\\"/modules/b/inputs/i\\\")\"";
    private static final StoreLimits WIDE = StoreLimits.of(100L << 20);
    private static final String SENSOR = "\"id\":\"board/sensor\"";

    @Test
    void messages_that_the_disk_does_not_take_are_counted_by_sender_and_output() throws Exception {
        HubRig rig = new HubRig(WIDE, UP);
        HubRig.FakeClient sensor = rig.connect("sensor");
        rig.pass(Duration.ofSeconds(1));
        rig.disk.fail(1);
        sensor.publish(10);
        sensor.publish(10);
        rig.hub.endOfRound();

        assertThat(series(rig, "messages_unack_total", "\"reason\":\"storage_failure\"")
                        .toString())
                .contains("\"from\":\"board/sensor\",\"from_route_output\":\"out\"", "\"value\":2");
        assertThat(rig.hub.figures().refused()).isEqualTo(2);
    }

    @Test
    void a_message_that_goes_again_is_a_retry_and_one_that_goes_first_is_not() throws Exception {
        HubRig rig = new HubRig(WIDE, IN);
        HubRig.FakeClient sensor = rig.connect("sensor");
        HubRig.FakeClient b = rig.connect("b");
        b.session.subscribe(HubSession.Interest.INPUTS, true, () -> {});
        sensor.publish(10);
        rig.pass(Duration.ofSeconds(1));
        assertThat(b.deliveries).hasSize(1);
        assertThat(text(rig)).doesNotContain("operation_retry");

        b.session.disconnected(false, "cut");
        HubRig.FakeClient again = rig.connect("b");
        rig.pass(Duration.ofSeconds(1));

        assertThat(again.deliveries).hasSize(1);
        assertThat(series(rig, "operation_retry_total", "\"operation\":\" SendMessageToModule\"")
                        .toString())
                .contains("\"id\":\"board/b\"", "\"value\":1");
    }

    @Test
    void a_retry_to_the_cloud_has_the_name_of_the_sender() throws Exception {
        HubRig rig = new HubRig(WIDE, UP);
        HubRig.FakeClient sensor = rig.connect("sensor");
        sensor.publish(10);
        rig.pass(Duration.ofSeconds(1));
        rig.links.get(0).listener.down("cut", false);
        rig.links.get(0).listener.up();

        assertThat(rig.links.get(0).sent).hasSize(2);
        assertThat(series(rig, "operation_retry_total", "\"operation\":\" SendMessageToCloud\"")
                        .toString())
                .contains(SENSOR, "\"value\":1");
    }

    @Test
    void an_outage_is_counted_once_with_its_length_under_both_names() throws Exception {
        HubRig rig = new HubRig(WIDE, UP);
        rig.connect("sensor");
        UpstreamLinks.Listener link = rig.links.get(0).listener;
        link.up();
        link.down("cut", false);
        rig.pass(Duration.ofSeconds(20));
        link.down("still away", false);
        rig.pass(Duration.ofSeconds(10));
        link.up();

        assertThat(series(rig, "offline_count_total", SENSOR).path("value").asLong())
                .isOne();
        for (String name : new String[] {"offline_duration", "offline_duration_seconds"}) {
            JsonNode duration = series(rig, name, SENSOR);
            assertThat(duration.path("count").asLong()).isOne();
            assertThat(duration.path("sum").asDouble()).isEqualTo(30);
        }
    }

    @Test
    void a_delivery_takes_from_its_sending_and_from_its_reading_to_the_acknowledgement() throws Exception {
        HubRig rig = new HubRig(WIDE, UP);
        HubRig.FakeClient sensor = rig.connect("sensor");
        // one more than may be under way: it is read with the others, and waits for the first acknowledgement
        for (int i = 0; i < 33; i++) {
            sensor.publish(10);
        }
        rig.pass(Duration.ofSeconds(2));
        rig.links.get(0).sent.stream().limit(1).toList().forEach(rig.links.get(0).listener::sent);

        JsonNode sent = series(rig, "message_send_duration_seconds", "\"to\":\"upstream\"");
        assertThat(sent.path("count").asLong()).isOne();
        assertThat(sent.path("sum").asDouble()).isEqualTo(2);
        assertThat(sent.path("labels").toString())
                .isEqualTo("{\"from\":\"board/sensor\",\"to\":\"upstream\",\"from_route_output\":\"out\","
                        + "\"to_route_input\":\"\"}");
        JsonNode processed = series(rig, "message_process_duration", "\"to\":\"upstream\"");
        assertThat(processed.path("sum").asDouble()).isEqualTo(2);
        assertThat(processed.path("labels").has("priority")).isTrue();
        assertThat(series(rig, "messages_sent_total", "\"to\":\"upstream\"")
                        .path("value")
                        .asLong())
                .isOne();
    }

    @Test
    void reading_a_twin_takes_until_the_client_has_it_and_until_the_cloud_has_answered() throws Exception {
        HubRig rig = new HubRig(WIDE, UP);
        HubRig.FakeClient sensor = rig.connect("sensor");
        sensor.session.getTwin("1");
        rig.pass(Duration.ofSeconds(3));
        rig.links.get(0).listener.twin(Optional.of("{\"desired\":{\"$version\":1},\"reported\":{}}"));

        for (String source : new String[] {"edge_hub", "upstream"}) {
            JsonNode duration = series(rig, "gettwin_duration_seconds", "\"source\":\"" + source + "\"");
            assertThat(duration.path("count").asLong()).isOne();
            assertThat(duration.path("sum").asDouble()).isEqualTo(3);
        }
    }

    @Test
    void a_report_takes_until_the_cloud_has_it() throws Exception {
        HubRig rig = new HubRig(WIDE, UP);
        HubRig.FakeClient sensor = rig.connect("sensor");
        sensor.session.patchReported("1", "{\"colour\":\"red\"}");
        rig.pass(Duration.ofSeconds(4));
        rig.links.get(0).listener.reported(true, "");

        JsonNode here = series(rig, "reported_properties_update_duration_seconds", "\"target\":\"edge_hub\"");
        assertThat(here.path("count").asLong()).isOne();
        JsonNode there = series(rig, "reported_properties_update_duration_seconds", "\"target\":\"upstream\"");
        assertThat(there.path("sum").asDouble()).isEqualTo(4);
        assertThat(series(rig, "reported_properties_total", "\"target\":\"upstream\"")
                        .path("value")
                        .asLong())
                .isOne();
    }

    @Test
    void what_clients_make_up_is_not_kept() {
        Metrics.Kept<String, Object> kept = new Metrics.Kept<>(key -> new Object());
        Object first = kept.of("0");
        for (int i = 0; i < 1000; i++) {
            kept.of(Integer.toString(i));
        }

        assertThat(kept.of("0")).isSameAs(first);
        assertThat(kept.of("999")).isNotSameAs(kept.of("999"));
    }

    private static String text(HubRig rig) {
        return all(rig).toString();
    }

    private static ArrayNode all(HubRig rig) {
        ArrayNode list = Json.MAPPER.createArrayNode();
        rig.hub.metrics().write(list);
        return list;
    }

    /** The one series of this name with this label. */
    private static JsonNode series(HubRig rig, String name, String label) {
        return StreamSupport.stream(all(rig).spliterator(), false)
                .filter(node -> node.path("name").asText().equals("edgehub_" + name)
                        && node.path("labels").toString().contains(label))
                .reduce((one, other) -> {
                    throw new AssertionError(one + " and " + other);
                })
                .orElseThrow(() -> new AssertionError("no " + name + " with " + label + " in " + text(rig)));
    }
}
