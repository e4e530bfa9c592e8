package io.edgeagent.adapter.hubnet.amqp;

import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.Wire;
import io.edgeagent.hub.HubEntrance;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * AMQP 1.0 for modules and devices (hub contract 1). What connections have to send is collected until the end of a round, so that
 * one acknowledgement follows many messages. For the loop's thread.
 */
public final class AmqpHead {
    private final EventLoop loop;
    private final HubEntrance entrance;
    private final Set<AmqpConnection> open = new LinkedHashSet<>();
    private final Set<AmqpConnection> toSend = new LinkedHashSet<>();

    /** To be made after what else runs at the end of a round. */
    public AmqpHead(EventLoop loop, HubEntrance entrance) {
        this.loop = loop;
        this.entrance = entrance;
        loop.atRoundEnd(this::send);
    }

    /** What understands one connection. */
    public Wire.Reader connection() {
        return new AmqpConnection(this);
    }

    /** Tells all clients that the hub goes; they come back by themselves. */
    public void shutDown() {
        List.copyOf(open).forEach(connection -> connection.leave("the hub is shutting down"));
    }

    EventLoop loop() {
        return loop;
    }

    HubEntrance entrance() {
        return entrance;
    }

    void entered(AmqpConnection connection) {
        open.add(connection);
    }

    void left(AmqpConnection connection) {
        open.remove(connection);
        toSend.remove(connection);
    }

    /** The connection has something to send. */
    void hasOutput(AmqpConnection connection) {
        toSend.add(connection);
    }

    private void send() {
        if (!toSend.isEmpty()) {
            List<AmqpConnection> all = List.copyOf(toSend);
            toSend.clear();
            all.forEach(AmqpConnection::send);
        }
    }
}
