package io.edgeagent.adapter.hubnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.edgeagent.testing.Warns;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that means harm gets nothing of others, and the others do not notice it. */
class HubAttackTest {
    private static final String TWIN = """
            {"schemaVersion":"1.0","routes":{"all":"FROM /messages/* INTO $upstream"}}""";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CONNECTIONS = 10_000;
    /** That this machine keeps open at a time. */
    private static final int MOST_SOCKETS = 1000;

    private static final int SLOW = 50;

    @TempDir
    private Path folder;

    @Test
    @Warns("WARN event=connections_full")
    void ten_thousand_connections_without_a_word_stay_bounded_and_modules_come_and_go() throws Exception {
        Deque<Socket> sockets = new ArrayDeque<>();
        try (HubLab lab = new HubLab(folder, TWIN);
                MqttClient sensor = lab.module("sensor")) {
            for (int i = 0; i < CONNECTIONS; i++) {
                connect(lab, sockets);
                if (i % 1000 == 0) {
                    assertThat(lab.openConnections()).isLessThanOrEqualTo(ConnectionLimit.MOST_CONNECTIONS);
                    publish(sensor, "devices/board/modules/sensor/messages/events/");
                }
            }
            assertThat(sockets).hasSize(MOST_SOCKETS);
            assertThat(lab.openConnections()).isEqualTo(ConnectionLimit.MOST_CONNECTIONS);
            // there is no place left, and a module gets in
            try (MqttClient filter = lab.module("filter")) {
                publish(filter, "devices/board/modules/filter/messages/events/");
                filter.disconnect();
            }
            await().atMost(PATIENCE).until(() -> lab.cloud.received.size() == CONNECTIONS / 1000 + 1);
            await().atMost(PATIENCE).until(() -> {
                lab.pass(Duration.ofSeconds(1));
                return lab.openConnections() == 1;
            });
            sensor.disconnect();
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static void connect(HubLab lab, Deque<Socket> sockets) throws Exception {
        if (sockets.size() == MOST_SOCKETS) {
            sockets.remove().close();
        }
        sockets.add(new Socket(InetAddress.getLoopbackAddress(), lab.port()));
    }

    @Test
    @Warns("WARN event=connections_full")
    void who_has_sent_nothing_makes_room_before_who_has_and_a_module_never_does() throws Exception {
        try (HubLab lab = new HubLab(folder, TWIN, 3);
                MqttClient sensor = lab.module("sensor");
                SSLSocket begun = (SSLSocket) lab.sockets().createSocket("localhost", lab.port())) {
            begun.startHandshake();
            await().atMost(PATIENCE).until(() -> lab.openConnections() == 2);
            try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), lab.port())) {
                await().atMost(PATIENCE).until(() -> lab.openConnections() == 3);
                try (Socket next = new Socket(InetAddress.getLoopbackAddress(), lab.port())) {
                    await().atMost(PATIENCE).until(() -> !isOpen(silent));
                    assertThat(isOpen(begun)).isTrue();
                    next.getOutputStream().write(0x16);
                    // the two others have sent something: the older one goes
                    try (Socket last = new Socket(InetAddress.getLoopbackAddress(), lab.port())) {
                        await().atMost(PATIENCE).until(() -> isOpen(last) && !isOpen(begun));
                        publish(sensor, "devices/board/modules/sensor/messages/events/");
                    }
                }
            }
            sensor.disconnect();
        }
    }

    @Test
    void senders_that_trickle_are_ended_and_hold_nobody_up() throws Exception {
        List<SSLSocket> slow = new ArrayList<>();
        try (HubLab lab = new HubLab(folder, TWIN);
                MqttClient sensor = lab.module("sensor")) {
            for (int i = 0; i < SLOW; i++) {
                SSLSocket socket = (SSLSocket) lab.sockets().createSocket("localhost", lab.port());
                // CONNECT of 300 KB, as it says
                socket.getOutputStream().write(new byte[] {0x10, (byte) 0xE0, (byte) 0xA7, 0x12, 0, 4});
                slow.add(socket);
            }
            for (int round = 0; round < 20; round++) {
                for (SSLSocket socket : slow) {
                    socket.getOutputStream().write('M');
                }
                publish(sensor, "devices/board/modules/sensor/messages/events/");
            }
            await().atMost(PATIENCE).until(() -> lab.cloud.received.size() == 20);
            assertThat(lab.openConnections()).isEqualTo(SLOW + 1);
            await().atMost(PATIENCE).until(() -> {
                lab.pass(Duration.ofSeconds(1));
                return lab.openConnections() == 1;
            });
            assertThat(sensor.isConnected()).isTrue();
            sensor.disconnect();
        } finally {
            for (SSLSocket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void a_renewed_certificate_is_for_new_connections_and_the_old_ones_stay() throws Exception {
        try (HubLab lab = new HubLab(folder, TWIN);
                MqttClient sensor = lab.module("sensor")) {
            BigInteger before = serial(lab);
            assertThat(serial(lab)).isEqualTo(before);
            // beyond four fifths of its 30 days
            lab.clock.advance(HubLab.BEHIND);
            assertThat(serial(lab)).isNotEqualTo(before);
            publish(sensor, "devices/board/modules/sensor/messages/events/");
            await().atMost(PATIENCE).until(() -> lab.cloud.received.size() == 1);
            assertThat(sensor.isConnected()).isTrue();
            sensor.disconnect();
        }
    }

    private static BigInteger serial(HubLab lab) throws Exception {
        try (SSLSocket socket = (SSLSocket) lab.newSockets().createSocket("localhost", lab.port())) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }

    @Test
    @Warns("WARN event=subscription_refused")
    void filters_that_would_catch_what_is_anothers_are_refused() throws Exception {
        try (HubLab lab = new HubLab(folder, TWIN);
                MqttClient sensor = lab.module("sensor")) {
            for (String filter : List.of(
                    "#",
                    "+/#",
                    "$SYS/#",
                    "devices/#",
                    "devices/board/#",
                    "devices/board/modules/#",
                    "devices/board/modules/+/inputs/#",
                    "devices/+/modules/sensor/inputs/#",
                    "devices/board/modules/filter/inputs/#",
                    "devices/other/modules/sensor/inputs/#")) {
                assertThatThrownBy(() -> sensor.subscribe(filter, 1)).as(filter).isInstanceOf(MqttException.class);
            }
            assertThat(sensor.isConnected()).isTrue();
            sensor.disconnect();
        }
    }

    @Test
    void a_message_in_anothers_name_ends_the_connection_and_goes_nowhere() throws Exception {
        for (String topic : List.of(
                "devices/board/modules/filter/messages/events/",
                "devices/other/modules/sensor/messages/events/",
                "devices/board/messages/events/",
                "devices/board/modules/sensor/inputs/in/",
                "$SYS/broker")) {
            try (HubLab lab = new HubLab(folder.resolve(String.valueOf(topic.hashCode())), TWIN);
                    MqttClient sensor = lab.module("sensor")) {
                assertThatThrownBy(() -> publish(sensor, topic)).as(topic).isInstanceOf(MqttException.class);
                await().atMost(Duration.ofSeconds(30)).until(() -> !sensor.isConnected());
                assertThat(lab.figures().received()).isZero();
            }
        }
    }

    private static void publish(MqttClient client, String topic) throws MqttException {
        MqttMessage message = new MqttMessage("21".getBytes(StandardCharsets.UTF_8));
        message.setQos(1);
        client.publish(topic, message);
    }

    private static boolean isOpen(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() >= 0;
        } catch (java.net.SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
