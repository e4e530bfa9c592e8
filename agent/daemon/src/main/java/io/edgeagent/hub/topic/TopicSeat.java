package io.edgeagent.hub.topic;

import java.util.List;
import java.util.Optional;

/**
 * One connection of a client to its session. After another connection took its place it does nothing any more. A protocol head calls
 * it, on the hub's thread.
 */
public interface TopicSeat {
    /** Whether an earlier connection's subscriptions count again. */
    boolean isResumed();

    /**
     * Takes a message.
     *
     * @param taken is run when it is kept as its QoS asks: then the client may be told. Not at all if that fails; the connection is
     *     closed then
     * @return why the client may not do that; empty if it may
     */
    Optional<String> publish(TopicMessage message, Runnable taken);

    /**
     * Subscribes. Before the client is told, the head calls {@link #save}, and behind its answer {@link #pump}, which sends retained
     * messages.
     *
     * @param qos that was asked for
     * @return 0, 1, or 0x80 if it is refused
     */
    int subscribe(String filter, int qos);

    void unsubscribe(List<String> filters);

    /** Makes durable what was subscribed, if the session outlives the connection. @return false if it failed; it is closed then */
    boolean save();

    /** The client has acknowledged a delivery of QoS 1. */
    void acknowledged(long tag);

    /** Sends what waits, as far as the client takes it. */
    void pump();

    /** Whether {@link #pump} would send more if the client took it. */
    boolean hasMore();

    /** @param cleanly whether the client said so: then its will is not published */
    void disconnected(boolean cleanly);
}
