package io.edgeagent.hub;

import java.io.IOException;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the store within its limit: what is over it goes, the oldest first, or nothing new comes in. */
final class StoreRoom {
    private static final Logger LOG = LoggerFactory.getLogger(StoreRoom.class);

    private final MessageStore store;
    private final StoreLimits limits;
    private final DeadLetters deadLetters;
    private final Consumer<MessageStore.Dropped> dropped;
    private OptionalLong wanted = OptionalLong.empty();
    private boolean saidFailed;

    /** @param dropped is told of what had to go */
    StoreRoom(MessageStore store, StoreLimits limits, DeadLetters deadLetters, Consumer<MessageStore.Dropped> dropped) {
        this.store = store;
        this.limits = limits;
        this.deadLetters = deadLetters;
        this.dropped = dropped;
    }

    /** @param bytes that the twin asks for */
    void follow(OptionalLong bytes) {
        wanted = bytes;
    }

    long bytes() {
        long asked = wanted.isPresent() ? Math.max(StoreLimits.LEAST, wanted.getAsLong()) : limits.usual();
        return Math.min(asked, limits.most());
    }

    /** Whether a message that comes now is refused. */
    boolean refuses() {
        return limits.refuses() && store.diskBytes() > bytes();
    }

    void make() {
        if (limits.refuses() || store.diskBytes() <= bytes()) {
            return;
        }
        try {
            for (MessageStore.Dropped gone : store.shrinkTo(bytes())) {
                String queue = QueueName.shown(gone.queue());
                String oldest = gone.oldest() == 0 ? "" : " oldest=" + Instant.ofEpochMilli(gone.oldest());
                LOG.warn(
                        "event=messages_dropped reason=\"the store has its {} MB\" queue=\"{}\" messages={}{}",
                        bytes() >> 20,
                        queue,
                        gone.messages(),
                        oldest);
                deadLetters.dropped(queue, gone, "the store was full");
                dropped.accept(gone);
            }
            saidFailed = false;
        } catch (IOException e) {
            if (!saidFailed) {
                saidFailed = true;
                LOG.error("event=store_not_shrunk reason=\"{}\"", e.getMessage());
            }
        }
    }
}
