package io.edgeagent.hub.topic;

/** A client's connection as plain topics see it; a protocol head implements it. On the hub's thread; throws nothing. */
public interface TopicClient {
    /**
     * Sends a message.
     *
     * @param tag for {@link TopicSeat#acknowledged}; nothing is awaited for QoS 0
     * @param message with the QoS and the retain flag that this client is to see
     * @param again whether it may have been sent before
     */
    void deliver(long tag, TopicMessage message, boolean again);

    /** How many more messages of QoS 1 it takes now; 0 also while it does not fetch what was sent. */
    int room();

    /** Whether it does not fetch what was sent: messages of QoS 0 are dropped then. */
    boolean isSlow();

    /** How it is connected, for a person. */
    String origin();

    void close(String reason);
}
