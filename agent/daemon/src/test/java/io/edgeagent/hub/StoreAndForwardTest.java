package io.edgeagent.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.testing.Warns;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

@Warns({
    "WARN event=upstream_stuck",
    "ERROR event=messages_not_stored",
    "WARN event=segment_not_released",
    "WARN event=messages_dropped",
    "WARN event=queue_without_route",
    "WARN event=message_refused_upstream"
})
class StoreAndForwardTest {
    private static final String UP = "\"up\":\"FROM /messages/* INTO $upstream\"";
    private static final String IN = "\"in\":\"FROM /messages/* INTO BrokeredEndpoint(\\\"/modules/b/inputs/i\\\")\"";
    private static final StoreLimits WIDE = StoreLimits.of(100L << 20);

    private static void sumHolds(HubRig rig) {
        HubFigures figures = rig.hub.figures();
        long stored = figures.queues().values().stream()
                .mapToLong(MessageStore.Depth::messages)
                .sum();
        assertThat(figures.waiting()).isEqualTo(stored);
    }

    @Test
    void a_link_that_acknowledges_nothing_is_made_anew_although_more_and_more_comes() throws Exception {
        HubRig rig = new HubRig(WIDE, UP);
        HubRig.FakeClient sensor = rig.connect("sensor");
        for (int i = 0; i < 30; i++) {
            sensor.publish(10);
            rig.pass(Duration.ofSeconds(5));
        }

        assertThat(rig.links).hasSize(2);
        assertThat(rig.links.get(0).closed).isTrue();
        assertThat(rig.links.get(1).sent).startsWith(rig.links.get(0).sent.get(0));
        sumHolds(rig);
    }

    @Test
    void a_link_that_is_slow_and_moves_stays() throws Exception {
        HubRig rig = new HubRig(WIDE, UP);
        HubRig.FakeClient sensor = rig.connect("sensor");
        for (int i = 0; i < 60; i++) {
            sensor.publish(10);
            rig.pass(Duration.ofSeconds(90));
            rig.links.get(0).listener.sent(rig.links.get(0).sent.get(i));
        }

        assertThat(rig.links).hasSize(1);
    }

    @Test
    void a_round_that_the_disk_does_not_take_is_told_to_nobody() throws Exception {
        HubRig rig = new HubRig(WIDE, UP);
        HubRig.FakeClient one = rig.connect("one");
        HubRig.FakeClient other = rig.connect("other");
        rig.pass(Duration.ofSeconds(1));
        one.publish(100);
        rig.disk.fail(1);
        // it needs the next segment, so what came before is written, and is not
        other.publish(HubRig.SEGMENT - 500);
        rig.hub.endOfRound();

        assertThat(one.taken + other.taken).isZero();
        assertThat(one.closed).contains("cannot be stored");
        assertThat(other.closed).contains("cannot be stored");
        sumHolds(rig);
        assertThat(rig.hub.figures().refused()).isPositive();
    }

    @Test
    void what_is_dropped_while_it_is_under_way_counts_once() throws Exception {
        HubRig rig = new HubRig(new StoreLimits(3L * HubRig.SEGMENT, 3L * HubRig.SEGMENT, false), UP);
        HubRig.FakeClient sensor = rig.connect("sensor");
        for (int i = 0; i < 100; i++) {
            sensor.publish(1000);
            rig.pass(Duration.ofMillis(10));
        }
        HubFigures before = rig.hub.figures();
        assertThat(before.dropped()).isPositive();
        assertThat(before.diskBytes()).isLessThanOrEqualTo(4L * HubRig.SEGMENT);
        assertThat(rig.dead).isNotEmpty().allMatch(line -> line.endsWith("the store was full"));

        HashSet<Long> sent = new HashSet<>(rig.links.get(0).sent);
        sent.forEach(tag -> rig.links.get(0).listener.sent(tag));

        sumHolds(rig);
        assertThat(sensor.taken).isEqualTo(100);
    }

    @Test
    void a_full_store_refuses_if_it_was_told_to_and_keeps_what_it_has() throws Exception {
        HubRig rig = new HubRig(new StoreLimits(3L * HubRig.SEGMENT, 3L * HubRig.SEGMENT, true), UP);
        HubRig.FakeClient sensor = rig.connect("sensor");
        for (int i = 0; i < 100; i++) {
            sensor.publish(1000);
            rig.pass(Duration.ofMillis(10));
        }

        HubFigures figures = rig.hub.figures();
        assertThat(figures.dropped()).isZero();
        assertThat(figures.refused()).isEqualTo(100 - sensor.taken).isPositive();
        assertThat(figures.waiting()).isEqualTo(sensor.taken);
        assertThat(sensor.closed).contains("the store has its");
        sumHolds(rig);
    }

    @Test
    void the_deployment_sets_the_limit_up_to_what_the_board_allows() {
        StoreRoom room = new StoreRoom(null, new StoreLimits(50, 10L << 20, false), null, gone -> {});
        assertThat(room.bytes()).isEqualTo(50);
        room.follow(OptionalLong.of(8L << 20));
        assertThat(room.bytes()).isEqualTo(8L << 20);
        room.follow(OptionalLong.of(1L << 40));
        assertThat(room.bytes()).isEqualTo(10L << 20);
        room.follow(OptionalLong.of(1));
        assertThat(room.bytes()).isEqualTo(StoreLimits.LEAST);
    }

    @Test
    void the_queue_of_a_removed_route_is_kept_and_drained() throws Exception {
        HubRig rig = new HubRig(WIDE, IN);
        rig.connect("a").publish(10);
        rig.pass(Duration.ofSeconds(1));
        rig.follow(UP);

        HubRig.FakeClient receiver = rig.connect("b");
        receiver.session.subscribe(HubSession.Interest.INPUTS, true, () -> {});
        rig.pass(Duration.ofSeconds(1));

        assertThat(receiver.deliveries).hasSize(1);
    }

    @Test
    void the_queue_of_a_removed_route_ends_with_its_time() throws Exception {
        HubRig rig = new HubRig(WIDE, IN);
        rig.connect("a").publish(10);
        rig.pass(Duration.ofSeconds(1));
        rig.follow(UP);

        rig.pass(Duration.ofHours(1));
        assertThat(rig.hub.figures().waiting()).isEqualTo(1);
        rig.pass(Duration.ofMinutes(62));

        assertThat(rig.hub.figures().waiting()).isZero();
        assertThat(rig.hub.figures().expired()).isEqualTo(1);
    }

    @Test
    void an_outage_is_no_reason_for_a_dead_letter_and_a_refusal_is() throws Exception {
        HubRig rig = new HubRig(WIDE, UP);
        HubRig.FakeClient sensor = rig.connect("sensor");
        sensor.publish(10);
        rig.pass(Duration.ofSeconds(1));
        HubRig.FakeLink link = rig.links.get(0);
        for (int i = 0; i < 50; i++) {
            // out of reach, over its quota or throttled: the IoT Hub ends the connection in all cases
            link.listener.down("quota exceeded", i % 2 == 0);
            link.listener.up();
            rig.pass(Duration.ofSeconds(1));
        }
        assertThat(rig.dead).isEmpty();
        assertThat(rig.hub.figures().waiting()).isEqualTo(1);

        link.listener.refused(link.sent.get(0), "the message is too large");

        assertThat(rig.dead).containsExactly("$upstream from board/sensor: the message is too large");
        sumHolds(rig);
    }

    @Test
    void a_twin_that_the_cloud_does_not_give_is_asked_for_again() throws Exception {
        HubRig rig = new HubRig(WIDE, UP);
        rig.connect("sensor");
        HubRig.FakeLink link = rig.links.get(0);
        link.listener.up();
        link.listener.twin(Optional.empty());

        rig.pass(Duration.ofMinutes(1));

        assertThat(link.twinsAsked).isEqualTo(2);
    }
}
