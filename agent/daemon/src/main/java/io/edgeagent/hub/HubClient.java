package io.edgeagent.hub;

/**
 * A client's connection as the hub sees it; a protocol head implements it. All calls come on the hub's thread, return at once and
 * throw nothing: a connection that breaks ends with {@link HubSession#disconnected}.
 */
public interface HubClient {
    /**
     * Sends a message to an input of the module. The head answers with {@link HubSession#delivered} once the client has
     * acknowledged it.
     */
    void deliver(Delivery delivery);

    /**
     * @param tag unique within the session, for the answer
     * @param input the module's input
     */
    record Delivery(long tag, String input, Message message) {}

    /**
     * Sends a message from the cloud to the leaf device. The head answers with {@link HubSession#delivered} once the client has
     * acknowledged it. A head that knows none of it leaves the message in the cloud.
     *
     * @param tag unique within the session, for the answer
     */
    default void deliverFromCloud(long tag, Message message) {}

    /** Calls a direct method; the head answers with {@link HubSession#methodAnswered}. */
    void invoke(MethodCall call);

    /**
     * @param id of the call, a UUID in lower case
     * @param payload JSON text
     */
    record MethodCall(String id, String name, String payload) {}

    /** Desired properties have changed: the patch with its {@code $version}, as JSON text. */
    void desiredChanged(String patch, long version);

    /** The answer to {@link HubSession#getTwin} or {@link HubSession#patchReported}. */
    void twinAnswered(TwinAnswer answer);

    /**
     * @param requestId as the client gave it
     * @param status as in HTTP: 200, 204, 400, 500
     * @param body JSON text; empty where there is none
     */
    record TwinAnswer(String requestId, int status, String body) {}

    /** How many more deliveries it takes before it must have acknowledged some. */
    int room();

    /** How it is connected, for a person: the protocol, a blank, and the peer's address. */
    default String origin() {
        return "";
    }

    /** Ends the connection; the reason is for the log. */
    void close(String reason);
}
