package io.edgeagent.adapter.hubnet;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.engine.Collector;
import org.apache.qpid.proton.engine.Connection;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.EndpointState;
import org.apache.qpid.proton.engine.Event;
import org.apache.qpid.proton.engine.Link;
import org.apache.qpid.proton.engine.Receiver;
import org.apache.qpid.proton.engine.Sender;
import org.apache.qpid.proton.engine.Session;
import org.apache.qpid.proton.engine.Transport;
import org.apache.qpid.proton.message.Message;

/** A client of AMQP that opens as it likes: without SASL as C# does, or with MSSBCBS as C does. For tests, on one thread. */
final class AmqpPeer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SSLSocket socket;
    private final InputStream in;
    private final Transport transport = Proton.transport();
    private final Collector collector = Collector.Factory.create();
    final Connection connection = Proton.connection();
    /** What came, by link; not settled. */
    final Map<Link, List<Received>> received = new LinkedHashMap<>();

    private long tags;
    boolean over;

    record Received(Delivery delivery, Message message) {
        String body() {
            Data data = (Data) message.getBody();
            return new String(
                    Arrays.copyOfRange(
                            data.getValue().getArray(),
                            data.getValue().getArrayOffset(),
                            data.getValue().getArrayOffset() + data.getValue().getLength()),
                    StandardCharsets.UTF_8);
        }

        Object annotation(String name) {
            return message.getMessageAnnotations().getValue().get(Symbol.valueOf(name));
        }

        Object property(String name) {
            return message.getApplicationProperties().getValue().get(name);
        }
    }

    /** @param mechanism of SASL; empty for none */
    AmqpPeer(HubLab lab, String mechanism) throws Exception {
        this(lab, lab.sockets(), mechanism);
    }

    AmqpPeer(HubLab lab, SSLSocketFactory sockets, String mechanism) throws Exception {
        this(lab, sockets, transport -> {
            if (!mechanism.isEmpty()) {
                transport.sasl().client();
                transport.sasl().setMechanisms(mechanism);
            }
        });
    }

    AmqpPeer(HubLab lab, Consumer<Transport> setUp) throws Exception {
        this(lab, lab.sockets(), setUp);
    }

    private AmqpPeer(HubLab lab, SSLSocketFactory sockets, Consumer<Transport> setUp) throws Exception {
        socket = (SSLSocket) sockets.createSocket("localhost", lab.amqpPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.startHandshake();
        socket.setSoTimeout(20);
        in = socket.getInputStream();
        setUp.accept(transport);
        transport.bind(connection);
        connection.collect(collector);
        connection.setContainer("peer");
        connection.setHostname("localhost");
        connection.open();
    }

    boolean isOpen() {
        return connection.getRemoteState() == EndpointState.ACTIVE;
    }

    /** So many frames came. */
    long frames() {
        return transport.getFramesInput();
    }

    Session session() {
        Session session = connection.session();
        session.open();
        return session;
    }

    Sender sender(Session session, String name, String address) {
        Sender sender = session.sender(name);
        Target target = new Target();
        target.setAddress(address);
        sender.setTarget(target);
        sender.setSource(new Source());
        sender.open();
        return sender;
    }

    Receiver receiver(Session session, String name, String address, int credit) {
        Receiver receiver = session.receiver(name);
        Source source = new Source();
        source.setAddress(address);
        receiver.setSource(source);
        receiver.setTarget(new Target());
        receiver.open();
        receiver.flow(credit);
        received.put(receiver, new ArrayList<>());
        return receiver;
    }

    /** Shows a token at {@code $cbs}. @return the status */
    int show(String token) throws IOException {
        Session cbs = session();
        Sender requests = sender(cbs, "cbs-sender", "$cbs");
        Receiver answers = receiver(cbs, "cbs-receiver", "$cbs", 10);
        return show(requests, answers, token);
    }

    int show(Sender requests, Receiver answers, Object token) throws IOException {
        Message request = Proton.message();
        request.setMessageId("id-" + received.get(answers).size());
        request.setApplicationProperties(new ApplicationProperties(new LinkedHashMap<>(Map.of(
                "operation",
                "put-token",
                "type",
                "servicebus.windows.net:sastoken",
                "name",
                "hub.example/devices/x"))));
        request.setBody(new AmqpValue(token));
        int before = received.get(answers).size();
        send(requests, request, 0);
        await(() -> received.get(answers).size() > before);
        Received answer = received.get(answers).get(before);
        accept(answer);
        if (!answer.message().getCorrelationId().equals(request.getMessageId())) {
            throw new IOException("the answer is to " + answer.message().getCorrelationId());
        }
        return (int) answer.property("status-code");
    }

    static byte[] bytes(Message message) {
        byte[] all = new byte[1 << 20];
        return Arrays.copyOf(all, message.encode(all, 0, all.length));
    }

    static Message text(String body) {
        return binary(body.getBytes(StandardCharsets.UTF_8));
    }

    static Message binary(byte[] body) {
        Message message = Proton.message();
        message.setBody(new Data(new Binary(body)));
        return message;
    }

    Delivery send(Sender sender, Message message, int format) throws IOException {
        return send(sender, bytes(message), format);
    }

    /** Sends, and waits until it may. */
    Delivery send(Sender sender, byte[] message, int format) throws IOException {
        await(() -> sender.getCredit() > 0);
        Delivery delivery = sender.delivery(("t" + ++tags).getBytes(StandardCharsets.UTF_8));
        delivery.setMessageFormat(format);
        sender.send(message, 0, message.length);
        sender.advance();
        return delivery;
    }

    /** Sends, and waits for what becomes of it. */
    DeliveryState sent(Sender sender, Message message) throws IOException {
        Delivery delivery = send(sender, message, 0);
        await(() -> delivery.getRemoteState() != null);
        delivery.settle();
        return delivery.getRemoteState();
    }

    void accept(Received message) {
        settle(message, Accepted.getInstance());
    }

    void settle(Received message, DeliveryState state) {
        message.delivery().disposition(state);
        message.delivery().settle();
    }

    boolean isAttached(Link link) throws IOException {
        await(() -> link.getRemoteState() != EndpointState.UNINITIALIZED);
        // a refusal follows at once
        pump();
        pump();
        return link.getRemoteState() == EndpointState.ACTIVE;
    }

    /** Why the hub closed a link. */
    String refusal(Link link) throws IOException {
        await(() -> link.getRemoteState() == EndpointState.CLOSED);
        return String.valueOf(link.getRemoteCondition().getCondition());
    }

    void await(BooleanSupplier condition) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("waited too long");
            }
            if (over) {
                throw new IOException("the hub ended the connection: " + connection.getRemoteCondition());
            }
            pump();
        }
    }

    /** Sends what there is, and reads what comes within a moment. */
    void pump() throws IOException {
        events();
        for (int pending = transport.pending(); pending > 0; pending = transport.pending()) {
            byte[] out = new byte[pending];
            transport.head().get(out);
            transport.pop(pending);
            socket.getOutputStream().write(out);
        }
        try {
            ByteBuffer tail = transport.tail();
            byte[] come = new byte[tail.remaining()];
            int read = in.read(come);
            if (read < 0) {
                over = true;
            } else {
                tail.put(come, 0, read);
                transport.process();
            }
        } catch (SocketTimeoutException e) {
            // nothing came
        }
        events();
        over |= connection.getRemoteState() == EndpointState.CLOSED;
    }

    private void events() {
        for (Event event = collector.peek(); event != null; event = collector.peek()) {
            if (event.getType() == Event.Type.DELIVERY
                    && event.getDelivery().getLink() instanceof Receiver receiver
                    && event.getDelivery().isReadable()
                    && !event.getDelivery().isPartial()) {
                take(receiver, event.getDelivery());
            }
            collector.pop();
        }
    }

    private void take(Receiver receiver, Delivery delivery) {
        byte[] bytes = new byte[delivery.pending()];
        receiver.recv(bytes, 0, bytes.length);
        receiver.advance();
        Message message = Proton.message();
        message.decode(bytes, 0, bytes.length);
        received.get(receiver).add(new Received(delivery, message));
    }

    /** Writes bytes as they are. */
    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
