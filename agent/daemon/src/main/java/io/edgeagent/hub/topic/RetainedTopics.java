package io.edgeagent.hub.topic;

import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.MessageStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last message of each topic that was sent with the retain flag. Payloads are on the disk, and in memory only until they are
 * there. For the hub's thread.
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

    private final TopicStore store;
    private final Map<String, Kept> all = new LinkedHashMap<>();
    private Optional<MessageStore> log = Optional.empty();
    private long bytes;
    private int unsavedBytes;
    private boolean unsaved;

    /**
     * @param sequence in the log; {@link #NOWHERE} while it is in memory alone
     * @param size of topic and payload
     * @param payload only while it is not on the disk; empty payloads clear the topic, and are kept until the disk knows it
     */
    private record Kept(long sequence, long older, int qos, int size, Optional<ByteBuffer> payload) {
        private boolean isGone() {
            return payload.isPresent() && !payload.get().hasRemaining();
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
                Map<String, String> system = entry.message().system();
                String topic = system.getOrDefault(TOPIC, "");
                int size = topic.length() + entry.message().bytes().remaining();
                int qos = system.getOrDefault(QOS, "0").equals("1") ? 1 : 0;
                Kept before = all.put(topic, new Kept(after, NOWHERE, qos, size, Optional.empty()));
                bytes += size;
                if (before != null) {
                    bytes -= before.size();
                    open.settle(QUEUE, before.sequence());
                }
            }
            batch = open.read(QUEUE, after, BATCH, BATCH_BYTES);
        }
    }

    private MessageStore log() throws IOException {
        if (log.isEmpty()) {
            log = Optional.of(store.openRetained());
        }
        return log.get();
    }

    int size() {
        return (int) all.values().stream().filter(kept -> !kept.isGone()).count();
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
        if (before == null && clears) {
            return true;
        }
        int size = topic.length() + message.payload().remaining();
        int beforeSize = before == null ? 0 : before.size();
        if (!clears
                && (bytes + size - beforeSize > TopicLimits.MOST_RETAINED_BYTES
                        || (before == null && all.size() >= TopicLimits.MOST_RETAINED))) {
            return false;
        }
        long older = before == null ? NOWHERE : Math.max(before.sequence(), before.older());
        unsavedBytes += size - (before != null && before.payload().isPresent() ? beforeSize : 0);
        bytes += size - beforeSize;
        unsaved = true;
        all.put(topic, new Kept(NOWHERE, older, message.qos(), size, Optional.of(copy(message.payload()))));
        return true;
    }

    private static ByteBuffer copy(ByteBuffer payload) {
        ByteBuffer copy = ByteBuffer.allocate(payload.remaining());
        return copy.put(payload.duplicate()).flip();
    }

    boolean isUnsaved() {
        return unsaved;
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
        Map<String, Long> written = new LinkedHashMap<>();
        List<String> gone = new ArrayList<>();
        for (Map.Entry<String, Kept> entry : all.entrySet()) {
            Kept kept = entry.getValue();
            if (kept.isGone()) {
                gone.add(entry.getKey());
            } else if (kept.payload().isPresent()) {
                written.put(
                        entry.getKey(),
                        append(open, entry.getKey(), kept, kept.payload().get()));
            }
        }
        for (String topic : gone) {
            settle(open, all.get(topic).older());
        }
        open.commit();
        written.forEach((topic, sequence) -> {
            Kept kept = all.get(topic);
            settle(open, kept.older());
            all.put(topic, new Kept(sequence, NOWHERE, kept.qos(), kept.size(), Optional.empty()));
        });
        gone.forEach(topic -> bytes -= all.remove(topic).size());
        unsaved = false;
        unsavedBytes = 0;
        compact(open);
    }

    private static void settle(MessageStore open, long sequence) {
        if (sequence != NOWHERE) {
            open.settle(QUEUE, sequence);
        }
    }

    private static long append(MessageStore open, String topic, Kept kept, ByteBuffer payload) throws IOException {
        Map<String, String> system = Map.of(TOPIC, topic, QOS, Integer.toString(kept.qos()));
        Message message = new Message(NOBODY, Optional.empty(), system, Map.of(), payload.duplicate());
        return open.append(message, List.of(new MessageStore.Target(QUEUE, -1)), 0);
    }

    /** A topic that is never sent again holds its whole segment: all are written anew when that takes too much. */
    private void compact(MessageStore open) throws IOException {
        if (open.diskBytes() < 2 * bytes + TopicLimits.MOST_RETAINED_BYTES) {
            return;
        }
        Map<String, Long> moved = new LinkedHashMap<>();
        for (Map.Entry<String, Kept> entry : all.entrySet()) {
            Optional<ByteBuffer> payload = payload(entry.getValue());
            if (payload.isPresent()) {
                moved.put(entry.getKey(), append(open, entry.getKey(), entry.getValue(), payload.get()));
            }
        }
        open.commit();
        moved.forEach((topic, sequence) -> {
            Kept kept = all.get(topic);
            settle(open, kept.sequence());
            all.put(topic, new Kept(sequence, NOWHERE, kept.qos(), kept.size(), Optional.empty()));
        });
        LOG.debug("event=retained_compacted topics={} bytes={}", moved.size(), bytes);
    }

    /** Topics with a retained message that a filter means, with the QoS of each. */
    Map<String, Integer> matching(PlainFilter filter) {
        Map<String, Integer> found = new LinkedHashMap<>();
        all.forEach((topic, kept) -> {
            if (!kept.isGone() && filter.matches(topic)) {
                found.put(topic, kept.qos());
            }
        });
        return found;
    }

    /** The retained payload of a topic as it is now; empty if there is none any more, or it cannot be read. */
    Optional<ByteBuffer> payload(String topic) {
        Kept kept = all.get(topic);
        return kept == null || kept.isGone() ? Optional.empty() : payload(kept);
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
