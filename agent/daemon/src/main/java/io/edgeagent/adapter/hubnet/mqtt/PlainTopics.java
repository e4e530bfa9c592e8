package io.edgeagent.adapter.hubnet.mqtt;

import io.edgeagent.adapter.hubnet.Backpressure;
import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.Wire;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.topic.LocalClients;
import io.edgeagent.hub.topic.PlainFilter;
import io.edgeagent.hub.topic.TopicBroker;
import io.edgeagent.hub.topic.TopicClient;
import io.edgeagent.hub.topic.TopicIdentity;
import io.edgeagent.hub.topic.TopicMessage;
import io.edgeagent.hub.topic.TopicSeat;
import io.edgeagent.model.Printable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one connection has to do with plain topics. A module that uses none takes no session of the broker, unless an earlier connection
 * left one.
 */
final class PlainTopics implements TopicClient {
    private static final Logger LOG = LoggerFactory.getLogger(PlainTopics.class);
    /** A route may take a message to the IoT Hub, with its topic and the client's name as properties. */
    private static final int LARGEST = Message.MAX_SIZE - 4 * 1024;

    private static final String WRONG = "user name or password is wrong, or too many wrong ones came from there";
    private static final Duration WRONG_DELAY = Duration.ofSeconds(1);
    private static final int WINDOW = 20;
    private static final Duration SLOW_AGAIN = Duration.ofMillis(50);
    private static final int MOST_LOCAL = 100;
    private static final int LONGEST_CLIENT_ID = 256;
    private static final int LONGEST_SHOWN = 200;

    private final EventLoop loop;
    private final Wire wire;
    private final IntSupplier nextId;
    private final Consumer<Packet> send;
    private final Heads heads;
    private final Map<Integer, Long> inFlight = new HashMap<>();
    private Optional<TopicIdentity> identity = Optional.empty();
    private Optional<TopicSeat> seat = Optional.empty();
    private boolean clean = true;
    private boolean pumpAsked;
    private boolean gone;

    /** What the connections of a hub share. */
    record Heads(TopicBroker broker, LocalClients local) {}

    /**
     * @param nextId of a packet that waits for its acknowledgement
     * @param send the connection's own way out
     */
    PlainTopics(EventLoop loop, Wire wire, IntSupplier nextId, Consumer<Packet> send, Heads heads) {
        this.loop = loop;
        this.wire = wire;
        this.nextId = nextId;
        this.send = send;
        this.heads = heads;
    }

    /** Whether a client gives a name that is not one of an identity, and there are local clients. */
    boolean isForLocal(Packet.Connect connect) {
        return !heads.local().isEmpty()
                && connect.userName().filter(name -> !name.contains("/")).isPresent();
    }

    /**
     * Lets a local client in, or not.
     *
     * @param then is given why it is not in, soon or at once; empty if it is. Not at all if it has gone meanwhile
     */
    void enterLocal(Packet.Connect connect, String password, Consumer<Optional<Refusal>> then) {
        String name = connect.userName().orElse("");
        String address = wire.peer().replaceFirst(":[0-9]+$", "");
        heads.local().check(name, password, address, verdict -> {
            if (gone) {
                return;
            }
            switch (verdict) {
                case RIGHT -> then.accept(enterKnown(name, connect));
                case BUSY -> then.accept(Optional.of(new Refusal(3, "the board has too much else to do", false)));
                case NOT_LOOKED_AT -> then.accept(Optional.of(new Refusal(4, WRONG, true)));
                case WRONG -> guessed(then);
            }
        });
    }

    /** Who guesses waits for each answer. */
    private void guessed(Consumer<Optional<Refusal>> then) {
        LOG.info("event=client_refused peer={} reason=\"{}\"", wire.peer(), WRONG);
        loop.schedule(WRONG_DELAY, () -> {
            if (!gone) {
                then.accept(Optional.of(new Refusal(4, WRONG, true)));
            }
        });
    }

    private Optional<Refusal> enterKnown(String name, Packet.Connect connect) {
        String id = connect.clientId();
        if (id.length() > LONGEST_CLIENT_ID || id.matches(".*[/+#].*")) {
            return Optional.of(new Refusal(2, "its client id is too long, or has one of / + #", false));
        }
        if (id.isEmpty() && !connect.cleanSession()) {
            return Optional.of(new Refusal(2, "it has no client id, and wants its session to be kept", false));
        }
        if (heads.broker().connected() >= MOST_LOCAL) {
            return Optional.of(new Refusal(3, "already " + MOST_LOCAL + " local clients are connected", false));
        }
        // nobody knows the name that it did not choose
        TopicIdentity local = TopicIdentity.local(name, id.isEmpty() ? "auto-" + UUID.randomUUID() : id);
        Optional<Refusal> refusal = refusal(local, connect);
        if (refusal.isEmpty()) {
            enter(local, connect, true);
        }
        return refusal;
    }

    /** Why an identity of the IoT Hub is not to be let in; to be asked before it takes the place of another connection. */
    Optional<Refusal> refusal(ClientId id, Packet.Connect connect) {
        return refusal(TopicIdentity.of(id), connect);
    }

    private Optional<Refusal> refusal(TopicIdentity who, Packet.Connect connect) {
        if (!heads.broker().mayConnect(who)) {
            return Optional.of(new Refusal(5, "the authorisations deny " + who + " to connect", false));
        }
        return will(connect)
                .flatMap(last -> heads.broker().refusal(who, last))
                .map(reason -> new Refusal(5, who + " has a will to a topic where it may not publish", false));
    }

    /** An identity of the IoT Hub is in. */
    void enter(ClientId id, Packet.Connect connect) {
        TopicIdentity known = TopicIdentity.of(id);
        enter(known, connect, heads.broker().knows(known));
    }

    private static Optional<TopicBroker.Will> will(Packet.Connect connect) {
        return connect.will()
                .filter(last -> PlainFilter.isPlain(last.topic()))
                .map(last -> new TopicBroker.Will(
                        new TopicMessage(last.topic(), last.payload(), Math.min(1, last.qos()), last.retain())));
    }

    /**
     * Why a client is not let in.
     *
     * @param code of CONNACK
     * @param quiet whether the log has it already
     */
    record Refusal(int code, String reason, boolean quiet) {}

    private void enter(TopicIdentity who, Packet.Connect connect, boolean atOnce) {
        identity = Optional.of(who);
        clean = connect.cleanSession();
        Optional<TopicBroker.Will> will = will(connect);
        if (atOnce || will.isPresent()) {
            seat = Optional.of(heads.broker().enter(who, clean, will, this));
        }
    }

    private TopicSeat seat() {
        if (seat.isEmpty()) {
            seat = Optional.of(heads.broker().enter(identity.orElseThrow(), clean, Optional.empty(), this));
        }
        return seat.get();
    }

    boolean isResumed() {
        return seat.filter(TopicSeat::isResumed).isPresent();
    }

    /** Who it is, for the log. */
    String name() {
        return identity.map(TopicIdentity::toString).orElse("");
    }

    /** @throws Wire.ProtocolViolation if it may not: MQTT has no other way to say it */
    void publish(Packet.Publish publish, Runnable taken) throws Wire.ProtocolViolation {
        if (publish.payload().remaining() > LARGEST) {
            throw new Wire.ProtocolViolation("a payload is larger than " + LARGEST + " bytes");
        }
        Optional<String> refusal = seat().publish(
                        new TopicMessage(publish.topic(), publish.payload(), publish.qos(), publish.retain()), taken);
        if (refusal.isPresent()) {
            throw new Wire.ProtocolViolation(
                    "topic " + Printable.of(publish.topic(), LONGEST_SHOWN) + ": " + refusal.get());
        }
    }

    /** @return the QoS that was granted, or 0x80 */
    int subscribe(String filter, int qos) {
        return seat().subscribe(filter, qos);
    }

    /** @return false if it cannot be made durable */
    boolean unsubscribe(List<String> filters) {
        seat.ifPresent(taken -> taken.unsubscribe(filters));
        return save();
    }

    /** @return false if it cannot be made durable */
    boolean save() {
        return seat.isEmpty() || seat.get().save();
    }

    /** @return whether the id was one of these */
    boolean acknowledged(int id) {
        Long tag = inFlight.remove(id);
        if (tag != null) {
            seat.ifPresent(taken -> taken.acknowledged(tag));
        }
        return tag != null;
    }

    boolean isInFlight(int id) {
        return inFlight.containsKey(id);
    }

    /** Sends what waits; what a slow client does not take now is tried again. */
    void pump() {
        seat.ifPresent(TopicSeat::pump);
        if (isSlow() && !pumpAsked && seat.filter(TopicSeat::hasMore).isPresent()) {
            pumpAsked = true;
            loop.schedule(SLOW_AGAIN, () -> {
                pumpAsked = false;
                pump();
            });
        }
    }

    void disconnected(boolean cleanly) {
        gone = true;
        seat.ifPresent(taken -> taken.disconnected(cleanly));
        seat = Optional.empty();
    }

    @Override
    public void deliver(long tag, TopicMessage message, boolean again) {
        int id = 0;
        if (message.qos() == 1) {
            id = nextId.getAsInt();
            inFlight.put(id, tag);
        }
        send.accept(new Packet.Publish(again, message.qos(), message.retain(), message.topic(), id, message.payload()));
    }

    @Override
    public int room() {
        return isSlow() ? 0 : WINDOW - inFlight.size();
    }

    @Override
    public boolean isSlow() {
        return wire.unsent() > Backpressure.MOST_UNSENT;
    }

    @Override
    public String origin() {
        return "mqtt " + wire.peer();
    }

    @Override
    public void close(String reason) {
        wire.close(reason);
    }
}
