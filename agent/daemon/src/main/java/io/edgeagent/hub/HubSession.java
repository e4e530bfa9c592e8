package io.edgeagent.hub;

import java.util.Optional;

/** What a connected client may ask of the hub; a protocol head calls it. For the hub's thread. */
public interface HubSession {
    /** The client that was authenticated. */
    ClientId id();

    /**
     * The client has shown a newer token: the connection lives as long as that.
     *
     * @return why it does not count; then the connection lives as long as before. Empty if it counts
     */
    Optional<String> renew(String token);

    /** Takes a message. It answers once, at once or at the end of the round, unless the connection ends first. */
    void publish(Message message, Taking taking);

    /** What a client is told of its message. */
    interface Taking {
        /** The message is on the disk, or matched no route: then the client may be told. */
        void taken();

        /**
         * The message cannot be stored now; it is to be sent again later.
         *
         * @return whether the client could be told. If not, its connection is closed: it must not believe that the message is taken
         */
        default boolean refused(String reason) {
            return false;
        }
    }

    /**
     * The client wants something from now on, or no longer.
     *
     * @param stored is run once this would survive a power cut: then the client may be told
     */
    void subscribe(Interest interest, boolean wanted, Runnable stored);

    /** What a client can ask to be told of. */
    enum Interest {
        INPUTS,
        METHODS,
        DESIRED,
        TWIN_ANSWERS,
        CLOUD_MESSAGES
    }

    /**
     * The client has said what becomes of a delivery.
     *
     * @param tag that it was given with, to {@link HubClient#deliver} or {@link HubClient#deliverFromCloud}
     */
    void delivered(long tag, Outcome outcome);

    /** @param accepted false if the client wants it again */
    default void delivered(long tag, boolean accepted) {
        delivered(tag, accepted ? Outcome.ACCEPTED : Outcome.RELEASED);
    }

    /** What a client makes of a delivery. */
    enum Outcome {
        ACCEPTED,
        /** It wants it again. It is given up after some tries. */
        RELEASED,
        /** It will never want it. A message from the cloud is put aside; one from another module is tried again all the same. */
        REJECTED
    }

    /** {@link HubClient#room} was 0, and is more now. */
    void roomAgain();

    void getTwin(String requestId);

    /** @param patch JSON text as the client sent it, not looked at yet */
    void patchReported(String requestId, String patch);

    /** @param payload JSON text as the client sent it */
    void methodAnswered(String callId, int status, String payload);

    /**
     * The connection has ended.
     *
     * @param cleanly whether the client said so: then its will is not published
     */
    void disconnected(boolean cleanly, String reason);
}
