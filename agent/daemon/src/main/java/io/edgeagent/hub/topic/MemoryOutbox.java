package io.edgeagent.hub.topic;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The outbox of a client whose session ends with its connection. When it is full, the oldest go. */
final class MemoryOutbox implements Outbox {
    private final ArrayDeque<Item> due = new ArrayDeque<>();
    private final Set<Long> givenOut = new HashSet<>();
    private int bytes;
    private long lastTag;

    /** @return how many had to go for it */
    int add(TopicMessage message) {
        due.add(new Item(++lastTag, message.topic(), message.payload().duplicate(), false));
        bytes += message.payload().remaining();
        int gone = 0;
        while (due.size() > TopicLimits.MOST_IN_MEMORY
                || (bytes > TopicLimits.MOST_BYTES_IN_MEMORY && due.size() > 1)) {
            bytes -= due.poll().payload().remaining();
            gone++;
        }
        return gone;
    }

    @Override
    public Optional<Item> next() {
        Optional<Item> item = Optional.ofNullable(due.poll());
        item.ifPresent(given -> {
            bytes -= given.payload().remaining();
            givenOut.add(given.tag());
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
