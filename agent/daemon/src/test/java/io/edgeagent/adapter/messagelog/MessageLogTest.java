package io.edgeagent.adapter.messagelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.MessageStore;
import io.edgeagent.hub.MessageStore.Target;
import io.edgeagent.testing.Warns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessageLogTest {
    private static final int SEGMENT = 8 * 1024;

    private static Message message(String body) {
        return new Message(
                ClientId.module("board", "sensor"),
                Optional.of("out"),
                Map.of("messageId", "1"),
                Map.of("a", "ü"),
                ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static String body(MessageStore.Entry entry) {
        return StandardCharsets.UTF_8.decode(entry.message().bytes()).toString();
    }

    private static List<String> bodies(MessageStore store, String queue) throws IOException {
        return store.read(queue, -1, 100_000, Integer.MAX_VALUE).stream()
                .map(MessageLogTest::body)
                .toList();
    }

    @Test
    void a_message_is_as_it_was_after_the_log_was_opened_again(@TempDir Path folder) throws IOException {
        try (MessageLog log = MessageLog.open(folder)) {
            log.append(message("hello"), List.of(new Target("q", 5000)), 1234);
            assertThat(log.read("q", -1, 10, 1000)).as("before the commit").isEmpty();
            log.commit();
        }
        try (MessageLog log = MessageLog.open(folder)) {
            MessageStore.Entry entry = log.read("q", -1, 10, 1000).get(0);

            assertThat(body(entry)).isEqualTo("hello");
            assertThat(entry.storedAt()).isEqualTo(1234);
            assertThat(entry.timeToLive()).isEqualTo(5000);
            assertThat(entry.message().sender()).hasToString("board/sensor");
            assertThat(entry.message().output()).contains("out");
            assertThat(entry.message().system()).containsEntry("messageId", "1");
            assertThat(entry.message().application()).containsEntry("a", "ü");
        }
    }

    @Test
    void each_queue_has_its_own_and_gives_the_disk_back(@TempDir Path folder) throws IOException {
        try (MessageLog log = MessageLog.open(new FolderDisk(folder), SEGMENT)) {
            for (int i = 0; i < 500; i++) {
                log.append(
                        message("m" + i),
                        i % 2 == 0 ? List.of(new Target("a", -1)) : List.of(new Target("a", -1), new Target("b", -1)),
                        i);
            }
            log.commit();
            assertThat(bodies(log, "b")).hasSize(250).startsWith("m1", "m3");
            assertThat(log.depth("a").messages()).isEqualTo(500);

            for (String queue : List.of("a", "b")) {
                log.read(queue, -1, 1000, Integer.MAX_VALUE).forEach(entry -> log.settle(queue, entry.sequence()));
            }
            log.commit();

            assertThat(log.queues()).isEmpty();
            assertThat(log.diskBytes()).isLessThanOrEqualTo(4L * SEGMENT);
        }
        try (MessageLog log = MessageLog.open(new FolderDisk(folder), SEGMENT)) {
            assertThat(log.queues()).isEmpty();
        }
    }

    @Test
    void over_its_limit_the_oldest_go_and_are_named() throws IOException {
        FrailDisk disk = new FrailDisk(new Random(1));
        MessageLog log = MessageLog.open(disk, SEGMENT);
        for (int i = 0; i < 500; i++) {
            log.append(message("m" + i), List.of(new Target("a", -1)), i);
            log.commit();
        }
        List<MessageStore.Dropped> dropped = log.shrinkTo(4L * SEGMENT);

        assertThat(log.diskBytes()).isLessThanOrEqualTo(4L * SEGMENT);
        assertThat(dropped).isNotEmpty();
        assertThat(dropped.stream().mapToLong(MessageStore.Dropped::messages).sum())
                .isEqualTo(500 - log.depth("a").messages());
        assertThat(bodies(log, "a").get(0))
                .isEqualTo("m" + (500 - log.depth("a").messages()));
    }

    @Test
    void damage_in_a_segment_loses_what_is_damaged_and_nothing_else() throws IOException {
        FrailDisk disk = new FrailDisk(new Random(1));
        MessageLog log = MessageLog.open(disk, SEGMENT);
        for (int i = 0; i < 200; i++) {
            log.append(message("m" + i), List.of(new Target("a", -1)), i);
        }
        log.commit();
        int all = bodies(log, "a").size();
        disk.rot(Segment.name(1), 60, 10);

        MessageLog again = MessageLog.open(disk, SEGMENT);

        assertThat(bodies(again, "a")).hasSize(all - 1);
        assertThat(again.damage()).hasSize(1).first().asString().contains("1 places");
    }

    @Test
    void opening_it_writes_nothing_that_a_full_or_failing_disk_could_refuse() throws IOException {
        FrailDisk disk = new FrailDisk(new Random(1));
        MessageLog log = MessageLog.open(disk, SEGMENT);
        log.append(message("m"), List.of(new Target("a", -1)), 1);
        log.commit();
        disk.cutPower();
        disk.readOnly(true);

        assertThat(bodies(MessageLog.open(disk, SEGMENT), "a")).containsExactly("m");
        assertThat(MessageLog.open(disk, SEGMENT).damage()).isEmpty();
    }

    @Test
    @Warns({"WARN event=segment_not_released", "WARN event=settled_not_saved"})
    void what_a_failing_disk_does_not_delete_is_deleted_later() throws IOException {
        FrailDisk disk = new FrailDisk(new Random(1));
        MessageLog log = MessageLog.open(disk, SEGMENT);
        for (int i = 0; i < 500; i++) {
            log.append(message("m" + i), List.of(new Target("a", -1)), i);
            log.commit();
        }
        disk.readOnly(true);
        log.read("a", -1, 1000, Integer.MAX_VALUE).forEach(entry -> log.settle("a", entry.sequence()));
        assertThat(log.diskBytes()).as("what it says").isGreaterThan(disk.used() - SEGMENT);
        disk.readOnly(false);
        log.commit();

        assertThat(disk.used()).isLessThan(4L * SEGMENT);
    }

    @Test
    void a_segment_that_was_given_back_is_not_there_again_after_a_power_cut() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            FrailDisk disk = new FrailDisk(new Random(seed));
            MessageLog log = MessageLog.open(disk, SEGMENT);
            for (int i = 0; i < 500; i++) {
                log.append(message("m" + i), List.of(new Target("a", -1)), i);
            }
            log.commit();
            List<MessageStore.Entry> all = log.read("a", -1, 400, Integer.MAX_VALUE);
            // the last of them is far into a segment that stays, and nothing of these is saved
            all.forEach(entry -> log.settle("a", entry.sequence()));
            long left = log.depth("a").messages();
            disk.cutPower();

            assertThat(MessageLog.open(disk, SEGMENT).depth("a").messages()).isLessThan(left + 110);
        }
    }

    @Test
    void what_has_waited_too_long_is_found_behind_what_may_wait_for_ever() throws IOException {
        MessageLog log = MessageLog.open(new FrailDisk(new Random(1)), SEGMENT);
        log.append(message("for ever"), List.of(new Target("a", -1)), 1000);
        long late = log.append(message("late"), List.of(new Target("a", 500), new Target("b", 5000)), 1000);
        log.append(message("no clock"), List.of(new Target("a", 500)), 0);
        log.commit();

        assertThat(log.overdue(1500, (sequence, storedAt, timeToLive) -> true, 10))
                .isEmpty();
        assertThat(log.overdue(1501, (sequence, storedAt, timeToLive) -> true, 10))
                .containsExactly(new MessageStore.Place("a", late));
        assertThat(log.overdue(1501, (sequence, storedAt, timeToLive) -> false, 10))
                .as("the test has the last word")
                .isEmpty();
        log.settle("a", late);
        assertThat(log.overdue(2000, (sequence, storedAt, timeToLive) -> true, 10))
                .isEmpty();
    }

    @Test
    void a_message_larger_than_a_segment_is_refused() throws IOException {
        MessageLog log = MessageLog.open(new FrailDisk(new Random(1)), SEGMENT);

        assertThatThrownBy(() -> log.append(message("x".repeat(SEGMENT)), List.of(new Target("a", -1)), 0))
                .isInstanceOf(IOException.class);
        log.append(message("small"), List.of(new Target("a", -1)), 0);
        log.commit();
        assertThat(bodies(log, "a")).containsExactly("small");
    }

    @Test
    @Warns("ERROR event=segment_set_aside")
    void messages_that_cannot_be_read_for_a_while_are_waited_for_and_set_aside_if_that_stays_so() throws IOException {
        FrailDisk disk = new FrailDisk(new Random(1));
        MessageLog log = MessageLog.open(disk, SEGMENT);
        log.append(message("m"), List.of(new Target("a", -1)), 0);
        log.commit();
        disk.endProcess();
        disk.unreadable(true);
        assertThatThrownBy(() -> MessageLog.open(disk, SEGMENT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be read");
        disk.unreadable(false);
        assertThat(bodies(MessageLog.open(disk, SEGMENT), "a")).containsExactly("m");

        disk.unreadable(true);
        MessageLog without = MessageLog.open(disk, SEGMENT, true);
        assertThat(without.damage()).singleElement().asString().contains("cannot be read");
        assertThat(without.queues()).isEmpty();
        assertThat(disk.list()).anyMatch(name -> name.startsWith("damaged-"));
    }

    @Test
    @Warns({"WARN event=segment_not_released", "WARN event=settled_not_saved"})
    void nothing_that_was_committed_is_lost_whatever_happens_to_power_and_disk() throws IOException {
        for (int seed = 0; seed < 30; seed++) {
            live(seed);
        }
    }

    /** One life of a log, with power cuts, failing writes and a full disk, against a model. */
    private static void live(int seed) throws IOException {
        Random random = new Random(seed);
        FrailDisk disk = new FrailDisk(random);
        MessageLog log = MessageLog.open(disk, SEGMENT);
        Map<String, List<String>> committed = new HashMap<>(Map.of("a", new ArrayList<>(), "b", new ArrayList<>()));
        Map<String, List<String>> fresh = new HashMap<>();
        int number = 0;
        for (int step = 0; step < 400; step++) {
            int dice = random.nextInt(100);
            if (dice < 50) {
                String body = "m" + number++ + "x".repeat(random.nextInt(300));
                List<Target> targets = random.nextBoolean()
                        ? List.of(new Target("a", -1))
                        : List.of(new Target("a", -1), new Target("b", -1));
                try {
                    log.append(message(body), targets, step);
                    targets.forEach(target -> fresh.computeIfAbsent(target.queue(), key -> new ArrayList<>())
                            .add(body));
                } catch (IOException e) {
                    // those before it in this round may have gone with it: their senders send again
                    fresh.clear();
                }
            } else if (dice < 75) {
                try {
                    log.commit();
                    fresh.forEach((queue, bodies) -> committed.get(queue).addAll(bodies));
                } catch (IOException e) {
                    // nobody was told
                }
                fresh.clear();
            } else if (dice < 90) {
                String queue = random.nextBoolean() ? "a" : "b";
                for (MessageStore.Entry entry : log.read(queue, -1, 1 + random.nextInt(20), Integer.MAX_VALUE)) {
                    log.settle(queue, entry.sequence());
                    committed.get(queue).remove(body(entry));
                    // a segment that was full is on the disk before the commit
                    fresh.getOrDefault(queue, new ArrayList<>()).remove(body(entry));
                }
            } else if (dice < 94) {
                disk.fail(0);
                disk.limit(Long.MAX_VALUE);
                disk.cutPower();
                log = MessageLog.open(disk, SEGMENT);
                fresh.clear();
                for (Map.Entry<String, List<String>> queue : committed.entrySet()) {
                    List<String> found = new ArrayList<>(bodies(log, queue.getKey()));
                    assertThat(found).as("seed " + seed + " step " + step).containsAll(queue.getValue());
                    found.retainAll(queue.getValue());
                    assertThat(found).as("order, seed " + seed).isEqualTo(queue.getValue());
                }
            } else if (dice < 97) {
                disk.fail(random.nextInt(3) * 0.1);
            } else {
                disk.limit(random.nextBoolean() ? 60_000 : Long.MAX_VALUE);
            }
        }
    }
}
