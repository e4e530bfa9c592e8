package io.edgeagent.hub;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Messages on their way, on the disk: one log in the order of arrival, from which each queue takes its own. A queue is one endpoint
 * and one priority. For one thread, the hub's. After any power cut everything that was appended before the last successful {@link
 * #commit} is there; what was settled since then may be there again.
 */
public interface MessageStore extends AutoCloseable {
    /**
     * One message that waits in one queue.
     *
     * @param sequence its place in the log: grows with every message, and stays for ever
     * @param size bytes that it takes in the log
     * @param storedAt wall clock in milliseconds since 1970 when it was stored; see {@link #append}
     * @param timeToLive milliseconds from storedAt; negative for ever
     */
    record Entry(long sequence, int size, long storedAt, long timeToLive, Message message) {}

    /**
     * @param queue name of the queue, such as {@code $upstream} or {@code /modules/m/inputs/i}, with the priority
     * @param timeToLive milliseconds; negative for ever
     */
    record Target(String queue, long timeToLive) {}

    /**
     * Adds a message to some queues. It is not durable before {@link #commit}.
     *
     * @param storedAt wall clock in milliseconds, or 0 while the clock was never set
     * @return the message's sequence
     * @throws IOException if it cannot be written; then it is in no queue, and others since the last commit may not be either
     */
    long append(Message message, List<Target> targets, long storedAt) throws IOException;

    /**
     * Makes everything before it durable: appended messages, and, as far as the disk lets it, what was settled.
     *
     * @throws IOException if messages are not durable: what was appended since the last success is in no queue, and the store
     *     goes on
     */
    void commit() throws IOException;

    /**
     * The first messages of a queue behind a sequence, oldest first, without those that were settled.
     *
     * @param after sequence behind which to begin; -1 for the beginning
     * @param most how many at most
     * @param mostBytes stops before this many bytes of messages, but gives at least one
     */
    List<Entry> read(String queue, long after, int most, int mostBytes) throws IOException;

    /** The message has left the queue: delivered, expired or given up. Space is given back at once where nothing else needs it. */
    void settle(String queue, long sequence);

    /** Queues that hold something. */
    Set<String> queues();

    Depth depth(String queue);

    /**
     * @param messages that wait
     * @param bytes that they take in the log, bodies included
     * @param oldest when the first of them was stored, in milliseconds; empty if it waits for no message or the clock was not set
     */
    record Depth(long messages, long bytes, Optional<Long> oldest) {}

    /** Bytes on the disk, all files together. */
    long diskBytes();

    /**
     * Limits the disk. What is over it goes oldest first, whole segments at a time.
     *
     * @return what had to go, for counting
     */
    List<Dropped> shrinkTo(long bytes) throws IOException;

    /**
     * The oldest messages of a queue that had to go.
     *
     * @param through the sequence of the last of them
     * @param oldest when the first was stored, in milliseconds; 0 if unknown
     */
    record Dropped(String queue, long messages, long through, long oldest) {}

    /**
     * Messages that have waited too long, wherever in their queues they are.
     *
     * @param now wall clock in milliseconds
     * @param test has the last word
     * @param most how many at most
     */
    List<Place> overdue(long now, Test test, int most) throws IOException;

    /** One message in one queue. */
    record Place(String queue, long sequence) {}

    /** Whether a message has waited too long. */
    interface Test {
        boolean isOverdue(long sequence, long storedAt, long timeToLive);
    }

    /** What the last opening found damaged and set aside, in words; empty where all was well. */
    List<String> damage();

    @Override
    void close();
}
