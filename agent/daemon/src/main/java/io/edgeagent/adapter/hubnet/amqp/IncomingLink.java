package io.edgeagent.adapter.hubnet.amqp;

import io.edgeagent.adapter.hubnet.Wire.ProtocolViolation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.amqp.transport.LinkError;
import org.apache.qpid.proton.codec.ReadableBuffer;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.Receiver;

/** A link on which the client sends. It may have so many messages under way that are not settled; a large one is collected. */
final class IncomingLink {
    private static final int CREDIT = 64;

    private final Receiver receiver;
    private final int largest;
    private final Budget budget;
    private final Taker taker;
    private byte[] collected = new byte[0];
    private boolean tooLarge;
    private int owed;

    /** What a message is for. */
    interface Taker {
        /** @param format of the transfer: 0, or {@link AmqpMessage#BATCH} */
        void take(Receipt receipt, int format, ByteBuffer message) throws ProtocolViolation;
    }

    /** What the client is told of its message, once: at once or later. */
    final class Receipt {
        private final Delivery delivery;

        private Receipt(Delivery delivery) {
            this.delivery = delivery;
        }

        void accept() {
            delivery.disposition(Accepted.getInstance());
            settle(delivery);
        }

        void reject(Symbol condition, String description) {
            Rejected rejected = new Rejected();
            rejected.setError(new ErrorCondition(condition, description));
            delivery.disposition(rejected);
            settle(delivery);
        }
    }

    /** What all links of a connection may hold of messages that are not complete. */
    static final class Budget {
        private static final int MOST = 1536 * 1024;

        private int used;

        private void take(int bytes) throws ProtocolViolation {
            used += bytes;
            if (used > MOST) {
                throw new ProtocolViolation("messages that are not complete have more than " + MOST + " bytes");
            }
        }
    }

    /** @param largest bytes of a message */
    IncomingLink(Receiver receiver, int largest, Budget budget, Taker taker) {
        this.receiver = receiver;
        this.largest = largest;
        this.budget = budget;
        this.taker = taker;
    }

    void open() {
        receiver.open();
        receiver.flow(CREDIT);
    }

    /** Some of a delivery is there, or its client has changed its mind about it. */
    void arrived(Delivery delivery) throws ProtocolViolation {
        if (!delivery.isReadable()) {
            delivery.clear();
            return;
        }
        collect(receiver.recv());
        if (delivery.isPartial() && !delivery.isAborted()) {
            return;
        }
        byte[] whole = collected;
        boolean refused = tooLarge;
        forget();
        receiver.advance();
        if (receiver.getCredit() < 0) {
            throw new ProtocolViolation("it sends more than it may");
        }
        if (delivery.isAborted()) {
            settle(delivery);
        } else if (refused) {
            new Receipt(delivery)
                    .reject(LinkError.MESSAGE_SIZE_EXCEEDED, "a message is larger than " + largest + " bytes");
        } else {
            taker.take(new Receipt(delivery), delivery.getMessageFormat(), ByteBuffer.wrap(whole));
        }
    }

    private void collect(ReadableBuffer part) throws ProtocolViolation {
        int more = part.remaining();
        if (tooLarge || collected.length + more > largest) {
            budget.used -= collected.length;
            collected = new byte[0];
            tooLarge = true;
            return;
        }
        budget.take(more);
        byte[] all = Arrays.copyOf(collected, collected.length + more);
        part.get(all, collected.length, more);
        collected = all;
    }

    private void forget() {
        budget.used -= collected.length;
        collected = new byte[0];
        tooLarge = false;
    }

    private void settle(Delivery delivery) {
        delivery.settle();
        if (++owed >= CREDIT / 2) {
            receiver.flow(owed);
            owed = 0;
        }
    }

    /** The link is over. */
    void closed() {
        forget();
    }
}
