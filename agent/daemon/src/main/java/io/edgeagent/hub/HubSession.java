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

    /**
     * Takes a message.
     *
     * @param taken is run once the message is on the disk, or matched no route: then the client may be told. It is not run if the
     *     message cannot be stored; the connection is closed then
     */
    void publish(Message message, Runnable taken);

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
     * The client has acknowledged a delivery.
     *
     * @param tag of {@link HubClient.Delivery}
     * @param accepted false if the client has refused it: it is tried again, and given up after some tries
     */
    void delivered(long tag, boolean accepted);

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
