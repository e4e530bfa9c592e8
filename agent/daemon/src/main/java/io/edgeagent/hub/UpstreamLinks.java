package io.edgeagent.hub;

import java.util.Optional;

/**
 * Connections to the IoT Hub, one an identity. All calls and all answers come on the hub's thread; nothing blocks.
 */
public interface UpstreamLinks {
    /** Opens a connection for an identity, or will when it can: it retries by itself, for ever, until it is closed. */
    Link open(ClientId identity, Listener listener);

    /** One identity's connection. */
    interface Link extends AutoCloseable {
        /**
         * Sends telemetry. {@link Listener#sent} or {@link Listener#refused} answers, unless the connection is lost first: then it
         * is to be sent again.
         *
         * @param tag given back with the answer
         */
        void send(long tag, Message message);

        /** Whether the link is up. */
        boolean isUp();

        /** Asks for the whole twin; {@link Listener#twin} answers. */
        void getTwin();

        /** @param patch JSON text; {@link Listener#reported} answers */
        void report(String patch);

        void methodAnswered(String callId, int status, String payload);

        /** Whether the cloud's method calls are wanted: a client is connected that takes them. */
        void wantMethods(boolean wanted);

        /** Whether messages from the cloud to the device are wanted. What was wanted once is kept in the cloud until it is fetched. */
        default void wantCloudMessages(boolean wanted) {}

        /** The device has acknowledged a message from the cloud. */
        default void cloudMessageDone(long tag) {}

        @Override
        void close();
    }

    /** Answers of one link. */
    interface Listener {
        /** The link is up; desired properties are subscribed to. */
        void up();

        /**
         * The link is down, and tried again.
         *
         * @param refused whether the cloud refused the identity, rather than being out of reach
         */
        void down(String reason, boolean refused);

        void sent(long tag);

        /** The cloud will never take this message: it is too large, or malformed. */
        void refused(long tag, String reason);

        /** @param twin {@code {"desired":..,"reported":..}} as JSON text; empty if the cloud did not answer with one */
        void twin(Optional<String> twin);

        /** @param done false if the cloud refused the patch for good, for the reason */
        void reported(boolean done, String reason);

        /** @param patch with its {@code $version}, as JSON text */
        void desiredPatched(String patch);

        void methodCalled(HubClient.MethodCall call);

        /** @param tag for {@link Link#cloudMessageDone} */
        default void cloudMessage(long tag, Message message) {}
    }
}
