package io.edgeagent.hub;

/**
 * Where messages go that will never be delivered: a file of bounded size, for a person. For the hub's thread. Neither call throws: what
 * cannot be written there is counted and logged all the same.
 */
public interface DeadLetters {
    /**
     * Keeps a message, durably: only then it leaves its queue.
     *
     * @param queue for a person
     */
    void add(String queue, MessageStore.Entry entry, String reason);

    /** Notes that messages were dropped to make room. They are not kept: writing them again would take the room and wear out the disk. */
    void dropped(String queue, MessageStore.Dropped what, String reason);
}
