package io.edgeagent.adapter.hubnet.amqp;

import io.edgeagent.adapter.hubnet.Backpressure;
import io.edgeagent.hub.HubSession;
import java.nio.ByteBuffer;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Outcome;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.Sender;

/** A link on which the hub sends. */
final class OutgoingLink {
    private static final int MOST_QUEUED = 64;
    private static final int MOST_BYTES = 1024 * 1024;
    /** Messages that the client has not settled, and bytes that it has not fetched. */
    private static final int WINDOW = 10;

    private final Sender sender;
    private final Listener listener;
    private long last;

    /** What the client does with the link. */
    interface Listener {
        /** It takes more. */
        void credited();

        /**
         * It says what became of a delivery.
         *
         * @param number that it was sent with
         */
        void settled(long number, HubSession.Outcome outcome);

        /** For links on which nothing is acknowledged. */
        static Listener none() {
            return new Listener() {
                @Override
                public void credited() {}

                @Override
                public void settled(long number, HubSession.Outcome outcome) {}
            };
        }
    }

    OutgoingLink(Sender sender, Listener listener) {
        this.sender = sender;
        this.listener = listener;
    }

    void open() {
        sender.open();
    }

    /** Sends what is not to be acknowledged. @return false if the client does not fetch what was sent before */
    boolean send(byte[] message) {
        if (sender.getQueued() >= MOST_QUEUED || sender.getSession().getOutgoingBytes() > MOST_BYTES) {
            return false;
        }
        delivery(message).settle();
        return true;
    }

    /** Sends what the client must acknowledge. */
    void send(byte[] message, long number) {
        delivery(message).setContext(number);
    }

    /** The client says something of a delivery. */
    void updated(Delivery delivery) {
        DeliveryState state = delivery.getRemoteState();
        if (!delivery.remotelySettled() && !(state instanceof Outcome)) {
            delivery.clear();
            return;
        }
        Object number = delivery.getContext();
        delivery.disposition(Accepted.getInstance());
        delivery.settle();
        if (number instanceof Long sent) {
            listener.settled(sent, outcome(state));
        }
    }

    /** A delivery that the client has settled without a word was fetched. */
    private static HubSession.Outcome outcome(DeliveryState state) {
        if (state == null || state instanceof Accepted) {
            return HubSession.Outcome.ACCEPTED;
        }
        return state instanceof Rejected ? HubSession.Outcome.REJECTED : HubSession.Outcome.RELEASED;
    }

    private Delivery delivery(byte[] message) {
        // C# takes the tag for a GUID
        byte[] tag = ByteBuffer.allocate(16).putLong(8, ++last).array();
        Delivery delivery = sender.delivery(tag);
        sender.send(message, 0, message.length);
        sender.advance();
        return delivery;
    }

    /** How many more deliveries the client takes. */
    int room() {
        return sender.getSession().getOutgoingBytes() > Backpressure.MOST_UNSENT
                ? 0
                : Math.min(sender.getCredit(), WINDOW - sender.getUnsettled());
    }

    /** The client gives credit, or wants what there is at once. */
    void credited() {
        listener.credited();
        if (sender.getDrain()) {
            sender.drained();
        }
    }
}
