package io.edgeagent.adapter.hubnet.mqtt;

import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.Wire;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubClient;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.UpstreamLinks;
import io.edgeagent.protocol.Percent;
import io.edgeagent.protocol.PropertyBag;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One identity's connection to IoT Hub. It is made anew whenever it is lost, and before its token ends. */
final class MqttLink implements UpstreamLinks.Link {
    private static final Logger LOG = LoggerFactory.getLogger(MqttLink.class);
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);
    private static final Duration LASTING = Duration.ofMinutes(2);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final Duration KEEP_ALIVE = Duration.ofMinutes(4);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(30);
    /** After a throttled call. */
    private static final Duration REPORT_WAIT = Duration.ofSeconds(10);

    private final MqttUpstream upstream;
    private final ClientId id;
    private final UpstreamLinks.Listener listener;
    private final Map<Integer, Long> unacknowledged = new HashMap<>();
    private final Map<String, String> calls = new HashMap<>();
    /** Messages from the cloud that the device has not acknowledged: packet ids of the present connection. */
    private final Map<Long, Integer> fromCloud = new HashMap<>();

    private Optional<Connection> current = Optional.empty();
    private Optional<EventLoop.Timer> retry = Optional.empty();
    private int failures;
    private boolean methodsWanted;
    private boolean cloudMessagesWanted;
    private boolean closed;
    private String said = "";

    MqttLink(MqttUpstream upstream, ClientId id, UpstreamLinks.Listener listener) {
        this.upstream = upstream;
        this.id = id;
        this.listener = listener;
        upstream.loop().execute(this::connect);
    }

    private void connect() {
        if (closed || current.isPresent()) {
            return;
        }
        Optional<MqttUpstream.Tokens.Token> token = upstream.tokens().token(id);
        if (token.isEmpty()) {
            lost("there is no key for this identity on the board yet", false);
            return;
        }
        Connection connection = new Connection(token.get());
        current = Optional.of(connection);
        upstream.road().dial(connection);
    }

    private void lost(String reason, boolean refused) {
        current = Optional.empty();
        unacknowledged.clear();
        calls.clear();
        fromCloud.clear();
        if (closed) {
            return;
        }
        failures++;
        if (refused) {
            upstream.tokens().refused(id);
        }
        if (!reason.equals(said)) {
            said = reason;
            LOG.info("event=upstream_down client={} reason=\"{}\"", id, reason);
        }
        listener.down(reason, refused);
        long most = Math.min(LONGEST_WAIT.toMillis(), SHORTEST_WAIT.toMillis() << Math.min(failures - 1, 20));
        // all links of a site come back at different times
        long wait = most / 2 + upstream.random().nextLong(most / 2 + 1);
        retry = Optional.of(upstream.loop().schedule(Duration.ofMillis(wait), this::connect));
    }

    private void lasts() {
        failures = 0;
        said = "";
    }

    @Override
    public void send(long tag, Message message) {
        current.ifPresent(connection -> {
            int packet = connection.nextId();
            unacknowledged.put(packet, tag);
            String topic = Topics.telemetry(id.device(), id.module()) + MessageBag.toCloud(message);
            connection.send(new Packet.Publish(false, 1, false, topic, packet, message.bytes()));
        });
    }

    @Override
    public boolean isUp() {
        return current.filter(connection -> connection.up).isPresent();
    }

    @Override
    public void getTwin() {
        current.filter(connection -> connection.up)
                .ifPresent(connection -> connection.request("$iothub/twin/GET/", "", true));
    }

    @Override
    public void report(String patch) {
        current.filter(connection -> connection.up)
                .ifPresent(connection -> connection.request("$iothub/twin/PATCH/properties/reported/", patch, false));
    }

    @Override
    public void methodAnswered(String callId, int status, String payload) {
        String requestId = calls.remove(callId);
        if (requestId != null) {
            current.ifPresent(
                    connection -> connection.publish("$iothub/methods/res/" + status + "/?$rid=" + requestId, payload));
        }
    }

    @Override
    public void wantMethods(boolean wanted) {
        if (methodsWanted != wanted) {
            methodsWanted = wanted;
            current.filter(connection -> connection.up).ifPresent(Connection::subscribeMethods);
        }
    }

    @Override
    public void wantCloudMessages(boolean wanted) {
        if (isLeaf() && cloudMessagesWanted != wanted) {
            cloudMessagesWanted = wanted;
            current.filter(connection -> connection.up).ifPresent(Connection::subscribeCloudMessages);
        }
    }

    @Override
    public void cloudMessageDone(long tag) {
        Integer packet = fromCloud.remove(tag);
        if (packet != null) {
            current.ifPresent(connection -> connection.send(new Packet.PubAck(packet)));
        }
    }

    private boolean isLeaf() {
        return id.module().isEmpty();
    }

    @Override
    public void close() {
        closed = true;
        retry.ifPresent(EventLoop.Timer::cancel);
        current.ifPresent(connection -> connection.end("nobody needs it now"));
        current = Optional.empty();
    }

    /** A request for a twin call that waits for its answer. */
    private record Request(String topic, String payload, boolean get) {}

    private final class Connection implements Wire.Reader {
        private final MqttUpstream.Tokens.Token token;
        private final Decoder decoder = new Decoder(MqttServerConnection.MAX_PACKET);
        private final Map<String, Request> requests = new HashMap<>();
        private Optional<Wire> wire = Optional.empty();
        private final Set<EventLoop.Timer> timers = new HashSet<>();
        private boolean up;
        private boolean refused;
        private boolean heard = true;
        private int lastId;
        private long lastRequest;

        private Connection(MqttUpstream.Tokens.Token token) {
            this.token = token;
        }

        /** Does something later, unless this connection has ended. */
        private EventLoop.Timer later(Duration delay, Runnable action) {
            EventLoop.Timer[] timer = new EventLoop.Timer[1];
            timer[0] = upstream.loop().schedule(delay, () -> {
                timers.remove(timer[0]);
                action.run();
            });
            timers.add(timer[0]);
            return timer[0];
        }

        private boolean isCurrent() {
            return current.filter(this::equals).isPresent();
        }

        private int nextId() {
            do {
                lastId = lastId % 0xffff + 1;
            } while (unacknowledged.containsKey(lastId));
            return lastId;
        }

        @Override
        public void opened(Wire opened) {
            wire = Optional.of(opened);
            if (!isCurrent()) {
                end("it is not needed any more");
                return;
            }
            String host = upstream.host();
            String user = host + "/" + id + "/?api-version=2021-04-12&DeviceClientType="
                    + Percent.encode(upstream.product())
                    + (token.chain().isEmpty() ? "" : "&auth-chain=" + Percent.encode(token.chain()));
            send(new Packet.Connect(
                    "MQTT",
                    4,
                    // what the cloud has for a device waits for it from one connection to the next
                    !isLeaf(),
                    (int) KEEP_ALIVE.toSeconds(),
                    id.toString(),
                    Optional.empty(),
                    Optional.of(user),
                    Optional.of(ByteBuffer.wrap(token.text().getBytes(StandardCharsets.UTF_8)))));
            later(ANSWER_PATIENCE, () -> {
                if (!up) {
                    end("the hub did not answer CONNECT");
                }
            });
        }

        private void send(Packet packet) {
            wire.ifPresent(open -> open.write(Encoder.bytes(packet)));
        }

        private void publish(String topic, String payload) {
            send(new Packet.Publish(
                    false, 0, false, topic, 0, ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8))));
        }

        private void end(String reason) {
            wire.ifPresent(open -> {
                if (up) {
                    send(new Packet.Disconnect());
                }
                open.close(reason);
            });
        }

        @Override
        public void read(ByteBuffer in) throws Wire.ProtocolViolation {
            for (Optional<Packet> packet = decoder.next(in); packet.isPresent(); packet = decoder.next(in)) {
                heard = true;
                take(packet.get());
            }
        }

        private void take(Packet packet) throws Wire.ProtocolViolation {
            if (packet instanceof Packet.ConnAck ack) {
                accepted(ack);
            } else if (packet instanceof Packet.PubAck ack) {
                Long tag = isCurrent() ? unacknowledged.remove(ack.id()) : null;
                if (tag != null) {
                    listener.sent(tag);
                }
            } else if (packet instanceof Packet.Publish publish) {
                if (publish.topic().startsWith("devices/" + id.device() + "/messages/devicebound/")) {
                    fromCloud(publish);
                    return;
                }
                if (publish.qos() == 1) {
                    send(new Packet.PubAck(publish.id()));
                }
                received(
                        publish.topic(),
                        StandardCharsets.UTF_8.decode(publish.payload()).toString());
            } else if (packet instanceof Packet.SubAck ack) {
                if (ack.codes().contains(0x80)) {
                    throw new Wire.ProtocolViolation("the hub refuses a subscription");
                }
                subscribed();
            }
        }

        private void accepted(Packet.ConnAck ack) throws Wire.ProtocolViolation {
            if (ack.code() != 0) {
                refused = ack.code() == 4 || ack.code() == 5;
                throw new Wire.ProtocolViolation("the hub refuses the connection with code " + ack.code());
            }
            send(new Packet.Subscribe(
                    nextId(),
                    List.of(
                            new Packet.Filter("$iothub/twin/res/#", 0),
                            new Packet.Filter("$iothub/twin/PATCH/properties/desired/#", 0))));
        }

        private void subscribed() {
            if (up || !isCurrent()) {
                return;
            }
            up = true;
            // one that comes and goes waits as long as one that does not come
            later(LASTING, MqttLink.this::lasts);
            LOG.info("event=upstream_up client={}", id);
            if (methodsWanted) {
                subscribeMethods();
            }
            if (cloudMessagesWanted) {
                subscribeCloudMessages();
            }
            later(KEEP_ALIVE.dividedBy(2), this::ping);
            // a new one in time: the hub cuts the connection when the token ends
            Duration life = Duration.between(Instant.now(), token.expires())
                    .multipliedBy(85)
                    .dividedBy(100);
            later(life.isNegative() ? Duration.ofMinutes(10) : life, () -> end("its token ends soon"));
            listener.up();
        }

        private void subscribeMethods() {
            String filter = "$iothub/methods/POST/#";
            send(
                    methodsWanted
                            ? new Packet.Subscribe(nextId(), List.of(new Packet.Filter(filter, 0)))
                            : new Packet.Unsubscribe(nextId(), List.of(filter)));
        }

        private void subscribeCloudMessages() {
            String filter = Topics.cloudToDeviceFilter(id.device());
            send(
                    cloudMessagesWanted
                            ? new Packet.Subscribe(nextId(), List.of(new Packet.Filter(filter, 1)))
                            : new Packet.Unsubscribe(nextId(), List.of(filter)));
        }

        /** It is acknowledged when the device has acknowledged it. */
        private void fromCloud(Packet.Publish publish) {
            String topic = publish.topic();
            String bag = topic.substring(topic.indexOf("/devicebound/") + "/devicebound/".length());
            try {
                Message message = MessageBag.fromCloud(id, PropertyBag.parse(bag), publish.payload());
                long tag = upstream.nextTag();
                if (publish.qos() == 1) {
                    fromCloud.put(tag, publish.id());
                }
                listener.cloudMessage(tag, message);
            } catch (ProtocolException e) {
                LOG.warn("event=cloud_message_unreadable client={} reason=\"{}\"", id, e.getMessage());
                if (publish.qos() == 1) {
                    send(new Packet.PubAck(publish.id()));
                }
            }
        }

        private void ping() {
            if (!isCurrent()) {
                return;
            }
            if (!heard) {
                end("the hub does not answer pings");
                return;
            }
            heard = false;
            send(new Packet.PingReq());
            later(KEEP_ALIVE.dividedBy(2), this::ping);
        }

        private void request(String path, String payload, boolean get) {
            String requestId = Long.toHexString(++lastRequest);
            requests.put(requestId, new Request(path, payload, get));
            publish(path + "?$rid=" + requestId, payload);
            later(ANSWER_PATIENCE, () -> {
                Request late = requests.remove(requestId);
                if (late != null && isCurrent()) {
                    again(late);
                }
            });
        }

        private void again(Request request) {
            if (request.get()) {
                listener.twin(Optional.empty());
            } else {
                request(request.topic(), request.payload(), false);
            }
        }

        private void received(String topic, String payload) {
            if (!isCurrent()) {
                return;
            }
            if (topic.startsWith("$iothub/twin/res/")) {
                answered(topic, payload);
            } else if (topic.startsWith("$iothub/twin/PATCH/properties/desired/")) {
                listener.desiredPatched(payload);
            } else if (topic.startsWith("$iothub/methods/POST/")) {
                String rest = topic.substring("$iothub/methods/POST/".length());
                int slash = rest.indexOf('/');
                int mark = rest.indexOf("$rid=");
                if (slash > 0 && mark > slash) {
                    String callId = UUID.randomUUID().toString();
                    calls.put(callId, rest.substring(mark + 5));
                    listener.methodCalled(new HubClient.MethodCall(callId, rest.substring(0, slash), payload));
                }
            }
        }

        /** {@code $iothub/twin/res/{status}/?$rid={id}[&$version={version}]} */
        private void answered(String topic, String payload) {
            String rest = topic.substring("$iothub/twin/res/".length());
            int slash = rest.indexOf('/');
            int mark = rest.indexOf("$rid=");
            if (slash < 0 || mark < 0) {
                return;
            }
            String status = rest.substring(0, slash);
            String requestId = rest.substring(mark + 5);
            int more = requestId.indexOf('&');
            Request request = requests.remove(more < 0 ? requestId : requestId.substring(0, more));
            if (request == null) {
                return;
            }
            if (request.get()) {
                listener.twin(status.equals("200") ? Optional.of(payload) : Optional.empty());
            } else if (status.startsWith("2")) {
                listener.reported(true, "");
            } else if (status.startsWith("4") && !status.equals("429") && !status.equals("408")) {
                listener.reported(false, "status " + status);
            } else {
                later(REPORT_WAIT, () -> {
                    if (isCurrent()) {
                        again(request);
                    }
                });
            }
        }

        @Override
        public void closed(String reason) {
            timers.forEach(EventLoop.Timer::cancel);
            timers.clear();
            if (isCurrent()) {
                boolean renewal = reason.equals("its token ends soon");
                if (renewal) {
                    failures = 0;
                    said = reason;
                }
                lost(reason, refused);
            }
        }
    }
}
