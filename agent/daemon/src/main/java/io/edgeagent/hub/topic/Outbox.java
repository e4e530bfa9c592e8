package io.edgeagent.hub.topic;

import java.util.Optional;

/** Messages of QoS 1 for one client, in order, until it has acknowledged them. On the hub's thread. */
interface Outbox {
    /**
     * The next one that was not given out on this connection; it is given out with that.
     *
     * @return empty if there is none now
     */
    Optional<Item> next();

    /**
     * @param tag unique within the session
     * @param again whether an earlier connection may have had it
     */
    record Item(long tag, String topic, java.nio.ByteBuffer payload, boolean again) {}

    /** The client has it, or is not to have it any more. */
    void done(long tag);

    /** The connection is gone: what was not acknowledged goes again. */
    void giveBack();

    /** What waits, given out or not. */
    long waiting();

    /** Everything goes. */
    void clear();
}
