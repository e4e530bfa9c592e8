package io.edgeagent.hub;

/** Where messages go that will never be delivered: a file of bounded size, for a person. For the hub's thread. */
public interface DeadLetters {
    /** Never throws: a message that cannot be written there is counted and logged all the same. */
    void add(String queue, MessageStore.Entry entry, String reason);
}
