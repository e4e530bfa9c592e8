package io.edgeagent.adapter.hubnet.mqtt;

import io.edgeagent.adapter.hubnet.Backpressure;
import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.Wire;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubClient;
import io.edgeagent.hub.HubEntrance;
import io.edgeagent.hub.HubSession;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.topic.LocalClients;
import io.edgeagent.hub.topic.PlainFilter;
import io.edgeagent.hub.topic.TopicBroker;
import io.edgeagent.model.Printable;
import io.edgeagent.protocol.ClientTopic;
import io.edgeagent.protocol.MqttUsername;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client's connection by MQTT 3.1.1 (hub contract 4). What cannot be done as asked ends the connection: MQTT has no error reply. */
public final class MqttServerConnection implements Wire.Reader, HubClient {
    private static final Logger LOG = LoggerFactory.getLogger(MqttServerConnection.class);

    /** Topic and properties percent-encoded, and the largest body. */
    static final int MAX_PACKET = Message.MAX_SIZE + 64 * 1024;

    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(10);
    private static final Duration LONGEST_KEEP_ALIVE = Duration.ofMinutes(10);
    /** Deliveries that the client has not acknowledged. */
    private static final int WINDOW = 10;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private static final int LONGEST_KNOWN = 1024;

    private final EventLoop loop;
    private final Backpressure pressure;
    private final HubEntrance entrance;
    private final Decoder decoder = new Decoder(MAX_PACKET);
    private final Map<Integer, Long> inFlight = new HashMap<>();
    private final AckOrder acks = new AckOrder(id -> send(new Packet.PubAck(id)));
    private final Optional<PlainTopics.Heads> plain;
    private Optional<PlainTopics> topics = Optional.empty();
    private Wire wire;
    private EventLoop.Timer patience;
    private Optional<HubSession> session = Optional.empty();
    private Optional<Packet.Will> will = Optional.empty();
    private Duration keepAlive = CONNECT_PATIENCE;
    private boolean cleanly;
    private boolean introduced;
    private boolean refusedByHub;
    private boolean admitted;
    private boolean connecting;
    private boolean quiet;
    private int lastId;
    /** Most modules publish to one topic: it is taken apart once. */
    private Optional<Known> lastTelemetry = Optional.empty();

    private long heardAt;

    /** @param message made for the topic, to be given another body */
    private record Known(String topic, Message message) {}

    /** Without plain topics. */
    public MqttServerConnection(EventLoop loop, HubEntrance entrance) {
        this(loop, entrance, Optional.empty());
    }

    private MqttServerConnection(EventLoop loop, HubEntrance entrance, Optional<PlainTopics.Heads> plain) {
        this.loop = loop;
        this.pressure = new Backpressure(loop);
        this.entrance = entrance;
        this.plain = plain;
    }

    /** With plain topics, and with clients that have only a password. */
    public static MqttServerConnection withTopics(
            EventLoop loop, HubEntrance entrance, TopicBroker broker, LocalClients local) {
        return new MqttServerConnection(loop, entrance, Optional.of(new PlainTopics.Heads(broker, local)));
    }

    @Override
    public void opened(Wire opened) {
        wire = opened;
        pressure.begin(wire);
        topics = plain.map(heads -> new PlainTopics(loop, opened, this::nextId, this::send, heads));
        patience = loop.schedule(CONNECT_PATIENCE, () -> wire.close("no CONNECT in time"));
    }

    @Override
    public void read(ByteBuffer in) throws Wire.ProtocolViolation {
        boolean any = false;
        for (Optional<Packet> packet = next(in); packet.isPresent(); packet = next(in)) {
            any = true;
            take(packet.get());
        }
        if (any) {
            heardAt = loop.nanos();
        }
    }

    private Optional<Packet> next(ByteBuffer in) throws Wire.ProtocolViolation {
        if (cleanly || pressure.isBusy()) {
            return Optional.empty();
        }
        return decoder.next(in);
    }

    // a timer anew for each packet would cost more than the packet
    private void watch(Duration time) {
        patience = loop.schedule(time, () -> {
            Duration quiet = Duration.ofNanos(loop.nanos() - heardAt);
            if (quiet.compareTo(keepAlive) >= 0) {
                wire.close("nothing came within 1.5 times the keep-alive");
            } else {
                watch(keepAlive.minus(quiet));
            }
        });
    }

    private void take(Packet packet) throws Wire.ProtocolViolation {
        introduced = true;
        if (packet instanceof Packet.Connect connect) {
            connect(connect);
            return;
        }
        if (!admitted) {
            throw new Wire.ProtocolViolation("the first packet is not CONNECT");
        }
        if (packet instanceof Packet.Publish publish) {
            published(publish);
        } else if (packet instanceof Packet.PubAck ack) {
            acknowledged(ack.id());
        } else if (packet instanceof Packet.Subscribe subscribe) {
            subscribe(subscribe);
        } else if (packet instanceof Packet.Unsubscribe unsubscribe) {
            unsubscribe(unsubscribe);
        } else if (packet instanceof Packet.PingReq) {
            send(new Packet.PingResp());
        } else if (packet instanceof Packet.Disconnect) {
            cleanly = true;
            wire.close("the client disconnected");
        } else {
            throw new Wire.ProtocolViolation(
                    "a client does not send " + packet.getClass().getSimpleName());
        }
    }

    private void acknowledged(int id) {
        Long tag = inFlight.remove(id);
        if (tag != null) {
            session.ifPresent(open -> open.delivered(tag, true));
        } else if (topics.filter(plainTopics -> plainTopics.acknowledged(id)).isPresent()) {
            topics.get().pump();
        }
    }

    private void connect(Packet.Connect connect) throws Wire.ProtocolViolation {
        if (admitted || connecting) {
            throw new Wire.ProtocolViolation("a second CONNECT");
        }
        if (!connect.protocolName().equals("MQTT") || connect.protocolLevel() != 4) {
            refuse(1, "it speaks " + connect.protocolName() + " level " + connect.protocolLevel() + ", not MQTT 3.1.1");
            return;
        }
        String password = connect.password()
                .map(given -> StandardCharsets.UTF_8.decode(given).toString())
                .orElse("");
        if (topics.filter(plainTopics -> plainTopics.isForLocal(connect)).isPresent()) {
            connectLocal(connect, password);
            return;
        }
        ClientId id;
        MqttUsername user;
        try {
            user = MqttUsername.parse(connect.userName().orElse(""));
            id = new ClientId(user.deviceId(), user.moduleId());
        } catch (ProtocolException e) {
            refuse(4, e.getMessage());
            return;
        }
        if (!connect.clientId().equals(user.clientId())) {
            refuse(2, "client id and user name are of two identities");
            return;
        }
        Optional<PlainTopics.Refusal> unwelcome = topics.flatMap(plainTopics -> plainTopics.refusal(id, connect));
        if (unwelcome.isPresent()) {
            refuse(unwelcome.get().code(), unwelcome.get().reason());
            return;
        }
        HubEntrance.Admission admission = entrance.connect(
                id,
                new HubEntrance.Proof(password, wire.certificates()),
                connect.cleanSession(),
                user.query().getOrDefault("DeviceClientType", ""),
                this);
        if (admission.session().isEmpty()) {
            refusedByHub = true;
            refuse(admission.refusal() == HubEntrance.Refusal.NOT_AUTHORISED ? 5 : 3, id + ": " + admission.reason());
            return;
        }
        session = admission.session();
        will = connect.will().filter(last -> plain.isEmpty() || !PlainFilter.isPlain(last.topic()));
        topics.ifPresent(plainTopics -> plainTopics.enter(id, connect));
        admit(connect, admission.resumed());
    }

    /** Its password is looked at on another thread: meanwhile nothing of it is read. */
    private void connectLocal(Packet.Connect connect, String password) {
        PlainTopics entering = topics.orElseThrow();
        connecting = true;
        patience.cancel();
        pressure.hold();
        entering.enterLocal(connect, password, refusal -> {
            quiet = refusal.filter(PlainTopics.Refusal::quiet).isPresent();
            refusal.ifPresent(why -> refuse(why.code(), why.reason()));
            if (refusal.isEmpty()) {
                LOG.debug("event=local_client_connected client={}", entering.name());
                admit(connect, false);
                pressure.release();
            }
        });
    }

    private void admit(Packet.Connect connect, boolean resumed) {
        admitted = true;
        wire.admitted();
        keepAlive = connect.keepAliveSeconds() == 0
                ? LONGEST_KEEP_ALIVE
                : Duration.ofMillis(Math.min(LONGEST_KEEP_ALIVE.toMillis(), connect.keepAliveSeconds() * 1500L));
        patience.cancel();
        watch(keepAlive);
        boolean topicsResumed = topics.filter(PlainTopics::isResumed).isPresent();
        send(new Packet.ConnAck(resumed || topicsResumed, 0));
        topics.ifPresent(PlainTopics::pump);
    }

    private void refuse(int code, String reason) {
        send(new Packet.ConnAck(false, code));
        wire.close("refused: " + reason);
    }

    private void published(Packet.Publish publish) throws Wire.ProtocolViolation {
        if (publish.qos() > 1) {
            throw new Wire.ProtocolViolation("QoS 2 is not supported");
        }
        if (topics.isPresent() && PlainFilter.isPlain(publish.topic())) {
            topics.get().publish(publish, taken(publish));
            return;
        }
        HubSession open = session.orElseThrow(() -> new Wire.ProtocolViolation(
                "topic " + shown(publish.topic()) + ": a local client has plain topics only"));
        if (lastTelemetry.filter(known -> known.topic().equals(publish.topic())).isPresent()) {
            telemetry(open, lastTelemetry.get().message().withBody(publish.payload()), publish);
            return;
        }
        ClientTopic topic;
        try {
            topic = ClientTopic.parse(publish.topic());
            if (topic instanceof ClientTopic.Telemetry telemetry) {
                Message message = message(open, telemetry, publish.payload());
                if (publish.topic().length() <= LONGEST_KNOWN) {
                    lastTelemetry = Optional.of(new Known(publish.topic(), message.withBody(NOTHING)));
                }
                telemetry(open, message, publish);
                return;
            }
        } catch (ProtocolException | IllegalArgumentException e) {
            throw new Wire.ProtocolViolation("topic " + shown(publish.topic()) + ": " + e.getMessage());
        }
        if (publish.payload().remaining() > Message.MAX_SIZE) {
            throw new Wire.ProtocolViolation("a payload is larger than " + Message.MAX_SIZE + " bytes");
        }
        String payload = StandardCharsets.UTF_8.decode(publish.payload()).toString();
        if (topic instanceof ClientTopic.TwinGet get) {
            open.getTwin(get.requestId());
        } else if (topic instanceof ClientTopic.ReportedPatch patch) {
            open.patchReported(patch.requestId(), payload);
        } else if (topic instanceof ClientTopic.MethodResponse response) {
            open.methodAnswered(response.requestId(), response.status(), payload);
        }
        if (publish.qos() == 1) {
            acks.expect(publish.id()).run();
        }
    }

    /** To be run once a message is kept: its sender is told, in the order of its messages. */
    private Runnable taken(Packet.Publish publish) {
        pressure.take();
        Runnable acknowledge = publish.qos() == 1 ? acks.expect(publish.id()) : () -> {};
        return () -> {
            pressure.taken(1);
            acknowledge.run();
        };
    }

    private static Message message(HubSession open, ClientTopic.Telemetry telemetry, ByteBuffer body)
            throws Wire.ProtocolViolation {
        ClientId owner = new ClientId(telemetry.deviceId(), telemetry.moduleId());
        if (!owner.equals(open.id())) {
            throw new Wire.ProtocolViolation("it publishes as " + owner);
        }
        return MessageBag.message(owner, telemetry.properties(), body);
    }

    private void telemetry(HubSession open, Message message, Packet.Publish publish) throws Wire.ProtocolViolation {
        if (message.size() > Message.MAX_SIZE) {
            throw new Wire.ProtocolViolation(
                    "a message of " + message.size() + " bytes is larger than " + Message.MAX_SIZE);
        }
        open.publish(message, taken(publish)::run);
    }

    private void subscribe(Packet.Subscribe subscribe) {
        List<Integer> codes = new ArrayList<>();
        List<HubSession.Interest> wanted = new ArrayList<>();
        for (Packet.Filter filter : subscribe.filters()) {
            Optional<HubSession.Interest> interest =
                    session.flatMap(open -> SubscriptionTopic.interest(open.id(), filter.topic()));
            interest.ifPresent(wanted::add);
            codes.add(interest.isPresent() ? Math.min(filter.qos(), 1) : code(filter));
        }
        if (topics.isPresent() && !topics.get().save()) {
            return;
        }
        Packet answer = new Packet.SubAck(subscribe.id(), codes);
        if (wanted.isEmpty()) {
            send(answer);
        }
        for (int i = 0; i < wanted.size(); i++) {
            boolean last = i == wanted.size() - 1;
            session.get().subscribe(wanted.get(i), true, last ? () -> send(answer) : () -> {});
        }
        topics.ifPresent(PlainTopics::pump);
    }

    /** Of a filter that is none of IoT Hub's: the QoS that was granted, or 0x80. */
    private int code(Packet.Filter filter) {
        if (topics.isPresent() && PlainFilter.isPlain(filter.topic())) {
            return topics.get().subscribe(filter.topic(), filter.qos());
        }
        LOG.warn(
                "event=subscription_refused client={} filter=\"{}\"",
                session.map(open -> open.id().toString())
                        .orElseGet(() -> topics.map(PlainTopics::name).orElse("")),
                shown(filter.topic()));
        return 0x80;
    }

    private void unsubscribe(Packet.Unsubscribe unsubscribe) {
        for (String topic : unsubscribe.topics()) {
            session.flatMap(open -> SubscriptionTopic.interest(open.id(), topic))
                    .ifPresent(interest -> session.get().subscribe(interest, false, () -> {}));
        }
        if (topics.filter(open -> !open.unsubscribe(unsubscribe.topics())).isEmpty()) {
            send(new Packet.UnsubAck(unsubscribe.id()));
        }
    }

    private static String shown(String text) {
        return Printable.of(text, 200);
    }

    private void send(Packet packet) {
        wire.write(Encoder.bytes(packet));
    }

    @Override
    public void deliver(Delivery delivery) {
        String topic = "devices/" + session.get().id().device() + "/modules/"
                + session.get().id().module().orElse("") + "/inputs/" + delivery.input() + "/"
                + MessageBag.toInput(delivery.message());
        publish(topic, delivery.tag(), delivery.message());
    }

    @Override
    public void deliverFromCloud(long tag, Message message) {
        publish(
                "devices/" + session.get().id().device() + "/messages/devicebound/" + MessageBag.toDevice(message),
                tag,
                message);
    }

    private void publish(String topic, long tag, Message message) {
        int id = nextId();
        inFlight.put(id, tag);
        send(new Packet.Publish(false, 1, false, topic, id, message.bytes()));
    }

    private int nextId() {
        do {
            lastId = lastId % 0xffff + 1;
        } while (inFlight.containsKey(lastId)
                || topics.filter(open -> open.isInFlight(lastId)).isPresent());
        return lastId;
    }

    @Override
    public void invoke(MethodCall call) {
        publish(Topics.methodCall(call.name(), call.id()), call.payload());
    }

    @Override
    public void desiredChanged(String patch, long version) {
        publish(Topics.desiredPatch(version), patch);
    }

    @Override
    public void twinAnswered(TwinAnswer answer) {
        publish(Topics.twinResponse(answer.status(), answer.requestId()), answer.body());
    }

    private void publish(String topic, String payload) {
        // none of this is repeated, so none of it needs an acknowledgement
        send(new Packet.Publish(false, 0, false, topic, 0, ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8))));
    }

    @Override
    public String origin() {
        return "mqtt " + wire.peer();
    }

    @Override
    public int room() {
        return pressure.isBlocked() ? 0 : WINDOW - inFlight.size();
    }

    @Override
    public void close(String reason) {
        wire.close(reason);
    }

    @Override
    public void closed(String reason) {
        pressure.end();
        if (patience != null) {
            patience.cancel();
        }
        session.ifPresent(open -> {
            if (!cleanly) {
                will.ifPresent(last -> LastWill.publish(open, last));
            }
            open.disconnected(cleanly, reason);
        });
        topics.ifPresent(open -> open.disconnected(cleanly));
        if (admitted && session.isEmpty() && !cleanly) {
            String name = topics.map(PlainTopics::name).orElse("");
            LOG.info("event=client_disconnected client=\"{}\" reason=\"{}\"", name, reason);
        }
        // of those that never said anything there may be ten thousand; the hub says whom it refused itself
        if (!admitted && introduced && !quiet && !refusedByHub) {
            LOG.info("event=client_refused peer={} reason=\"{}\"", wire.peer(), reason);
        }
    }
}
