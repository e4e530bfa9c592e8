package io.edgeagent.simulator.mqtt;

import io.edgeagent.protocol.ClientTopic;
import io.edgeagent.protocol.MqttUsername;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.simulator.hub.Hub;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.Identity;
import io.edgeagent.simulator.hub.IdentityName;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** What becomes of a CONNECT packet. */
sealed interface ConnectCheck {
    /** IoT Hub drops a client after 1.5 times its keep-alive, at most after 1767 s, also where it asks for none. */
    Duration MAX_SILENCE = Duration.ofSeconds(1767);

    /** @param expiry when the token ends and the connection with it */
    record Accepted(Identity identity, boolean clean, Duration maxSilence, Instant expiry, Optional<Will> will)
            implements ConnectCheck {}

    record Refused(MqttConnectReturnCode code, String reason) implements ConnectCheck {}

    /** A message that is sent for a client that vanishes. */
    record Will(ClientTopic.Telemetry topic, String bodyBase64) {}

    static ConnectCheck of(MqttConnectMessage connect, Hub hub) {
        MqttConnectPayload payload = connect.payload();
        if (connect.variableHeader().version() != MqttVersion.MQTT_3_1_1.protocolLevel()) {
            return new Refused(
                    MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION, "not MQTT 3.1.1");
        }
        if (hub.faults().refusesConnections()) {
            return new Refused(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE, "a test asked for it");
        }
        if (payload.userName() == null || payload.passwordInBytes() == null) {
            return new Refused(
                    MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD, "no user name or password");
        }
        try {
            MqttUsername user = MqttUsername.parse(payload.userName());
            if (!hub.authenticator().isThisHub(user.hubHost())) {
                return badUser("the user name is for the hub " + user.hubHost());
            }
            if (!user.clientId().equals(payload.clientIdentifier())) {
                return new Refused(
                        MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED,
                        "the client id " + payload.clientIdentifier() + " does not belong to the user name");
            }
            SasToken token = SasToken.parse(new String(payload.passwordInBytes(), StandardCharsets.UTF_8));
            IdentityName name = new IdentityName(user.deviceId(), user.moduleId());
            Identity identity = hub.authenticator().authenticate(name, token);
            return new Accepted(
                    identity,
                    connect.variableHeader().isCleanSession(),
                    maxSilence(connect.variableHeader().keepAliveTimeSeconds()),
                    Instant.ofEpochSecond(token.expiry()),
                    will(connect, name));
        } catch (ProtocolException e) {
            return badUser(e.getMessage());
        } catch (HubException e) {
            return new Refused(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED, e.getMessage());
        }
    }

    private static Optional<Will> will(MqttConnectMessage connect, IdentityName name) {
        if (!connect.variableHeader().isWillFlag()) {
            return Optional.empty();
        }
        if (ClientTopic.parse(connect.payload().willTopic()) instanceof ClientTopic.Telemetry topic
                && new IdentityName(topic.deviceId(), topic.moduleId()).equals(name)) {
            return Optional.of(new Will(
                    topic, Base64.getEncoder().encodeToString(connect.payload().willMessageInBytes())));
        }
        throw new ProtocolException("the will's topic is not the client's own telemetry topic");
    }

    private static Duration maxSilence(int keepAliveSeconds) {
        Duration wanted = Duration.ofMillis(keepAliveSeconds * 1500L);
        return wanted.isZero() || wanted.compareTo(MAX_SILENCE) > 0 ? MAX_SILENCE : wanted;
    }

    private static Refused badUser(String reason) {
        return new Refused(MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD, reason);
    }
}
