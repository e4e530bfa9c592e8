package io.edgeagent.simulator.mqtt;

import io.edgeagent.protocol.ClientTopic;
import io.edgeagent.protocol.MqttUsername;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.Identity;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.simulator.hub.SimulatedHub;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** What becomes of a CONNECT packet. */
sealed interface ConnectCheck {
    /** IoT Hub drops a client after 1.5 times its keep-alive, at most after 1767 s, also where it asks for none. */
    Duration MAX_SILENCE = Duration.ofSeconds(1767);

    /**
     * @param proof what the client has proved itself with
     * @param modelId the model of IoT Plug and Play that it announces, empty for none
     */
    record Accepted(
            Identity identity, boolean clean, Duration maxSilence, Proof proof, Optional<Will> will, String modelId)
            implements ConnectCheck {}

    /** Something that can be held against the registry again, whenever that has changed. */
    sealed interface Proof {
        /** @throws HubException 401 if it is not or no longer good */
        Identity check(SimulatedHub hub, IdentityName name);

        /**
         * The connection ends with the token.
         *
         * @param chain of an edge device that connects on behalf of a device below it
         */
        record Token(SasToken token, Optional<String> chain) implements Proof {
            @Override
            public Identity check(SimulatedHub hub, IdentityName name) {
                return hub.authenticator().authenticate(name, token, chain);
            }
        }

        record Certificate(List<X509Certificate> chain) implements Proof {
            @Override
            public Identity check(SimulatedHub hub, IdentityName name) {
                return hub.authenticator().authenticate(name, chain);
            }
        }
    }

    record Refused(MqttConnectReturnCode code, String reason) implements ConnectCheck {}

    /** A message that is sent for a client that vanishes. */
    record Will(ClientTopic.Telemetry topic, String bodyBase64) {}

    /** @param certificates those of the TLS handshake, if there were any */
    static ConnectCheck of(MqttConnectMessage connect, List<X509Certificate> certificates, SimulatedHub hub) {
        MqttConnectPayload payload = connect.payload();
        int version = connect.variableHeader().version();
        if (version != MqttVersion.MQTT_3_1_1.protocolLevel()) {
            return new Refused(
                    version >= MqttVersion.MQTT_5.protocolLevel()
                            ? MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION
                            : MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION,
                    "MQTT 3.1.1 is what an IoT hub speaks, not protocol level " + version);
        }
        if (hub.faults().refusesConnections()) {
            return new Refused(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE, "a test asked for it");
        }
        boolean password = payload.passwordInBytes() != null && payload.passwordInBytes().length > 0;
        if (payload.userName() == null || (!password && certificates.isEmpty())) {
            return badUser("no user name, or neither a token nor a client certificate");
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
            Proof proof = password
                    ? new Proof.Token(
                            SasToken.parse(new String(payload.passwordInBytes(), StandardCharsets.UTF_8)),
                            Optional.ofNullable(user.query().get("auth-chain")))
                    : new Proof.Certificate(certificates);
            IdentityName name = new IdentityName(user.deviceId(), user.moduleId());
            Identity identity = proof.check(hub, name);
            return new Accepted(
                    identity,
                    connect.variableHeader().isCleanSession(),
                    maxSilence(connect.variableHeader().keepAliveTimeSeconds()),
                    proof,
                    will(connect, name),
                    user.query().getOrDefault("model-id", ""));
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
