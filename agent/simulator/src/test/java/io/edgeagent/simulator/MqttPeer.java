package io.edgeagent.simulator;

import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.simulator.hub.IdentityName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** A bare MQTT client, to do what no SDK does. */
final class MqttPeer implements AutoCloseable {
    private static final long WAIT_MILLIS = 10_000;

    private final MqttAsyncClient client;
    private final MqttConnectOptions options;
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private boolean sessionPresent;

    record Received(String topic, String text) {}

    private MqttPeer(Simulator hub, String clientId, String user, String password) throws MqttException {
        client = new MqttAsyncClient(
                "ssl://" + hub.hostName() + ":" + hub.mqttPort(), clientId, new MemoryPersistence());
        options = new MqttConnectOptions();
        // Paho counts a message as in flight for a moment after publish() returned; its limit of 10 is soon reached
        options.setMaxInflight(1000);
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setCleanSession(false);
        options.setUserName(user);
        if (!password.isEmpty()) {
            options.setPassword(password.toCharArray());
        }
        options.setSocketFactory(TestHub.trust().getSocketFactory());
        client.setCallback(new MqttCallback() {
            @Override
            public void connectionLost(Throwable cause) {
                lost.complete(null);
            }

            @Override
            public void messageArrived(String topic, MqttMessage message) {
                received.add(new Received(topic, new String(message.getPayload(), StandardCharsets.UTF_8)));
            }

            @Override
            public void deliveryComplete(IMqttDeliveryToken token) {}
        });
    }

    /** Not connected yet, to set {@link #options} first. */
    static MqttPeer of(Simulator hub, IdentityName name, String password) throws MqttException {
        return of(hub, name.toString(), name, password);
    }

    static MqttPeer of(Simulator hub, String clientId, IdentityName name, String password) throws MqttException {
        return new MqttPeer(hub, clientId, hub.hostName() + "/" + name + "/?api-version=2021-04-12", password);
    }

    /** With a client certificate and no password. Not connected yet. */
    static MqttPeer of(Simulator hub, IdentityName name, TestCertificate certificate) throws MqttException {
        MqttPeer peer = of(hub, name, "");
        peer.options.setSocketFactory(certificate.context().getSocketFactory());
        return peer;
    }

    static MqttPeer connect(Simulator hub, String connectionString) throws MqttException {
        return of(hub, name(connectionString), token(hub, connectionString, Duration.ofHours(1)))
                .connect();
    }

    static IdentityName name(String connectionString) {
        ConnectionString parsed = ConnectionString.parse(connectionString);
        return new IdentityName(parsed.deviceId().orElseThrow(), parsed.moduleId());
    }

    static String token(Simulator hub, String connectionString, Duration lifetime) {
        return token(connectionString, name(connectionString).resource(hub.hostName()), lifetime);
    }

    static String token(String connectionString, String resource, Duration lifetime) {
        return SasToken.sign(
                        resource,
                        ConnectionString.parse(connectionString).key().orElseThrow(),
                        Instant.now().plus(lifetime))
                .toText();
    }

    MqttPeer connect() throws MqttException {
        var token = client.connect(options);
        token.waitForCompletion(WAIT_MILLIS);
        sessionPresent = token.getSessionPresent();
        return this;
    }

    MqttConnectOptions options() {
        return options;
    }

    boolean sessionPresent() {
        return sessionPresent;
    }

    /** The QoS that was granted. */
    int subscribe(String filter) throws MqttException {
        var token = client.subscribe(filter, 1);
        token.waitForCompletion(WAIT_MILLIS);
        return token.getGrantedQos()[0];
    }

    void publish(String topic, String text, int qos, boolean retained) throws MqttException {
        client.publish(topic, text.getBytes(StandardCharsets.UTF_8), qos, retained)
                .waitForCompletion(WAIT_MILLIS);
    }

    /** For what ends the connection. */
    void publishWithoutWaiting(String topic, String text, int qos) throws MqttException {
        client.publish(topic, text.getBytes(StandardCharsets.UTF_8), qos, false);
    }

    Received next() throws InterruptedException {
        Received next = received.poll(WAIT_MILLIS, TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }

    boolean hasReceived() {
        return !received.isEmpty();
    }

    /** Completes when the hub cuts the connection. */
    CompletableFuture<Void> lost() {
        return lost;
    }

    /** Vanishes without a DISCONNECT. */
    void vanish() throws MqttException {
        client.disconnectForcibly(0, 0, false);
    }

    @Override
    public void close() throws MqttException {
        if (client.isConnected()) {
            client.disconnect().waitForCompletion(WAIT_MILLIS);
        }
        client.close(true);
    }
}
