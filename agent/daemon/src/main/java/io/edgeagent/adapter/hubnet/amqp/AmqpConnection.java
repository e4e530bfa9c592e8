package io.edgeagent.adapter.hubnet.amqp;

import io.edgeagent.adapter.hubnet.Backpressure;
import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.Wire;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.transport.AmqpError;
import org.apache.qpid.proton.amqp.transport.ConnectionError;
import org.apache.qpid.proton.amqp.transport.LinkError;
import org.apache.qpid.proton.engine.Event;
import org.apache.qpid.proton.engine.Link;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection by AMQP: its header, with or without SASL before it, then frames. Several identities may share it. proton-j comes
 * into being with the header, so that a stranger costs nothing.
 */
final class AmqpConnection implements Wire.Reader {
    private static final Logger LOG = LoggerFactory.getLogger(AmqpConnection.class);
    private static final Duration OPEN_PATIENCE = Duration.ofSeconds(10);
    /** For somebody to show who it is, at the beginning or after the last one has left. */
    private static final Duration GUEST_PATIENCE = Duration.ofSeconds(60);

    private static final Duration SOON = Duration.ofMillis(50);

    private final AmqpHead head;
    private final EventLoop loop;
    private final Backpressure pressure;
    private final Guests guests;
    private final FrameGate gate = new FrameGate();
    private final Links links;
    private Wire wire;
    private Phase phase = Phase.FIRST_HEADER;
    private Optional<SaslDialog> sasl = Optional.empty();
    private Optional<Engine> engine = Optional.empty();
    private EventLoop.Timer patience;
    private Optional<EventLoop.Timer> heartbeat = Optional.empty();
    private boolean sendingLater;
    private boolean ending;
    private boolean cleanly;

    private enum Phase {
        FIRST_HEADER,
        SASL,
        SECOND_HEADER,
        FRAMES
    }

    AmqpConnection(AmqpHead head) {
        this.head = head;
        this.loop = head.loop();
        this.pressure = new Backpressure(loop);
        this.guests = new Guests(head.entrance(), () -> wire.certificates());
        this.links = new Links(this, guests);
    }

    @Override
    public void opened(Wire opened) {
        wire = opened;
        pressure.begin(wire);
        head.entered(this);
        patience = loop.schedule(OPEN_PATIENCE, () -> wire.close("no open of AMQP in time"));
    }

    @Override
    public void read(ByteBuffer in) throws Wire.ProtocolViolation {
        try {
            while (!ending && !pressure.isBusy() && step(in)) {}
        } catch (Wire.ProtocolViolation e) {
            engine.ifPresent(proton -> say(proton, ConnectionError.FRAMING_ERROR, e.getMessage()));
            throw e;
        }
        if (ending) {
            in.position(in.limit());
        }
    }

    /** One header or frame; false if it is not all there. */
    private boolean step(ByteBuffer in) throws Wire.ProtocolViolation {
        switch (phase) {
            case FIRST_HEADER, SECOND_HEADER -> {
                return header(in);
            }
            case SASL -> {
                Optional<Boolean> admitted = sasl.orElseThrow().proceed(in, wire);
                phase = admitted.isPresent() ? Phase.SECOND_HEADER : phase;
                if (!admitted.orElse(true)) {
                    end("SASL refused it");
                }
                return admitted.isPresent();
            }
            default -> {
                Optional<ByteBuffer> frame = gate.next(in);
                if (frame.isPresent()) {
                    Engine proton = engine.orElseThrow();
                    proton.take(frame.get());
                    dispatch(proton);
                    hasOutput();
                }
                return frame.isPresent();
            }
        }
    }

    private boolean header(ByteBuffer in) throws Wire.ProtocolViolation {
        if (in.remaining() < ProtocolHeader.LENGTH) {
            return false;
        }
        Optional<ProtocolHeader> came = ProtocolHeader.read(in);
        if (came.equals(Optional.of(ProtocolHeader.SASL)) && phase == Phase.FIRST_HEADER) {
            sasl = Optional.of(new SaslDialog(
                    login -> showed(guests.show(login.client(), login.token())).isEmpty(),
                    !wire.certificates().isEmpty()));
            sasl.get().begin(wire);
            phase = Phase.SASL;
        } else if (came.equals(Optional.of(ProtocolHeader.AMQP))) {
            engine = Optional.of(new Engine());
            phase = Phase.FRAMES;
            hasOutput();
        } else {
            // it is told what would be understood
            wire.write(ProtocolHeader.AMQP.bytes());
            throw new Wire.ProtocolViolation("what came does not begin like AMQP 1.0");
        }
        return true;
    }

    /** Somebody has shown a token. */
    Optional<String> showed(Optional<String> refusal) {
        if (refusal.isEmpty()) {
            recognised();
        }
        return refusal;
    }

    private void recognised() {
        gate.guests(guests.known());
        wire.admitted();
    }

    /** An identity has come in, by its token or its certificate. */
    void entered() {
        recognised();
        awaitGuests();
    }

    /** What holds the reading back. */
    Backpressure pressure() {
        return pressure;
    }

    private void dispatch(Engine proton) throws Wire.ProtocolViolation {
        for (Optional<Event> event = proton.next(); event.isPresent(); event = proton.next()) {
            handle(proton, event.get());
            proton.done();
        }
    }

    private void handle(Engine proton, Event event) throws Wire.ProtocolViolation {
        switch (event.getType()) {
            case CONNECTION_REMOTE_OPEN -> {
                proton.open();
                awaitGuests();
                beat();
            }
            case CONNECTION_REMOTE_CLOSE -> {
                cleanly = true;
                proton.close();
                end("the client closed the connection");
            }
            case SESSION_REMOTE_OPEN -> event.getSession().open();
            case SESSION_REMOTE_CLOSE -> links.ended(event.getSession());
            case LINK_REMOTE_OPEN -> links.attach(event.getLink());
            case LINK_REMOTE_CLOSE, LINK_REMOTE_DETACH -> links.detached(event.getLink());
            case LINK_FLOW -> links.flow(event.getLink());
            case DELIVERY -> links.delivery(event.getDelivery());
            default -> {
                // of no interest here
            }
        }
    }

    /** An identity is there; or none is any more, and that cannot go on for long. */
    private void awaitGuests() {
        patience.cancel();
        if (guests.present() == 0 && !ending) {
            patience =
                    loop.schedule(GUEST_PATIENCE, () -> end(AmqpError.UNAUTHORIZED_ACCESS, "nobody shows who it is"));
        }
    }

    private void beat() {
        Engine proton = engine.orElseThrow();
        long now = TimeUnit.NANOSECONDS.toMillis(loop.nanos());
        long next = proton.tick(now);
        hasOutput();
        if (proton.isClosed()) {
            end("nothing came within the idle-timeout");
            return;
        }
        heartbeat.ifPresent(EventLoop.Timer::cancel);
        heartbeat = Optional.of(loop.schedule(Duration.ofMillis(Math.max(SOON.toMillis(), next - now)), this::beat));
    }

    /** There is something to send at the end of the round. */
    void hasOutput() {
        head.hasOutput(this);
    }

    /** Sends what there is. At the end of a round. */
    void send() {
        if (engine.isEmpty() || ending) {
            return;
        }
        if (engine.get().send(wire, Backpressure.MOST_UNSENT)) {
            guests.all().forEach(AmqpClient::sent);
        } else if (!sendingLater) {
            sendingLater = true;
            loop.schedule(SOON, () -> {
                sendingLater = false;
                hasOutput();
            });
        }
    }

    /** Closes a link of a client from this side. */
    void detach(Link link, Symbol condition, String reason) {
        links.close(link, condition, reason);
        hasOutput();
    }

    /** A client has ended. */
    void gone(AmqpClient client) {
        guests.left(client);
        if (!ending) {
            awaitGuests();
        }
    }

    /** The hub goes: everybody is told. */
    void leave(String reason) {
        guests.all().forEach(client -> client.end(LinkError.DETACH_FORCED, reason));
        end(ConnectionError.CONNECTION_FORCED, reason);
    }

    private void end(Symbol condition, String reason) {
        engine.ifPresent(proton -> say(proton, condition, reason));
        end(reason);
    }

    private void say(Engine proton, Symbol condition, String reason) {
        proton.close(condition, reason);
        proton.send(wire, Long.MAX_VALUE);
    }

    private void end(String reason) {
        if (!ending) {
            engine.ifPresent(proton -> proton.send(wire, Long.MAX_VALUE));
            ending = true;
            wire.close(reason);
        }
    }

    String peer() {
        return wire.peer();
    }

    @Override
    public void closed(String reason) {
        boolean introduced = phase != Phase.FIRST_HEADER;
        ending = true;
        pressure.end();
        head.left(this);
        if (patience != null) {
            patience.cancel();
        }
        heartbeat.ifPresent(EventLoop.Timer::cancel);
        boolean stranger = guests.known() == 0;
        guests.all().forEach(client -> client.over(cleanly, reason));
        if (stranger && introduced) {
            LOG.info("event=client_refused peer={} reason=\"{}\"", wire.peer(), reason);
        }
    }
}
