package io.edgeagent.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Problem;
import java.util.concurrent.CompletableFuture;

/**
 * The connection of {@code $edgeAgent} to the hub. It keeps itself up for ever: it opens again after every loss, subscribes
 * again, and hands over the whole twin each time. No call blocks; answers come to the listener from the link's own thread.
 */
public interface CloudLink extends AutoCloseable {

    /** Starts following. Called once. */
    void start(Listener listener);

    /** Asks for the whole twin, because a patch was missed. */
    void requestTwin();

    /** Sends a patch of reported properties; ends in {@link Listener#reported} or {@link Listener#reportFailed}. */
    void report(ObjectNode patch);

    @Override
    void close();

    /** Told what happens. Calls must return soon. */
    interface Listener {
        /** The link is up and this is the twin now. */
        void twinReceived(ObjectNode desired, ObjectNode reported);

        /** A change of the desired properties, with its $version. */
        void desiredPatched(ObjectNode patch);

        /** The link is down, for the reason given; it is being opened again. */
        void linkLost(Problem reason);

        void reported();

        void reportFailed(Problem reason);

        /**
         * Answers a direct method, now or later. The link cancels the answer when nobody waits for it any more.
         *
         * @param payload JSON text; {@code null} where there is none
         */
        CompletableFuture<MethodAnswer> methodCalled(String method, String payload);
    }
}
