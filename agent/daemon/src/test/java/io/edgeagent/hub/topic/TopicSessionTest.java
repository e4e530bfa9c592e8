package io.edgeagent.hub.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.testing.Warns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that outlive their connections, and the hub. */
class TopicSessionTest {
    private final TopicRig rig;

    TopicSessionTest() throws Exception {
        rig = new TopicRig(TopicRig.ALL);
    }

    private TopicRig.Client sender() {
        return rig.connect(TopicRig.module(), true, Optional.empty());
    }

    @Test
    void messages_wait_for_a_client_that_is_away() {
        TopicRig.Client client = rig.local("one", false);
        assertThat(client.seat.isResumed()).isFalse();
        client.subscribe("a/#", 1);
        client.seat.disconnected(true);

        TopicRig.Client sender = sender();
        sender.publish("a/1", "x", 1, false);
        sender.publish("a/2", "y", 0, false);
        sender.publish("b", "z", 1, false);

        TopicRig.Client back = rig.local("one", false);
        assertThat(back.seat.isResumed()).isTrue();
        assertThat(back.heard).containsExactly("a/1 x q1");
    }

    @Test
    void what_was_acknowledged_to_the_sender_survives_a_power_cut_and_what_the_client_acknowledged_does_not_come_again()
            throws Exception {
        for (long seed = 1; seed <= 20; seed++) {
            TopicRig world = new TopicRig(TopicRig.ALL, seed);
            TopicRig.Client client = world.local("one", false);
            client.subscribe("a", 1);
            client.seat.disconnected(false);
            TopicRig.Client sender = world.connect(TopicRig.module(), true, Optional.empty());
            List<String> told = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                String text = "" + i;
                sender.seat.publish(TopicRig.message("a", text, 1, false), () -> told.add("a " + text + " q1"));
                if (i % 7 == 0) {
                    world.round();
                }
            }
            world.cutPower();
            TopicRig.Client back = world.local("one", false);
            assertThat(back.seat.isResumed()).isTrue();
            for (int i = 0; i < 20; i++) {
                back.acknowledgeAll();
            }
            assertThat(back.heard).as("seed " + seed).startsWith(told.toArray(String[]::new));
            world.pass(Duration.ofSeconds(10));
            world.cutPower();
            assertThat(world.local("one", false).heard).isEmpty();
        }
    }

    @Test
    void what_was_under_way_when_the_connection_broke_goes_again_in_order() {
        TopicRig.Client client = rig.local("one", false);
        client.subscribe("a", 1);
        client.room = 2;
        TopicRig.Client sender = sender();
        sender.publish("a", "1", 1, false);
        sender.publish("a", "2", 1, false);
        sender.publish("a", "3", 1, false);
        client.seat.disconnected(false);

        TopicRig.Client back = rig.local("one", false);

        assertThat(client.heard).containsExactly("a 1 q1", "a 2 q1");
        assertThat(back.heard).containsExactly("a 1 q1 again", "a 2 q1 again", "a 3 q1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_clean_connection_forgets_what_was_kept(boolean restart) throws Exception {
        TopicRig.Client client = rig.local("one", false);
        client.subscribe("a", 1);
        client.seat.disconnected(true);
        sender().publish("a", "1", 1, false);
        if (restart) {
            rig.restart();
        }
        rig.local("one", true).seat.disconnected(true);

        TopicRig.Client back = rig.local("one", false);

        assertThat(back.seat.isResumed()).isFalse();
        assertThat(back.heard).isEmpty();
        assertThat(rig.disk.documents().clients("topics")).isEmpty();
    }

    @Test
    void a_subscription_is_on_the_disk_before_the_client_is_told() throws Exception {
        rig.local("one", false).subscribe("a", 1);

        rig.cutPower();
        sender().publish("a", "1", 1, false);

        assertThat(rig.local("one", false).heard).containsExactly("a 1 q1");
    }

    @Test
    void what_waits_for_one_client_is_bounded_and_the_newest_stays() {
        rig.local("one", false).subscribe("a", 1);
        rig.local("one", false).seat.disconnected(true);
        TopicRig.Client sender = sender();
        for (int i = 0; i < TopicLimits.MOST_WAITING + 10; i++) {
            sender.seat.publish(TopicRig.message("a", "" + i, 1, false), () -> {});
            if (i % 50 == 0) {
                rig.round();
            }
        }
        rig.round();
        TopicRig.Client back = rig.local("one", false);
        for (int i = 0; i < 100; i++) {
            back.acknowledgeAll();
        }

        assertThat(back.heard.size()).isBetween(TopicLimits.MOST_WAITING - 60, TopicLimits.MOST_WAITING + 60);
        assertThat(back.heard).endsWith("a " + (TopicLimits.MOST_WAITING + 9) + " q1");
    }

    @Test
    @Warns("event=topic_messages_not_stored")
    void who_sends_what_the_disk_does_not_take_is_disconnected_and_not_told() {
        rig.local("one", false).subscribe("a", 1);
        TopicRig.Client sender = sender();
        rig.disk.readOnly(true);

        sender.publish("a", "1", 1, false);

        assertThat(sender.taken).isZero();
        assertThat(sender.closed).contains("cannot be stored");
        rig.disk.readOnly(false);
        sender = sender();
        sender.publish("a", "2", 1, false);
        assertThat(sender.taken).isOne();
    }

    @Test
    @Warns("event=topic_session_dropped")
    void too_many_sessions_lose_the_one_that_was_away_longest() throws Exception {
        List<TopicIdentity> all = new ArrayList<>();
        for (int i = 0; i <= TopicLimits.MOST_SESSIONS; i++) {
            all.add(TopicIdentity.local("c" + i, "id" + i));
        }
        rig.follow(TopicRig.statement("\"c0\",\"c200\"", "\"mqtt:subscribe\"", "a") + ","
                + TopicRig.statement(
                        all.stream()
                                .skip(1)
                                .limit(199)
                                .map(id -> "\"" + id.name() + "\"")
                                .collect(Collectors.joining(",")),
                        "\"mqtt:subscribe\"",
                        "a"));
        for (TopicIdentity identity : all) {
            TopicRig.Client client = rig.connect(identity, false, Optional.empty());
            client.subscribe("a", 1);
            client.seat.disconnected(true);
        }

        assertThat(rig.connect(all.get(0), false, Optional.empty()).seat.isResumed())
                .isFalse();
        assertThat(rig.connect(all.get(2), false, Optional.empty()).seat.isResumed())
                .isTrue();
    }

    @Test
    @Warns("event=topic_session_dropped")
    void who_makes_up_client_ids_loses_his_own_sessions_and_nobody_elses() {
        rig.connect(TopicIdentity.local("other", "one"), false, Optional.empty())
                .subscribe("a", 1);
        for (int i = 0; i <= TopicLimits.MOST_SESSIONS; i++) {
            TopicRig.Client client = rig.local("c" + i, false);
            client.subscribe("a", 1);
            client.seat.disconnected(true);
        }

        assertThat(rig.connect(TopicIdentity.local("other", "one"), false, Optional.empty())
                        .seat
                        .isResumed())
                .isTrue();
        assertThat(rig.local("c" + TopicLimits.MOST_SESSIONS, false).seat.isResumed())
                .isTrue();
        assertThat(rig.local("c1", false).seat.isResumed()).isFalse();
    }

    @Test
    @Warns("event=subscription_refused")
    void the_subscriptions_of_all_take_a_bounded_part_of_the_memory() {
        int granted = 0;
        for (int i = 0; i < 30; i++) {
            TopicRig.Client client = rig.local("c" + i, true);
            for (int j = 0; j < TopicLimits.MOST_FILTERS; j++) {
                granted += client.subscribe("a/".repeat(30) + i + "/" + j, 0) == 0 ? 1 : 0;
            }
        }
        assertThat(granted).isBetween(900, 1200);
    }

    @Test
    @Warns("event=subscription_not_saved")
    void a_subscription_that_could_not_be_written_is_written_before_the_next_one_is_told() {
        TopicRig.Client client = rig.local("one", false);
        rig.disk.readOnly(true);
        client.subscribe("a", 1);
        assertThat(client.closed).contains("cannot be saved");
        client.seat.disconnected(false);
        TopicRig.Client again = rig.local("one", false);
        again.subscribe("a", 1);
        assertThat(again.closed).contains("cannot be saved");

        rig.disk.readOnly(false);
        rig.local("one", false).subscribe("a", 1);
        assertThat(rig.disk.documents().clients("topics")).hasSize(1);
    }

    @Test
    void nothing_is_written_for_clients_that_keep_nothing() {
        TopicRig.Client client = rig.local("one", true);
        client.subscribe("a", 1);
        long before = rig.disk.used();
        client.publish("a", "1", 1, false);
        client.publish("a", "2", 0, false);
        client.acknowledgeAll();
        client.seat.disconnected(true);
        rig.pass(Duration.ofMinutes(1));

        assertThat(rig.disk.used()).isEqualTo(before);
        assertThat(rig.disk.documents().clients("topics")).isEmpty();
    }
}
