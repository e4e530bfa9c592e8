package io.edgeagent.adapter.hubnet.amqp;

import io.edgeagent.adapter.hubnet.Wire.ProtocolViolation;
import io.edgeagent.adapter.hubnet.amqp.LinkAddress.Use;
import io.edgeagent.hub.HubClient;
import io.edgeagent.hub.HubSession;
import io.edgeagent.hub.Message;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.transport.AmqpError;
import org.apache.qpid.proton.amqp.transport.LinkError;
import org.apache.qpid.proton.engine.Link;

/** One identity on a connection, with its links (hub contract 1.4 to 1.8). It ends with its last link; others go on. */
final class AmqpClient implements HubClient, OutgoingLink.Listener {
    /** Requests about the twin that are not answered. */
    private static final int MOST_REQUESTS = 64;

    /** Clients send it again, and take their time. */
    private static final Symbol THROTTLED = Symbol.valueOf("com.microsoft:device-container-throttled");

    private static final String REPORTED = "/properties/reported";
    private static final String NOTIFICATIONS = "/notifications/twin/properties/desired";
    private static final Map<Use, HubSession.Interest> INTERESTS = Map.of(
            Use.INPUTS, HubSession.Interest.INPUTS,
            Use.CLOUD_MESSAGES, HubSession.Interest.CLOUD_MESSAGES,
            Use.METHOD_CALLS, HubSession.Interest.METHODS,
            Use.TWIN_ANSWERS, HubSession.Interest.DESIRED);

    private final AmqpConnection connection;
    private final Map<Use, Link> links = new EnumMap<>(Use.class);
    private final Map<String, Object> requests = new LinkedHashMap<>();
    private Optional<HubSession> session = Optional.empty();
    private long lastRequest;
    private boolean starved;
    /** Messages of it that are not on the disk. */
    private int untaken;

    AmqpClient(AmqpConnection connection) {
        this.connection = connection;
    }

    /** The hub has let it in. */
    void admitted(HubSession admitted) {
        session = Optional.of(admitted);
    }

    HubSession session() {
        return session.orElseThrow();
    }

    boolean hasLinks() {
        return !links.isEmpty();
    }

    /** A link of the client is there, and open on this side. One of the same use that was there before is closed. */
    void attached(Use use, Link link) {
        Link before = links.put(use, link);
        if (before != null) {
            connection.detach(before, LinkError.DETACH_FORCED, "another link took its place");
        }
        interest(use).ifPresent(interest -> session().subscribe(interest, true, () -> {}));
    }

    /** Nothing comes from the cloud for modules, although the client for C has such a link. */
    private Optional<HubSession.Interest> interest(Use use) {
        return use == Use.CLOUD_MESSAGES && session().id().module().isPresent()
                ? Optional.empty()
                : Optional.ofNullable(INTERESTS.get(use));
    }

    /** The client has closed a link. */
    void detached(Use use, Link link) {
        if (links.remove(use, link)) {
            interest(use).ifPresent(interest -> session().subscribe(interest, false, () -> {}));
        }
    }

    /** The link with messages that the client acknowledges. */
    private Optional<OutgoingLink> deliveries() {
        return outgoing(session().id().module().isPresent() ? Use.INPUTS : Use.CLOUD_MESSAGES);
    }

    private Optional<OutgoingLink> outgoing(Use use) {
        return Optional.ofNullable(links.get(use)).flatMap(link -> ((LinkEnd) link.getContext()).outgoing());
    }

    /** What is done with messages on a link of this use. */
    IncomingLink.Taker taker(Use use) {
        return switch (use) {
            case TELEMETRY -> this::telemetry;
            case METHOD_ANSWERS -> this::methodAnswer;
            default -> this::twinRequest;
        };
    }

    private void telemetry(IncomingLink.Receipt receipt, int format, ByteBuffer bytes) throws ProtocolViolation {
        List<Message> messages;
        try {
            messages = MessageMap.messages(session().id(), format, bytes);
        } catch (ProtocolViolation e) {
            receipt.reject(AmqpError.DECODE_ERROR, e.getMessage());
            return;
        }
        if (messages.stream().anyMatch(message -> message.size() > Message.MAX_SIZE)) {
            receipt.reject(LinkError.MESSAGE_SIZE_EXCEEDED, "a message is larger than " + Message.MAX_SIZE + " bytes");
            return;
        }
        connection.pressure().take();
        untaken++;
        Taken taken = new Taken(receipt, messages.size());
        if (messages.isEmpty()) {
            taken.answered();
        }
        HubSession open = session();
        messages.forEach(message -> open.publish(message, taken));
    }

    /** One disposition for all messages of a transfer. */
    private final class Taken implements HubSession.Taking {
        private final IncomingLink.Receipt receipt;
        private int left;
        private Optional<String> refusal = Optional.empty();

        private Taken(IncomingLink.Receipt receipt, int left) {
            this.receipt = receipt;
            this.left = left;
        }

        @Override
        public void taken() {
            left--;
            answered();
        }

        @Override
        public boolean refused(String reason) {
            refusal = Optional.of(reason);
            taken();
            return true;
        }

        private void answered() {
            if (left <= 0 && session.isPresent()) {
                untaken--;
                connection.pressure().taken(1);
                refusal.ifPresentOrElse(reason -> receipt.reject(THROTTLED, reason), receipt::accept);
                connection.hasOutput();
            }
        }
    }

    private void methodAnswer(IncomingLink.Receipt receipt, int format, ByteBuffer bytes) throws ProtocolViolation {
        AmqpMessage answer = AmqpMessage.parse(bytes);
        Object status = answer.application().get("IoThub-status");
        Optional<String> call = answer.correlationId().map(AmqpClient::uuidText);
        receipt.accept();
        if (call.isPresent()) {
            session()
                    .methodAnswered(
                            call.get(), status instanceof Number number ? number.intValue() : 400, answer.text());
        }
    }

    /** Node gives a UUID back as its sixteen bytes. */
    private static String uuidText(Object id) {
        return id instanceof ByteBuffer bytes && bytes.remaining() == 16
                ? new UUID(bytes.getLong(bytes.position()), bytes.getLong(bytes.position() + 8)).toString()
                : id.toString();
    }

    private void twinRequest(IncomingLink.Receipt receipt, int format, ByteBuffer bytes) throws ProtocolViolation {
        AmqpMessage request = AmqpMessage.parse(bytes);
        receipt.accept();
        Optional<Object> correlation = request.correlationId();
        if (correlation.isEmpty()) {
            return;
        }
        String id = Long.toString(++lastRequest);
        if (requests.size() >= MOST_REQUESTS) {
            answer(correlation.get(), 429, "{\"message\":\"too many requests at once\"}");
            return;
        }
        requests.put(id, correlation.get());
        String operation = AmqpMessage.text(request.annotations(), "operation").orElse("");
        String resource = AmqpMessage.text(request.annotations(), "resource").orElse("");
        switch (operation + " " + resource) {
            case "PATCH " + REPORTED, "PATCH " + REPORTED + "/" -> session().patchReported(id, request.text());
            case "PUT " + NOTIFICATIONS, "DELETE " + NOTIFICATIONS -> {
                session().subscribe(HubSession.Interest.DESIRED, operation.equals("PUT"), () -> {});
                twinAnswered(new TwinAnswer(id, 200, ""));
            }
            default -> {
                if (operation.equals("GET")) {
                    session().getTwin(id);
                } else {
                    twinAnswered(new TwinAnswer(id, 400, "{\"message\":\"no such request is known\"}"));
                }
            }
        }
    }

    @Override
    public void twinAnswered(TwinAnswer given) {
        Optional.ofNullable(requests.remove(given.requestId()))
                .ifPresent(correlation -> answer(correlation, given.status(), given.body()));
    }

    private void answer(Object correlation, int status, String body) {
        send(Use.TWIN_ANSWERS, MessageMap.twinAnswer(correlation, status, body));
    }

    @Override
    public void desiredChanged(String patch, long version) {
        send(Use.TWIN_ANSWERS, MessageMap.desired(patch));
    }

    @Override
    public void invoke(MethodCall call) {
        send(Use.METHOD_CALLS, MessageMap.methodCall(UUID.fromString(call.id()), call.name(), call.payload()));
    }

    private void send(Use use, byte[] message) {
        if (!outgoing(use).map(link -> link.send(message)).orElse(true)) {
            close("it does not fetch what is sent to it");
        }
        connection.hasOutput();
    }

    @Override
    public void deliver(Delivery delivery) {
        deliveries()
                .ifPresent(link -> link.send(
                        MessageMap.toInput(delivery.input(), delivery.tag(), delivery.message()), delivery.tag()));
        connection.hasOutput();
    }

    @Override
    public void deliverFromCloud(long tag, Message message) {
        deliveries().ifPresent(link -> link.send(MessageMap.toDevice(tag, message), tag));
        connection.hasOutput();
    }

    @Override
    public void settled(long number, HubSession.Outcome outcome) {
        connection.hasOutput();
        session().delivered(number, outcome);
    }

    @Override
    public int room() {
        int room = connection.pressure().isBlocked()
                ? 0
                : deliveries().map(OutgoingLink::room).orElse(0);
        starved = room <= 0;
        return room;
    }

    @Override
    public void credited() {
        session().roomAgain();
    }

    /** What waited to be sent has gone: there may be room. */
    void sent() {
        if (starved) {
            starved = false;
            session().roomAgain();
        }
    }

    @Override
    public String origin() {
        return "amqp " + connection.peer();
    }

    @Override
    public void close(String reason) {
        end(LinkError.DETACH_FORCED, reason);
    }

    /** Ends this client and closes its links; others on the connection go on. */
    void end(Symbol condition, String reason) {
        Map<Use, Link> all = new EnumMap<>(Use.class);
        all.putAll(links);
        links.clear();
        all.values().forEach(link -> connection.detach(link, condition, reason));
        over(false, reason);
    }

    /** The connection has ended, or its last link. */
    void over(boolean cleanly, String reason) {
        links.clear();
        requests.clear();
        // others on the connection do not wait for what this one has not got to the disk
        connection.pressure().taken(untaken);
        untaken = 0;
        connection.gone(this);
        session.ifPresent(open -> {
            session = Optional.empty();
            open.disconnected(cleanly, reason);
        });
    }
}
