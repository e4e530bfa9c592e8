package io.edgeagent.simulator.mqtt;

import io.edgeagent.protocol.ClientTopic;
import io.edgeagent.protocol.PropertyBag;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.simulator.hub.ClientConnection;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.Identity;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.simulator.hub.SimulatedHub;
import io.edgeagent.simulator.hub.TopicFilter;
import io.edgeagent.simulator.tls.ClientCertificates;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's connection. MQTT 3.1.1 has no error reply, so whoever breaks a rule is cut off. */
final class MqttConnection extends SimpleChannelInboundHandler<MqttMessage> implements ClientConnection {
    /** IoT Hub quotas: a message to the cloud has at most 256 KB, properties included. */
    static final int MAX_MESSAGE_BYTES = 256 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);
    private static final long CONNECT_WITHIN_SECONDS = 30;

    private final SimulatedHub hub;
    private final Map<Integer, Runnable> unacknowledged = new HashMap<>();
    private ChannelHandlerContext context;
    private Optional<Identity> identity = Optional.empty();
    private Optional<ConnectCheck.Proof> proof = Optional.empty();
    private Optional<ConnectCheck.Will> will = Optional.empty();
    private int lastPacketId;

    MqttConnection(SimulatedHub hub) {
        this.hub = hub;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        closeAfter(Duration.ofSeconds(CONNECT_WITHIN_SECONDS), "no CONNECT came", true);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, MqttMessage message) {
        if (message.decoderResult().isFailure()) {
            close("malformed packet: " + message.decoderResult().cause().getMessage());
            return;
        }
        MqttMessageType type = message.fixedHeader().messageType();
        if (identity.isEmpty() != (type == MqttMessageType.CONNECT)) {
            close("unexpected " + type);
            return;
        }
        switch (type) {
            case CONNECT -> connect((MqttConnectMessage) message);
            case PUBLISH -> receive(identity.get(), (MqttPublishMessage) message);
            case PUBACK -> acknowledged(((MqttMessageIdVariableHeader) message.variableHeader()).messageId());
            case SUBSCRIBE -> subscribe(identity.get(), (MqttSubscribeMessage) message);
            case UNSUBSCRIBE -> unsubscribe(identity.get(), (MqttUnsubscribeMessage) message);
            case PINGREQ -> write(MqttMessage.PINGRESP);
            case DISCONNECT -> {
                will = Optional.empty();
                close("the client disconnected");
            }
            default -> close("unexpected " + type);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        close("the client closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        close(cause instanceof ProtocolException ? cause.getMessage() : cause.toString());
    }

    @Override
    public void publish(String topic, byte[] body) {
        send(topic, body, MqttQoS.AT_MOST_ONCE, 0);
    }

    @Override
    public void publish(String topic, byte[] body, Runnable acknowledged) {
        int qos = identity.map(own -> hub.sessions().qos(own, topic)).orElse(0);
        if (qos == 0) {
            publish(topic, body);
            acknowledged.run();
            return;
        }
        lastPacketId = lastPacketId % 0xffff + 1;
        unacknowledged.put(lastPacketId, acknowledged);
        send(topic, body, MqttQoS.AT_LEAST_ONCE, lastPacketId);
    }

    @Override
    public void recheck() {
        identity.ifPresent(own -> {
            try {
                proof.orElseThrow().check(hub, own.name());
            } catch (HubException e) {
                close(e.getMessage());
            }
        });
    }

    @Override
    public void close(String reason) {
        identity.ifPresent(own -> {
            identity = Optional.empty();
            LOG.info("disconnected client={} reason=\"{}\"", own.name(), reason);
            will.ifPresent(message -> hub.telemetry()
                    .accept(
                            own,
                            message.topic().properties().with("iothub-MessageType", "Will"),
                            Base64.getDecoder().decode(message.bodyBase64())));
            hub.sessions().disconnect(own, this);
        });
        ChannelFuture unused = context.close();
    }

    private void connect(MqttConnectMessage message) {
        ConnectCheck check = ConnectCheck.of(message, ClientCertificates.of(context.pipeline()), hub);
        if (check instanceof ConnectCheck.Refused refused) {
            LOG.info(
                    "refused client={} code={} reason=\"{}\"",
                    message.payload().clientIdentifier(),
                    refused.code().byteValue(),
                    refused.reason());
            context.writeAndFlush(connAck(refused.code(), false)).addListener(ChannelFutureListener.CLOSE);
        } else if (check instanceof ConnectCheck.Accepted accepted) {
            identity = Optional.of(accepted.identity());
            proof = Optional.of(accepted.proof());
            will = accepted.will();
            context.pipeline()
                    .addFirst(new ReadTimeoutHandler(accepted.maxSilence().toMillis(), TimeUnit.MILLISECONDS));
            if (accepted.proof() instanceof ConnectCheck.Proof.Token signed) {
                Instant expiry = Instant.ofEpochSecond(signed.token().expiry());
                closeAfter(Duration.between(hub.clock().instant(), expiry), "the token has expired", false);
            }
            boolean present = hub.sessions().connect(accepted.identity(), this, accepted.clean(), accepted.modelId());
            LOG.info(
                    "connected client={} session_present={}",
                    accepted.identity().name(),
                    present);
            write(connAck(MqttConnectReturnCode.CONNECTION_ACCEPTED, present));
            hub.sessions().resume(accepted.identity());
        }
    }

    private void receive(Identity own, MqttPublishMessage message) {
        MqttFixedHeader header = message.fixedHeader();
        String topicName = message.variableHeader().topicName();
        byte[] body = ByteBufUtil.getBytes(message.payload());
        if (header.qosLevel() == MqttQoS.EXACTLY_ONCE) {
            close("QoS 2 is not supported");
            return;
        }
        if (body.length + topicName.getBytes(StandardCharsets.UTF_8).length > MAX_MESSAGE_BYTES) {
            close("a message of more than " + MAX_MESSAGE_BYTES + " bytes");
            return;
        }
        ClientTopic topic = ClientTopic.parse(topicName);
        if (topic instanceof ClientTopic.Telemetry telemetry) {
            if (!new IdentityName(telemetry.deviceId(), telemetry.moduleId()).equals(own.name())) {
                close("published to a topic of somebody else: " + topicName);
                return;
            }
            if (hub.faults().exceedsQuota()) {
                close("the daily quota of messages is used up: a test asked for it");
                return;
            }
            PropertyBag bag = telemetry.properties();
            hub.telemetry().accept(own, header.isRetain() ? bag.with("mqtt-retain", "true") : bag, body);
            acknowledgeTelemetry(message);
            return;
        }
        // the answer to a request is a message of its own: as from a real hub, the PUBACK of the request comes before
        // it
        acknowledge(message);
        if (topic instanceof ClientTopic.TwinGet get) {
            hub.twins().onGet(own, get.requestId());
        } else if (topic instanceof ClientTopic.ReportedPatch patch) {
            hub.twins().onReportedPatch(own, patch.requestId(), patch.version(), body);
        } else if (topic instanceof ClientTopic.MethodResponse response) {
            hub.methods().onResponse(own, response.requestId(), response.status(), body);
        }
    }

    private void acknowledgeTelemetry(MqttPublishMessage message) {
        Duration delay = hub.faults().acknowledgementDelay();
        int packetId = message.variableHeader().packetId();
        if (message.fixedHeader().qosLevel() == MqttQoS.AT_LEAST_ONCE
                && hub.faults().losesAcknowledgement()) {
            LOG.info("lost a PUBACK, as a test asked for packet={}", packetId);
        } else if (delay.isZero()) {
            acknowledge(message);
        } else if (message.fixedHeader().qosLevel() == MqttQoS.AT_LEAST_ONCE) {
            var unused =
                    context.executor().schedule(() -> writePubAck(packetId), delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void acknowledge(MqttPublishMessage message) {
        if (message.fixedHeader().qosLevel() == MqttQoS.AT_LEAST_ONCE) {
            writePubAck(message.variableHeader().packetId());
        }
    }

    private void writePubAck(int packetId) {
        write(MqttMessageBuilders.pubAck().packetId(packetId).build());
    }

    private void subscribe(Identity own, MqttSubscribeMessage message) {
        MqttMessageBuilders.SubAckBuilder answer =
                MqttMessageBuilders.subAck().packetId(message.variableHeader().messageId());
        for (MqttTopicSubscription subscription : message.payload().topicSubscriptions()) {
            String filter = subscription.topicFilter();
            if (TopicFilter.isForeign(filter, own.name())) {
                close("subscribed to a topic of somebody else: " + filter);
                return;
            }
            if (TopicFilter.isKnown(filter, own.name())) {
                int qos = Math.min(1, subscription.qualityOfService().value());
                hub.sessions().subscribe(own, filter, qos);
                answer.addGrantedQos(MqttQoS.valueOf(qos));
            } else {
                LOG.info("refused a subscription client={} filter={}", own.name(), filter);
                answer.addGrantedQos(MqttQoS.FAILURE);
            }
        }
        MqttSubAckMessage built = answer.build();
        write(built);
        hub.sessions().resume(own);
    }

    private void unsubscribe(Identity own, MqttUnsubscribeMessage message) {
        message.payload().topics().forEach(filter -> hub.sessions().unsubscribe(own, filter));
        write(MqttMessageBuilders.unsubAck()
                .packetId(message.variableHeader().messageId())
                .build());
    }

    private void acknowledged(int packetId) {
        Optional.ofNullable(unacknowledged.remove(packetId)).ifPresent(Runnable::run);
    }

    private void send(String topic, byte[] body, MqttQoS qos, int packetId) {
        write(MqttMessageBuilders.publish()
                .topicName(topic)
                .payload(Unpooled.wrappedBuffer(body))
                .qos(qos)
                .messageId(packetId)
                .build());
    }

    private void write(MqttMessage message) {
        context.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    private void closeAfter(Duration delay, String reason, boolean onlyUnlessConnected) {
        var timer = context.executor()
                .schedule(
                        () -> {
                            if (!onlyUnlessConnected || identity.isEmpty()) {
                                close(reason);
                            }
                        },
                        delay.toMillis(),
                        TimeUnit.MILLISECONDS);
        context.channel().closeFuture().addListener(closed -> timer.cancel(false));
    }

    private static MqttConnAckMessage connAck(MqttConnectReturnCode code, boolean sessionPresent) {
        return MqttMessageBuilders.connAck()
                .returnCode(code)
                .sessionPresent(sessionPresent)
                .build();
    }
}
