package io.edgeagent.e2e;

import io.edgeagent.protocol.SasToken;
import io.edgeagent.protocol.SharedKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/**
 * A module that sends numbers through the built-in hub, up to {@link #WINDOW} at a time without an acknowledgement. After a lost
 * connection it begins with the first number that was not acknowledged, as a careful program does.
 */
final class HubSender {
    /** Where the hub listens for it. */
    static final String ADDRESS = "127.0.0.3";

    private static final int WINDOW = 20;
    private static final long TIMEOUT_MILLIS = 10_000;

    private final String host;
    private final String id;
    private final SharedKey key;
    private final SSLSocketFactory sockets;
    private final Duration pause;
    private final Thread thread;
    private final TreeSet<Integer> waiting = new TreeSet<>();
    private int next;
    private volatile boolean ending;

    /**
     * Begins at once.
     *
     * @param host name of the IoT Hub
     * @param id device/module
     * @param pause between two messages
     */
    HubSender(String host, String id, SharedKey key, SSLSocketFactory sockets, Duration pause) {
        this.host = host;
        this.id = id;
        this.key = key;
        this.sockets = sockets;
        this.pause = pause;
        thread = new Thread(this::run, "sender " + id);
        thread.start();
    }

    /** How many numbers were acknowledged without a gap. */
    synchronized int acknowledged() {
        return waiting.isEmpty() ? next : waiting.first();
    }

    /** No new numbers; those that were sent are sent until they are acknowledged. */
    void end() {
        ending = true;
    }

    boolean isOver() {
        return !thread.isAlive();
    }

    private void run() {
        while (!(ending && acknowledged() == sent())) {
            try {
                connected();
            } catch (MqttException e) {
                // the agent was killed, or refuses while its disk is full
                LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            }
        }
    }

    private synchronized int sent() {
        return next;
    }

    private void connected() throws MqttException {
        MqttAsyncClient client = new MqttAsyncClient("ssl://" + ADDRESS + ":8883", id, new MemoryPersistence());
        try {
            client.connect(options()).waitForCompletion(TIMEOUT_MILLIS);
            for (int number : unacknowledged()) {
                publish(client, number);
            }
            while (client.isConnected() && !(ending && acknowledged() == sent())) {
                if (!ending && inFlight() < WINDOW) {
                    publish(client, take());
                }
                LockSupport.parkNanos(pause.toNanos());
            }
        } finally {
            client.disconnectForcibly(0, 0, false);
            client.close(true);
        }
    }

    private MqttConnectOptions options() {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setUserName(host + "/" + id + "/?api-version=2021-04-12");
        options.setPassword(SasToken.sign(
                        host + "/devices/" + id.replace("/", "/modules/"),
                        key,
                        Instant.now().plus(Duration.ofHours(1)))
                .toText()
                .toCharArray());
        options.setCleanSession(true);
        // Paho counts a message for a moment longer than it takes to tell of its acknowledgement
        options.setMaxInflight(10 * WINDOW);
        options.setSocketFactory(sockets);
        options.setHttpsHostnameVerificationEnabled(false);
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        return options;
    }

    private void publish(MqttAsyncClient client, int number) throws MqttException {
        client.publish(
                "devices/" + id.replace("/", "/modules/") + "/messages/events/",
                Integer.toString(number).getBytes(StandardCharsets.UTF_8),
                1,
                false,
                null,
                new IMqttActionListener() {
                    @Override
                    public void onSuccess(IMqttToken token) {
                        acknowledge(number);
                    }

                    @Override
                    public void onFailure(IMqttToken token, Throwable failure) {
                        // is sent again with the next connection
                    }
                });
    }

    private synchronized void acknowledge(int number) {
        waiting.remove(number);
    }

    private synchronized List<Integer> unacknowledged() {
        return List.copyOf(waiting);
    }

    private synchronized int inFlight() {
        return waiting.size();
    }

    private synchronized int take() {
        waiting.add(next);
        return next++;
    }
}
