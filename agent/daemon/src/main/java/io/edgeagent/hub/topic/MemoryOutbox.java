package io.edgeagent.hub.topic;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The outbox of a client whose session ends with its connection. When it is full, the oldest go. */
final class MemoryOutbox implements Outbox {
    private final ArrayDeque<Item> due = new ArrayDeque<>();
    private final Map<Long, Item> givenOut = new HashMap<>();
    private int bytes;
    private long lastTag;

    /** @return how many had to go for it */
    int add(TopicMessage message) {
        due.add(new Item(++lastTag, message.topic(), copy(message.payload()), false));
        bytes += message.payload().remaining();
        int gone = 0;
        while (due.size() > TopicLimits.MOST_IN_MEMORY
                || (bytes > TopicLimits.MOST_BYTES_IN_MEMORY && due.size() > 1)) {
            bytes -= due.poll().payload().remaining();
            gone++;
        }
        return gone;
    }

    private static ByteBuffer copy(ByteBuffer payload) {
        ByteBuffer copy = ByteBuffer.allocate(payload.remaining());
        return copy.put(payload.duplicate()).flip();
    }

    @Override
    public Optional<Item> next() {
        Optional<Item> item = Optional.ofNullable(due.poll());
        item.ifPresent(given -> {
            bytes -= given.payload().remaining();
            givenOut.put(given.tag(), given);
        });
        return item;
    }

    @Override
    public void done(long tag) {
        givenOut.remove(tag);
    }

    @Override
    public void giveBack() {
        clear();
    }

    @Override
    public long waiting() {
        return (long) due.size() + givenOut.size();
    }

    @Override
    public void clear() {
        due.clear();
        givenOut.clear();
        bytes = 0;
    }
}
