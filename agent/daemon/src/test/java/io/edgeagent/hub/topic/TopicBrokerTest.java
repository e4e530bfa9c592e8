package io.edgeagent.hub.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.testing.Warns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopicBrokerTest {
    private final TopicRig rig;

    TopicBrokerTest() throws Exception {
        rig = new TopicRig(TopicRig.ALL);
    }

    @Test
    void passes_a_message_on_to_all_that_subscribed() {
        TopicRig.Client one = rig.local("one", true);
        TopicRig.Client other = rig.connect(TopicRig.module(), true, Optional.empty());
        assertThat(one.subscribe("home/+/state", 0)).isZero();
        assertThat(one.subscribe("home/#", 1)).isOne();
        assertThat(other.subscribe("home/lamp/#", 2)).isOne();

        other.publish("home/lamp/state", "on", 1, false);
        one.publish("home/lamp/state", "off", 0, false);

        assertThat(one.heard).containsExactly("home/lamp/state on q1", "home/lamp/state off");
        assertThat(other.heard).containsExactly("home/lamp/state on q1", "home/lamp/state off");
        assertThat(other.taken).isOne();
        assertThat(rig.routed).containsExactly("board/module home/lamp/state", "local (one) home/lamp/state");
    }

    @Test
    @Warns({"event=publish_refused", "event=subscription_refused"})
    void refuses_what_is_not_allowed_and_says_so_once_a_minute() throws Exception {
        rig.follow(TopicRig.statement("\"local\"", "\"mqtt:publish\",\"mqtt:subscribe\"", "mine/#"));
        TopicRig.Client client = rig.local("one", true);

        assertThat(client.subscribe("#", 1)).isEqualTo(0x80);
        assertThat(client.subscribe("mine/#", 1)).isOne();
        assertThat(client.publish("yours", "x", 1, false)).hasValue("no authorisation allows it to publish there");
        assertThat(client.publish("mine/$x", "x", 1, false)).isEmpty();
        assertThat(client.publish("$SYS/x", "x", 1, false)).hasValue("it is not a plain topic");
        assertThat(client.taken).isOne();
    }

    @Test
    void changed_authorisations_count_at_once() throws Exception {
        TopicRig.Client client = rig.local("one", true);
        TopicRig.Client sender = rig.connect(TopicRig.module(), true, Optional.empty());
        client.subscribe("a/#", 1);

        rig.follow(TopicRig.statement("\"board/module\"", "\"mqtt:publish\"", "#"));
        sender.publish("a/b", "1", 1, false);
        assertThat(client.heard).isEmpty();

        rig.follow("{\"identities\":[\"local\"],\"deny\":[{\"operations\":[\"mqtt:connect\"]}]}");
        assertThat(client.closed).contains("deny it to connect");
    }

    @Test
    void a_retained_message_is_given_to_who_comes_later_and_survives_a_power_cut() throws Exception {
        TopicRig.Client sender = rig.local("sender", true);
        sender.publish("home/lamp", "old", 1, true);
        sender.publish("home/lamp", "on", 1, true);
        sender.publish("home/door", "open", 1, true);
        sender.publish("home/door", "", 1, true);
        assertThat(sender.taken).isEqualTo(4);

        rig.cutPower();

        TopicRig.Client late = rig.local("late", true);
        late.subscribe("home/#", 1);
        assertThat(late.heard).containsExactly("home/lamp on q1 r");
    }

    @Test
    void a_retained_message_of_qos_0_is_written_after_half_a_minute_together_with_others() throws Exception {
        TopicRig.Client sender = rig.local("sender", true);
        sender.publish("a", "1", 0, true);
        sender.publish("b", "2", 0, true);
        rig.kill();
        TopicRig.Client late = rig.local("late", true);
        late.subscribe("#", 0);
        assertThat(late.heard).isEmpty();

        TopicRig.Client again = rig.local("sender", true);
        again.publish("a", "3", 0, true);
        again.publish("b", "4", 0, true);
        rig.pass(Duration.ofSeconds(31));
        rig.cutPower();
        late = rig.local("late", true);
        late.subscribe("#", 0);
        assertThat(late.heard).containsExactlyInAnyOrder("a 3 r", "b 4 r");
    }

    @Test
    @Warns({"event=topic_messages_not_stored", "event=settled_not_saved", "event=segment_not_released"})
    void a_retained_message_that_was_cleared_does_not_come_back_though_the_disk_failed_in_between() throws Exception {
        for (long seed = 1; seed <= 30; seed++) {
            TopicRig world = new TopicRig(TopicRig.ALL, seed);
            TopicRig.Client sender = world.local("sender", true);
            world.disk.fail(0.3);
            for (int i = 0; i < 10; i++) {
                sender.publish("a", "" + i, 1, true);
                sender.publish("b", "" + i, 1, true);
                world.pass(Duration.ofSeconds(31));
            }
            world.disk.fail(0);
            world.pass(Duration.ofSeconds(31));
            sender.publish("a", "", 1, true);
            world.cutPower();
            TopicRig.Client late = world.local("late", true);
            late.subscribe("#", 1);
            assertThat(late.heard).as("seed " + seed).containsExactly("b 9 q1 r");
        }
    }

    @Test
    void topics_that_were_cleared_take_no_room() throws Exception {
        TopicRig.Client sender = rig.local("sender", true);
        sender.publish("stays", "1", 1, true);
        for (int i = 0; i < TopicLimits.MOST_RETAINED + 100; i++) {
            sender.seat.publish(TopicRig.message("t/" + i, "x", 0, true), () -> {});
            sender.publish("t/" + i, "", 1, true);
        }
        rig.cutPower();
        TopicRig.Client late = rig.local("late", true);
        late.subscribe("#", 0);

        assertThat(late.heard).containsExactly("stays 1 r");
    }

    @Test
    void a_stop_in_order_loses_no_retained_message() throws Exception {
        rig.local("sender", true).publish("a", "1", 0, true);

        rig.restart();

        TopicRig.Client late = rig.local("late", true);
        late.subscribe("a", 1);
        assertThat(late.heard).containsExactly("a 1 r");
    }

    @Test
    void many_retained_messages_wait_for_a_client_that_is_slow_and_the_newest_value_is_sent() {
        TopicRig.Client sender = rig.local("sender", true);
        for (int i = 0; i < 100; i++) {
            sender.publish("t/" + i, "old", 0, true);
        }
        TopicRig.Client slow = rig.local("slow", true);
        slow.slow = true;
        slow.subscribe("t/#", 0);
        assertThat(slow.heard).isEmpty();
        sender.publish("t/7", "new", 0, true);

        slow.slow = false;
        slow.seat.pump();

        assertThat(slow.heard).hasSize(100).contains("t/7 new r", "t/8 old r").doesNotContain("t/7 old r");
    }

    @Test
    @Warns("event=retained_full")
    void retained_messages_are_bounded_in_number() {
        TopicRig.Client sender = rig.local("sender", true);
        for (int i = 0; i <= TopicLimits.MOST_RETAINED; i++) {
            sender.seat.publish(TopicRig.message("t/" + i, "x", 0, true), () -> {});
        }
        rig.round();
        TopicRig.Client late = rig.local("late", true);
        late.subscribe("t/#", 0);

        assertThat(late.heard).hasSize(TopicLimits.MOST_RETAINED);
    }

    @Test
    void retained_messages_that_change_for_ever_take_a_bounded_part_of_the_disk() {
        TopicRig.Client sender = rig.local("sender", true);
        sender.publish("stays", "1", 1, true);
        String large = "x".repeat(40_000);
        for (int i = 0; i < 400; i++) {
            sender.publish("changes", large + i, 1, true);
        }
        assertThat(rig.disk.used()).isLessThan(3L * TopicLimits.MOST_RETAINED_BYTES);
        TopicRig.Client late = rig.local("late", true);
        late.subscribe("#", 0);
        assertThat(late.heard).containsExactlyInAnyOrder("stays 1 r", "changes " + large + "399 r");
    }

    @Test
    void a_will_is_published_when_a_client_vanishes_or_is_taken_over_and_not_when_it_says_goodbye() {
        TopicRig.Client watcher = rig.connect(TopicRig.module(), true, Optional.empty());
        watcher.subscribe("gone", 1);
        Optional<TopicMessage> will = Optional.of(TopicRig.message("gone", "lost", 1, true));

        rig.connect(TopicIdentity.local("local", "x"), true, will).seat.disconnected(false);
        rig.round();
        assertThat(watcher.heard).containsExactly("gone lost q1");
        TopicRig.Client taken = rig.connect(TopicIdentity.local("local", "x"), true, will);
        TopicRig.Client taker = rig.connect(TopicIdentity.local("local", "x"), true, will);
        taken.seat.disconnected(false);
        rig.round();
        assertThat(taken.closed).contains("another client");
        assertThat(watcher.heard).hasSize(2);
        taker.seat.disconnected(true);
        rig.round();
        assertThat(watcher.heard).hasSize(2);
    }

    @Test
    @Warns("event=will_refused")
    void a_will_that_is_not_allowed_any_more_is_not_published() throws Exception {
        Optional<TopicMessage> will = Optional.of(TopicRig.message("gone", "lost", 1, false));
        TopicRig.Client client = rig.connect(TopicIdentity.local("local", "x"), true, will);
        TopicRig.Client watcher = rig.connect(TopicRig.module(), true, Optional.empty());
        watcher.subscribe("#", 1);
        rig.follow(TopicRig.statement("\"board/module\"", "\"mqtt:subscribe\"", "#"));

        client.seat.disconnected(false);
        rig.round();

        assertThat(watcher.heard).isEmpty();
    }

    @Test
    void clients_of_two_names_do_not_take_over_each_other() {
        TopicRig.Client one = rig.connect(TopicIdentity.local("local", "same"), false, Optional.empty());
        rig.connect(TopicIdentity.local("other", "same"), false, Optional.empty());

        assertThat(one.closed).isEmpty();
    }

    @Test
    void a_slow_client_of_qos_0_loses_messages_and_holds_none() {
        TopicRig.Client slow = rig.local("slow", true);
        slow.subscribe("#", 0);
        slow.slow = true;
        TopicRig.Client sender = rig.connect(TopicRig.module(), true, Optional.empty());
        sender.publish("a", "1", 0, false);
        slow.slow = false;
        sender.publish("a", "2", 0, false);

        assertThat(slow.heard).containsExactly("a 2");
    }

    @Test
    void a_client_that_acknowledges_nothing_keeps_the_newest_within_a_bound() {
        TopicRig.Client stuck = rig.local("stuck", true);
        stuck.subscribe("#", 1);
        stuck.room = 2;
        TopicRig.Client sender = rig.connect(TopicRig.module(), true, Optional.empty());
        for (int i = 0; i < 500; i++) {
            sender.publish("a", "" + i, 1, false);
        }
        assertThat(stuck.heard).containsExactly("a 0 q1", "a 1 q1");
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            stuck.acknowledgeAll();
        }
        all.addAll(stuck.heard);

        assertThat(all).hasSize(2 + TopicLimits.MOST_IN_MEMORY).endsWith("a 499 q1");
    }

    @Test
    void names_wrong_statements() throws Exception {
        assertThat(rig.follow("{}")).singleElement().asString().contains("statement 1");
    }
}
