package io.edgeagent.adapter.hubnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that means harm gets nothing of others, and the others do not notice it. */
class HubAttackTest {
    private static final String TWIN = """
            {"schemaVersion":"1.0","routes":{"all":"FROM /messages/* INTO $upstream"}}""";
    private static final int CONNECTIONS = 2000;

    @TempDir
    private Path folder;

    @Test
    void connections_that_never_say_who_they_are_stay_bounded_and_a_module_goes_on() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try (HubLab lab = new HubLab(folder, TWIN);
                MqttClient sensor = lab.module("sensor")) {
            for (int i = 0; i < CONNECTIONS; i++) {
                try {
                    sockets.add(new Socket(InetAddress.getLoopbackAddress(), lab.port()));
                } catch (IOException e) {
                    // the queue of connections is full for a moment
                }
            }
            // each task takes a round of the hub's thread: by the end, all that waited were admitted or closed
            for (int round = 0; round < 50; round++) {
                lab.figures();
            }
            long open = sockets.stream().filter(HubAttackTest::isOpen).count();
            assertThat(open).isLessThanOrEqualTo(Room.MOST_CONNECTIONS);

            publish(sensor, "devices/board/modules/sensor/messages/events/");
            await().atMost(Duration.ofSeconds(30)).until(() -> lab.cloud.received.size() == 1);
            sensor.disconnect();
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
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
