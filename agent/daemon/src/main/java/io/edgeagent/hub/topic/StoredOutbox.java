package io.edgeagent.hub.topic;

import io.edgeagent.hub.MessageStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The outbox of a client whose session outlives its connection: a queue of the store. The tags are the store's sequences. */
final class StoredOutbox implements Outbox {
    static final String TOPIC = "topic";

    private static final Logger LOG = LoggerFactory.getLogger(StoredOutbox.class);
    private static final int BATCH = 16;
    private static final int BATCH_BYTES = 128 << 10;

    private final Supplier<Optional<MessageStore>> store;
    private final String queue;
    private final ArrayDeque<MessageStore.Entry> read = new ArrayDeque<>();
    private final Set<Long> givenOut = new HashSet<>();
    private long position = -1;
    private long furthest = -1;

    /** @param store empty while nothing was ever stored */
    StoredOutbox(Supplier<Optional<MessageStore>> store, String queue) {
        this.store = store;
        this.queue = queue;
    }

    String queue() {
        return queue;
    }

    /** Makes room for one more: the oldest go. @return how many went */
    int trim(MessageStore open) {
        int gone = 0;
        MessageStore.Depth depth = open.depth(queue);
        while (depth.messages() >= TopicLimits.MOST_WAITING || depth.bytes() > TopicLimits.MOST_WAITING_BYTES) {
            List<MessageStore.Entry> oldest = entries(open, -1, 1);
            if (oldest.isEmpty()) {
                break;
            }
            done(oldest.get(0).sequence());
            read.removeIf(entry -> entry.sequence() == oldest.get(0).sequence());
            gone++;
            depth = open.depth(queue);
        }
        return gone;
    }

    private List<MessageStore.Entry> entries(MessageStore open, long after, int most) {
        try {
            return open.read(queue, after, most, BATCH_BYTES);
        } catch (IOException e) {
            LOG.warn("event=waiting_messages_unreadable reason=\"{}\"", e.getMessage());
            return List.of();
        }
    }

    @Override
    public Optional<Item> next() {
        if (read.isEmpty()) {
            store.get().ifPresent(open -> read.addAll(entries(open, position, BATCH)));
        }
        if (read.isEmpty()) {
            return Optional.empty();
        }
        MessageStore.Entry entry = read.poll();
        boolean again = entry.sequence() <= furthest;
        position = entry.sequence();
        furthest = Math.max(furthest, position);
        givenOut.add(position);
        String topic = entry.message().system().getOrDefault(TOPIC, "");
        return Optional.of(new Item(position, topic, entry.message().bytes(), again));
    }

    @Override
    public void done(long tag) {
        givenOut.remove(tag);
        store.get().ifPresent(open -> open.settle(queue, tag));
    }

    @Override
    public void giveBack() {
        read.clear();
        givenOut.clear();
        position = -1;
    }

    @Override
    public long waiting() {
        return store.get().map(open -> open.depth(queue).messages()).orElse(0L);
    }

    @Override
    public void clear() {
        giveBack();
        store.get().ifPresent(open -> clear(open, queue));
    }

    /** Everything in a queue goes. */
    static void clear(MessageStore open, String queue) {
        try {
            List<MessageStore.Entry> some = open.read(queue, -1, BATCH, BATCH_BYTES);
            while (!some.isEmpty()) {
                some.forEach(entry -> open.settle(queue, entry.sequence()));
                some = open.read(queue, some.get(some.size() - 1).sequence(), BATCH, BATCH_BYTES);
            }
        } catch (IOException e) {
            LOG.warn("event=waiting_messages_unreadable reason=\"{}\"", e.getMessage());
        }
    }
}
