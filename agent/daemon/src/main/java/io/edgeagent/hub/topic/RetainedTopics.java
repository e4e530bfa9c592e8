package io.edgeagent.hub.topic;

import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.MessageStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last message of each topic that was sent with the retain flag. Payloads are on the disk, and in memory only until they are
 * there. The newest record of a topic counts, and one without a payload clears it: what a write that failed has left on the disk may
 * be back after a restart. For the hub's thread.
 */
final class RetainedTopics {
    private static final Logger LOG = LoggerFactory.getLogger(RetainedTopics.class);
    private static final String QUEUE = "retained";
    private static final String TOPIC = "topic";
    private static final String QOS = "qos";
    private static final ClientId NOBODY = ClientId.leaf("");
    private static final long NOWHERE = -1;
    private static final int BATCH = 64;
    private static final int BATCH_BYTES = 512 << 10;
    /** Topics that were cleared and are remembered as such. */
    private static final int MOST_CLEARED = 500;

    private final TopicStore store;
    private final Map<String, Kept> all = new LinkedHashMap<>();
    private Optional<MessageStore> log = Optional.empty();
    private long bytes;
    private int cleared;
    private int unsavedBytes;
    private boolean unsaved;

    /**
     * @param sequence in the log; {@link #NOWHERE} while it is in memory alone
     * @param older what it takes the place of, and is settled when it is on the disk itself
     * @param size of topic and payload
     * @param payload only while it is not on the disk
     * @param gone whether the topic was cleared
     */
    private record Kept(long sequence, long older, int qos, int size, Optional<ByteBuffer> payload, boolean gone) {
        private Kept saved(long at) {
            return new Kept(at, NOWHERE, qos, size, Optional.empty(), gone);
        }
    }

    RetainedTopics(TopicStore store) {
        this.store = store;
    }

    /** Takes up what the disk has. */
    void restore() throws IOException {
        MessageStore open = log();
        long after = -1;
        List<MessageStore.Entry> batch = open.read(QUEUE, after, BATCH, BATCH_BYTES);
        while (!batch.isEmpty()) {
            for (MessageStore.Entry entry : batch) {
                after = entry.sequence();
                restore(open, entry);
            }
            batch = open.read(QUEUE, after, BATCH, BATCH_BYTES);
        }
    }

    private void restore(MessageStore open, MessageStore.Entry entry) {
        Map<String, String> system = entry.message().system();
        String topic = system.getOrDefault(TOPIC, "");
        int payload = entry.message().bytes().remaining();
        int qos = system.getOrDefault(QOS, "0").equals("1") ? 1 : 0;
        if (payload == 0 && !all.containsKey(topic)) {
            // there is nothing older that it would have to hide
            settle(open, entry.sequence());
            return;
        }
        Kept found = new Kept(entry.sequence(), NOWHERE, qos, topic.length() + payload, Optional.empty(), payload == 0);
        Kept before = keep(topic, found);
        settle(open, before == null ? NOWHERE : before.sequence());
    }

    private Kept keep(String topic, Kept kept) {
        Kept before = all.put(topic, kept);
        bytes += kept.size() - (before == null ? 0 : before.size());
        cleared += (kept.gone() ? 1 : 0) - (before != null && before.gone() ? 1 : 0);
        return before;
    }

    private MessageStore log() throws IOException {
        if (log.isEmpty()) {
            log = Optional.of(store.openRetained());
        }
        return log.get();
    }

    /**
     * Keeps it in place of the one before; an empty payload clears the topic. It is in memory alone until {@link #save}.
     *
     * @return false if there is no room for one more
     */
    boolean put(TopicMessage message) {
        String topic = message.topic();
        Kept before = all.get(topic);
        boolean clears = !message.payload().hasRemaining();
        if (clears && (before == null || before.gone())) {
            return true;
        }
        int size = topic.length() + message.payload().remaining();
        int beforeSize = before == null ? 0 : before.size();
        boolean more = before == null || before.gone();
        if (!clears
                && (bytes + size - beforeSize > TopicLimits.MOST_RETAINED_BYTES
                        || (more && all.size() - cleared >= TopicLimits.MOST_RETAINED))) {
            return false;
        }
        long older = before == null ? NOWHERE : Math.max(before.sequence(), before.older());
        unsavedBytes += size - (before != null && before.payload().isPresent() ? beforeSize : 0);
        unsaved = true;
        keep(
                topic,
                new Kept(
                        NOWHERE,
                        older,
                        message.qos(),
                        size,
                        Optional.of(message.payload().duplicate()),
                        clears));
        return true;
    }

    /** Whether it should be saved before its time, because memory is short. */
    boolean isPressing() {
        return unsavedBytes > TopicLimits.MOST_UNSAVED_BYTES;
    }

    /** Writes what is in memory alone. @throws IOException if it is not on the disk then; it stays in memory */
    void save() throws IOException {
        if (!unsaved) {
            return;
        }
        MessageStore open = log();
        Map<String, Kept> fresh = new LinkedHashMap<>(all);
        fresh.values().removeIf(kept -> kept.payload().isEmpty());
        append(open, fresh).forEach((topic, sequence) -> {
            settle(open, all.get(topic).older());
            keep(topic, all.get(topic).saved(sequence));
        });
        unsaved = false;
        unsavedBytes = 0;
        if (cleared > MOST_CLEARED || open.diskBytes() > 2 * bytes + TopicLimits.MOST_RETAINED_BYTES) {
            compact(open);
        }
    }

    private static void settle(MessageStore open, long sequence) {
        if (sequence != NOWHERE) {
            open.settle(QUEUE, sequence);
        }
    }

    /** Writes some, durably; what cannot be read any more is left out. */
    private Map<String, Long> append(MessageStore open, Map<String, Kept> some) throws IOException {
        Map<String, Long> written = new LinkedHashMap<>();
        for (Map.Entry<String, Kept> entry : some.entrySet()) {
            Optional<ByteBuffer> payload = payload(entry.getValue());
            if (payload.isPresent()) {
                Map<String, String> system = Map.of(
                        TOPIC,
                        entry.getKey(),
                        QOS,
                        Integer.toString(entry.getValue().qos()));
                Message message = new Message(
                        NOBODY,
                        Optional.empty(),
                        system,
                        Map.of(),
                        payload.get().duplicate());
                written.put(entry.getKey(), open.append(message, List.of(new MessageStore.Target(QUEUE, -1)), 0));
            }
        }
        open.commit();
        return written;
    }

    /**
     * A topic that is never sent again holds its whole segment, and one that was cleared must be remembered as long as there are old
     * segments: all are written anew.
     */
    private void compact(MessageStore open) throws IOException {
        Map<String, Kept> living = new LinkedHashMap<>(all);
        living.values().removeIf(Kept::gone);
        Map<String, Long> moved = append(open, living);
        // the oldest segments go first: what hides something goes after it
        all.entrySet().stream()
                .filter(entry -> entry.getValue().gone() || moved.containsKey(entry.getKey()))
                .map(entry -> entry.getValue().sequence())
                .sorted()
                .forEach(sequence -> settle(open, sequence));
        moved.forEach((topic, sequence) -> keep(topic, all.get(topic).saved(sequence)));
        bytes -= all.values().stream().filter(Kept::gone).mapToLong(Kept::size).sum();
        all.values().removeIf(Kept::gone);
        cleared = 0;
        LOG.debug("event=retained_compacted topics={} bytes={}", moved.size(), bytes);
    }

    /** Topics with a retained message that a filter means, with the QoS of each. */
    Map<String, Integer> matching(PlainFilter filter) {
        Map<String, Integer> found = new LinkedHashMap<>();
        all.forEach((topic, kept) -> {
            if (!kept.gone() && filter.matches(topic)) {
                found.put(topic, kept.qos());
            }
        });
        return found;
    }

    /** The retained payload of a topic as it is now; empty if there is none any more, or it cannot be read. */
    Optional<ByteBuffer> payload(String topic) {
        return Optional.ofNullable(all.get(topic)).filter(kept -> !kept.gone()).flatMap(this::payload);
    }

    private Optional<ByteBuffer> payload(Kept kept) {
        if (kept.payload().isPresent()) {
            return kept.payload();
        }
        try {
            return log().read(QUEUE, kept.sequence() - 1, 1, BATCH_BYTES).stream()
                    .filter(entry -> entry.sequence() == kept.sequence())
                    .map(entry -> entry.message().bytes())
                    .findFirst();
        } catch (IOException e) {
            LOG.warn("event=retained_unreadable reason=\"{}\"", e.getMessage());
            return Optional.empty();
        }
    }

    void close() {
        log.ifPresent(MessageStore::close);
    }
}
