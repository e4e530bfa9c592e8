package io.edgeagent.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One queue of the store with the few of its messages that are looked at: the next ones to go, and those under way. What is under
 * way and is given back goes again, in its old order.
 */
final class Backlog {
    private static final int MOST = 32;
    private static final int MOST_BYTES = 256 * 1024;

    private final QueueName name;
    private final String key;
    private final MessageStore store;
    private final Expiry expiry;
    private final Ledger ledger;
    private final QueueMetrics metrics;
    private final Runnable settled;
    private final ArrayDeque<MessageStore.Entry> next = new ArrayDeque<>();
    private final List<Begun> underWay = new ArrayList<>();
    private final Map<Long, Integer> attempts = new HashMap<>();
    private long readTo = -1;
    private long readAt;
    /** All up to here have been under way before. */
    private long begunTo = -1;

    private boolean mayHaveMore = true;

    /**
     * One that is under way, by the times of {@link QueueMetrics#now}.
     *
     * @param readAt when it was read from the store
     * @param at when it was handed to its connection
     */
    private record Begun(MessageStore.Entry entry, long readAt, long at) {}

    /** @param settled is run whenever a message has left the queue */
    Backlog(QueueName name, MessageStore store, Expiry expiry, Ledger ledger, QueueMetrics metrics, Runnable settled) {
        this.settled = settled;
        this.metrics = metrics;
        this.name = name;
        this.key = name.text();
        this.store = store;
        this.expiry = expiry;
        this.ledger = ledger;
    }

    QueueName name() {
        return name;
    }

    /** Something was added. */
    void grew() {
        mayHaveMore = true;
    }

    /** The next message to go, which stays the next until it is {@link #begin begun}. */
    Optional<MessageStore.Entry> peek() {
        while (true) {
            if (next.isEmpty() && !load()) {
                return Optional.empty();
            }
            MessageStore.Entry first = next.peek();
            if (!expiry.isExpired(first)) {
                return Optional.of(first);
            }
            next.poll();
            expired(first);
            forget(first.sequence());
        }
    }

    private boolean load() {
        if (!mayHaveMore) {
            return false;
        }
        try {
            next.addAll(store.read(key, readTo, MOST, MOST_BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (next.isEmpty()) {
            mayHaveMore = false;
            return false;
        }
        readTo = next.peekLast().sequence();
        readAt = metrics.now();
        return true;
    }

    MessageStore.Entry begin() {
        MessageStore.Entry entry = next.poll();
        if (entry.sequence() <= begunTo) {
            metrics.again(entry.message());
        }
        begunTo = Math.max(begunTo, entry.sequence());
        underWay.add(new Begun(entry, readAt, metrics.now()));
        return entry;
    }

    /** The window is small, and the first is mostly the one. */
    private Optional<Begun> end(long sequence) {
        for (int i = 0; i < underWay.size(); i++) {
            if (underWay.get(i).entry().sequence() == sequence) {
                return Optional.of(underWay.remove(i));
            }
        }
        return Optional.empty();
    }

    private void expired(MessageStore.Entry entry) {
        ledger.expired++;
        metrics.expired(entry.message());
    }

    int underWay() {
        return underWay.size();
    }

    void delivered(long sequence) {
        end(sequence).ifPresent(begun -> {
            ledger.delivered++;
            metrics.delivered(begun.entry().message(), begun.readAt(), begun.at());
            forget(sequence);
        });
    }

    /** How often it was refused, this time included. */
    int refused(long sequence) {
        return attempts.merge(sequence, 1, Integer::sum);
    }

    /** It will never be delivered: it is kept for a person, and leaves the queue. */
    void giveUp(long sequence, DeadLetters deadLetters, String reason) {
        end(sequence).ifPresent(begun -> {
            deadLetters.add(name.shown(), begun.entry(), reason);
            ledger.deadLetters++;
            forget(sequence);
        });
    }

    private void forget(long sequence) {
        attempts.remove(sequence);
        store.settle(key, sequence);
        settled.run();
    }

    /** All that is under way goes again, from the oldest on. */
    void giveBack() {
        underWay.clear();
        next.clear();
        readTo = -1;
        mayHaveMore = true;
    }

    /** A message has waited too long, wherever in the queue it is. What is under way may still arrive. */
    void expire(long sequence) {
        if (underWay.stream().noneMatch(begun -> begun.entry().sequence() == sequence)) {
            next.removeIf(entry -> entry.sequence() == sequence);
            try {
                store.read(key, sequence - 1, 1, MOST_BYTES).forEach(this::expired);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            forget(sequence);
        }
    }

    /** Its oldest messages are not in the store any more; what of them is under way counts as gone. */
    void dropped(long through, long messages) {
        next.removeIf(entry -> entry.sequence() <= through);
        underWay.removeIf(begun -> begun.entry().sequence() <= through);
        attempts.keySet().removeIf(sequence -> sequence <= through);
        ledger.dropped += messages;
    }

    boolean isEmpty() {
        return underWay.isEmpty() && next.isEmpty() && !mayHaveMore;
    }
}
