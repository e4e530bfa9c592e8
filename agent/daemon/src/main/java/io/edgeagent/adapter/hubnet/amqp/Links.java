package io.edgeagent.adapter.hubnet.amqp;

import io.edgeagent.adapter.hubnet.Wire.ProtocolViolation;
import io.edgeagent.adapter.hubnet.amqp.LinkAddress.Use;
import io.edgeagent.model.Printable;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.amqp.transport.AmqpError;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.amqp.transport.ReceiverSettleMode;
import org.apache.qpid.proton.amqp.transport.SenderSettleMode;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.EndpointState;
import org.apache.qpid.proton.engine.Link;
import org.apache.qpid.proton.engine.Receiver;
import org.apache.qpid.proton.engine.Sender;
import org.apache.qpid.proton.engine.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The links of one connection. A link is itself the key: clients give the same name to links of different sessions. */
final class Links {
    private static final Logger LOG = LoggerFactory.getLogger(Links.class);
    /** A batch, or a message with what is around it. */
    private static final int MAX_MESSAGE = 600 * 1024;

    private static final UnsignedLong ANNOUNCED = UnsignedLong.valueOf(1024 * 1024);
    private static final Symbol VERSION = Symbol.valueOf("com.microsoft:client-version");
    private static final int MAX_PRODUCT = 256;

    private final AmqpConnection connection;
    private final Guests guests;
    private final CbsNode cbs;
    private final IncomingLink.Budget budget = new IncomingLink.Budget();

    Links(AmqpConnection connection, Guests guests) {
        this.connection = connection;
        this.guests = guests;
        this.cbs = new CbsNode((id, token) -> connection.showed(guests.show(id, token)));
    }

    /** The client wants a link. */
    void attach(Link link) {
        boolean clientSends = link instanceof Receiver;
        String address = Optional.ofNullable(
                        clientSends
                                ? Optional.ofNullable(link.getRemoteTarget())
                                        .map(target -> target.getAddress())
                                        .orElse(null)
                                : Optional.ofNullable(link.getRemoteSource())
                                        .map(source -> source.getAddress())
                                        .orElse(null))
                .orElse("");
        answer(link, address, clientSends);
        Optional<LinkAddress> where = LinkAddress.parse(address, clientSends);
        if (where.isEmpty()) {
            String shown = Printable.of(address, MAX_PRODUCT);
            LOG.info("event=link_refused peer={} address=\"{}\"", connection.peer(), shown);
            close(link, AmqpError.NOT_FOUND, "there is nothing at " + shown);
        } else if (where.get().client().isEmpty()) {
            open(link, where.get().use(), Optional.empty());
        } else {
            Guests.Entry entry = guests.enter(where.get().client().get(), product(link), connection);
            if (entry.client().isPresent()) {
                open(link, where.get().use(), entry.client());
                connection.entered();
            } else {
                LOG.info("event=client_refused peer={} reason=\"{}\"", connection.peer(), entry.reason());
                // clients try again after an internal error
                close(
                        link,
                        entry.available() ? AmqpError.UNAUTHORIZED_ACCESS : AmqpError.INTERNAL_ERROR,
                        entry.reason());
            }
        }
    }

    /** Clients read what they asked for from the answer, and some want to see both termini. */
    private static void answer(Link link, String address, boolean clientSends) {
        Source source = new Source();
        source.setAddress(
                clientSends
                        ? Optional.ofNullable(link.getRemoteSource())
                                .map(remote -> remote.getAddress())
                                .orElse(null)
                        : address);
        Target target = new Target();
        target.setAddress(
                clientSends
                        ? address
                        : Optional.ofNullable(link.getRemoteTarget())
                                .map(remote -> remote.getAddress())
                                .orElse(null));
        link.setSource(source);
        link.setTarget(target);
    }

    private static String product(Link link) {
        Map<Symbol, Object> properties = link.getRemoteProperties();
        Object version = properties == null ? null : properties.get(VERSION);
        return version == null ? "" : Printable.of(version.toString(), MAX_PRODUCT);
    }

    private void open(Link link, Use use, Optional<AmqpClient> client) {
        Optional<IncomingLink> incoming = Optional.empty();
        Optional<OutgoingLink> outgoing = Optional.empty();
        boolean settled = use != Use.TELEMETRY && use != Use.INPUTS && use != Use.CLOUD_MESSAGES;
        link.setMaxMessageSize(ANNOUNCED);
        if (link instanceof Receiver receiver) {
            link.setSenderSettleMode(link.getRemoteSenderSettleMode());
            int largest = client.isEmpty() ? CbsNode.MAX_REQUEST : MAX_MESSAGE;
            IncomingLink.Taker taker =
                    client.isEmpty() ? cbs::take : client.get().taker(use);
            incoming = Optional.of(new IncomingLink(receiver, largest, budget, taker));
        } else if (link instanceof Sender sender) {
            link.setSenderSettleMode(settled ? SenderSettleMode.SETTLED : SenderSettleMode.UNSETTLED);
            outgoing = Optional.of(
                    new OutgoingLink(sender, settled ? OutgoingLink.Listener.none() : client.orElseThrow()));
        }
        link.setReceiverSettleMode(use == Use.CLOUD_MESSAGES ? ReceiverSettleMode.SECOND : ReceiverSettleMode.FIRST);
        link.setContext(new LinkEnd(client, use, incoming, outgoing));
        incoming.ifPresent(IncomingLink::open);
        outgoing.ifPresent(OutgoingLink::open);
        if (client.isPresent()) {
            client.get().attached(use, link);
        } else {
            outgoing.ifPresent(cbs::answersOn);
        }
    }

    /** Closes a link from this side; its client answers. */
    void close(Link link, Symbol condition, String reason) {
        forget(link);
        link.setCondition(new ErrorCondition(condition, reason));
        link.open();
        link.close();
    }

    private static Optional<LinkEnd> forget(Link link) {
        Optional<LinkEnd> end = end(link);
        end.flatMap(LinkEnd::incoming).ifPresent(IncomingLink::closed);
        link.setContext(null);
        return end;
    }

    private static Optional<LinkEnd> end(Link link) {
        return Optional.ofNullable((LinkEnd) link.getContext());
    }

    /** The client has closed a link, or answers that it was closed. With the last link of an identity that identity leaves. */
    void detached(Link link) {
        gone(link);
        link.close();
        link.free();
    }

    private void gone(Link link) {
        forget(link).ifPresent(end -> {
            if (end.client().isEmpty()) {
                end.outgoing().ifPresent(cbs::answersNoMore);
                return;
            }
            AmqpClient client = end.client().get();
            client.detached(end.use(), link);
            if (!client.hasLinks()) {
                client.over(true, "the client closed its last link");
            }
        });
    }

    /** The client has ended a session, and all links of it. */
    void ended(Session session) {
        EnumSet<EndpointState> any = EnumSet.allOf(EndpointState.class);
        for (Link link = session.getConnection().linkHead(any, any); link != null; link = link.next(any, any)) {
            if (link.getSession() == session) {
                gone(link);
            }
        }
        session.close();
        session.free();
    }

    void flow(Link link) {
        end(link).flatMap(LinkEnd::outgoing).ifPresent(OutgoingLink::credited);
    }

    void delivery(Delivery delivery) throws ProtocolViolation {
        Link link = delivery.getLink();
        Optional<LinkEnd> end = end(link);
        if (end.isEmpty()) {
            discard(link, delivery);
        } else if (end.get().incoming().isPresent()) {
            end.get().incoming().get().arrived(delivery);
        } else {
            end.get().outgoing().orElseThrow().updated(delivery);
        }
    }

    /** It comes on a link that was closed on this side. */
    private static void discard(Link link, Delivery delivery) {
        if (link instanceof Receiver receiver && delivery.isReadable()) {
            receiver.recv();
            if (!delivery.isPartial() || delivery.isAborted()) {
                receiver.advance();
                delivery.settle();
            }
        } else {
            delivery.clear();
        }
    }
}
