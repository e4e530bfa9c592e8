package io.edgeagent.adapter.hubnet.amqp;

import io.edgeagent.adapter.hubnet.Wire;
import io.edgeagent.adapter.hubnet.Wire.ProtocolViolation;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.engine.Collector;
import org.apache.qpid.proton.engine.Connection;
import org.apache.qpid.proton.engine.EndpointState;
import org.apache.qpid.proton.engine.Event;
import org.apache.qpid.proton.engine.Transport;

/** proton-j's half of one connection: bytes in, events out, bytes out. It has no socket, no thread and no clock. */
final class Engine {
    /** Half of it is announced, and a client keeps to that by empty frames. */
    private static final int IDLE_MILLIS = 240_000;

    private final Transport transport = Transport.Factory.create();
    private final Connection connection = Connection.Factory.create();
    private final Collector events = Collector.Factory.create();

    Engine() throws ProtocolViolation {
        transport.setMaxFrameSize(FrameGate.MAX_FRAME);
        transport.setOutboundFrameSizeLimit(FrameGate.MAX_FRAME);
        transport.setChannelMax(FrameGate.MOST_SESSIONS - 1);
        transport.setIdleTimeout(IDLE_MILLIS);
        transport.setEmitFlowEventOnSend(false);
        transport.bind(connection);
        connection.collect(events);
        connection.setContainer("EdgeHub_" + UUID.randomUUID());
        take(ProtocolHeader.AMQP.bytes());
    }

    /** Takes frames that {@link FrameGate} let through. */
    void take(ByteBuffer bytes) throws ProtocolViolation {
        try {
            while (bytes.hasRemaining()) {
                ByteBuffer tail = transport.tail();
                int part = Math.min(tail.remaining(), bytes.remaining());
                tail.put(bytes.slice(bytes.position(), part));
                bytes.position(bytes.position() + part);
                transport.process();
            }
        } catch (RuntimeException e) {
            // it checks little of what it is told, and fails somewhere
            throw new ProtocolViolation("a frame makes no sense: " + e);
        }
        ErrorCondition error = transport.getCondition();
        if (error != null) {
            throw new ProtocolViolation("a frame makes no sense: " + error.getDescription());
        }
    }

    /** The oldest event; it stays until it is {@link #done}. */
    Optional<Event> next() {
        return Optional.ofNullable(events.peek());
    }

    void done() {
        events.pop();
    }

    void open() {
        connection.open();
    }

    /** Ends the connection in the protocol's words. */
    void close(Symbol condition, String description) {
        if (connection.getLocalState() != EndpointState.CLOSED) {
            connection.setCondition(new ErrorCondition(condition, description));
            connection.close();
        }
    }

    /** Answers a close of the client. */
    void close() {
        connection.close();
    }

    /** Whether this side has ended the connection. */
    boolean isClosed() {
        return connection.getLocalState() == EndpointState.CLOSED;
    }

    /** Sends what there is, while the peer fetches it. @return whether all of it is sent */
    boolean send(Wire wire, long mostUnsent) {
        try {
            for (int pending = transport.pending(); pending > 0; pending = transport.pending()) {
                if (wire.unsent() > mostUnsent) {
                    return false;
                }
                wire.write(transport.head());
                transport.pop(pending);
            }
        } catch (RuntimeException e) {
            // of this connection alone: others must not notice
            wire.close("proton-j failed: " + e);
        }
        return true;
    }

    /**
     * Looks at the clock: it may have to send an empty frame, or to give the client up.
     *
     * @return when to look again
     */
    long tick(long millis) {
        return transport.tick(millis);
    }
}
