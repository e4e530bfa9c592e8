package io.edgeagent.adapter.hubnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocket;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules at the hub with an ordinary MQTT client, over TLS, with a store on the disk. */
class HubMqttTest {
    private static final String TWIN = """
            {"schemaVersion":"1.1","$version":4,"routes":{
              "filter":"FROM /messages/modules/sensor/outputs/temperature INTO BrokeredEndpoint(\\"/modules/filter/inputs/in\\")",
              "cloud":{"route":"FROM /messages/modules/filter/* INTO $upstream","priority":0,"timeToLiveSecs":60}},
             "storeAndForwardConfiguration":{"timeToLiveSecs":7200}}""";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private record Received(String topic, String body) {}

    private static List<Received> inputsOf(MqttClient client, String name) throws MqttException {
        List<Received> received = new CopyOnWriteArrayList<>();
        client.subscribe(
                "devices/board/modules/" + name + "/inputs/#",
                1,
                (topic, message) ->
                        received.add(new Received(topic, new String(message.getPayload(), StandardCharsets.UTF_8))));
        return received;
    }

    private static void publish(MqttClient client, String name, String bag, String body) throws MqttException {
        MqttMessage message = new MqttMessage(body.getBytes(StandardCharsets.UTF_8));
        message.setQos(1);
        client.publish("devices/board/modules/" + name + "/messages/events/" + bag, message);
    }

    @Test
    void a_message_goes_from_a_modules_output_to_another_modules_input_with_its_properties() throws Exception {
        try (HubLab lab = new HubLab(folder, TWIN);
                MqttClient sensor = lab.module("sensor");
                MqttClient filter = lab.module("filter")) {
            List<Received> received = inputsOf(filter, "filter");

            publish(sensor, "sensor", "%24.on=temperature&%24.ct=application%2Fjson&unit=%C2%B0C", "{\"t\":21}");

            await().atMost(PATIENCE).until(() -> received.size() == 1);
            assertThat(received.get(0).body()).isEqualTo("{\"t\":21}");
            assertThat(received.get(0).topic())
                    .isEqualTo("devices/board/modules/filter/inputs/in/"
                            + "%24.ct=application%2Fjson&%24.cdid=board&%24.cmid=sensor&unit=%C2%B0C");
            await().atMost(PATIENCE).until(() -> lab.figures().delivered() == 1);
            assertThat(lab.figures().waiting()).isZero();
            sensor.disconnect();
            filter.disconnect();
        }
    }

    @Test
    void messages_wait_for_a_module_that_is_away_and_keep_their_order() throws Exception {
        try (HubLab lab = new HubLab(folder, TWIN);
                MqttClient sensor = lab.module("sensor")) {
            for (int i = 0; i < 50; i++) {
                publish(sensor, "sensor", "%24.on=temperature", "m" + i);
            }
            sensor.disconnect();
        }
        // another hub takes the store over
        try (HubLab lab = new HubLab(folder, TWIN);
                MqttClient filter = lab.module("filter")) {
            List<Received> received = inputsOf(filter, "filter");

            await().atMost(PATIENCE).until(() -> received.size() >= 50);
            assertThat(received.stream().map(Received::body).toList())
                    .isEqualTo(java.util.stream.IntStream.range(0, 50)
                            .mapToObj(i -> "m" + i)
                            .toList());
            filter.disconnect();
        }
    }

    @Test
    void messages_wait_for_the_cloud_and_go_under_their_senders_name() throws Exception {
        try (HubLab lab = new HubLab(folder, TWIN);
                MqttClient filter = lab.module("filter")) {
            lab.cloud.set(false);
            publish(filter, "filter", "%24.on=out&a=b", "one");
            publish(filter, "filter", "%24.on=out", "two");
            assertThat(lab.cloud.received).isEmpty();

            lab.cloud.set(true);

            await().atMost(PATIENCE).until(() -> lab.cloud.received.size() == 2);
            assertThat(lab.cloud.received.get(0).sender()).hasToString("board/filter");
            assertThat(lab.cloud.received.get(0).application()).containsEntry("a", "b");
            filter.disconnect();
        }
    }

    @Test
    void a_wrong_token_an_old_one_and_anothers_topic_end_the_connection() throws Exception {
        try (HubLab lab = new HubLab(folder, TWIN)) {
            assertThatThrownBy(() -> lab.module(
                            "sensor", HubLab.token("filter", Instant.now().plusSeconds(60)), false))
                    .isInstanceOf(MqttException.class)
                    .hasMessageContaining("Not authorized");
            assertThatThrownBy(() -> lab.module(
                            "sensor", HubLab.token("sensor", Instant.now().minusSeconds(600)), false))
                    .hasMessageContaining("Not authorized");
            try (MqttClient sensor = lab.module("sensor")) {
                assertThatThrownBy(() -> publish(sensor, "filter", "%24.on=out", "x"))
                        .isInstanceOf(MqttException.class);
                await().atMost(PATIENCE).until(() -> !sensor.isConnected());
            }
            assertThat(lab.figures().received()).isZero();
        }
    }

    @Test
    void a_twin_is_asked_for_and_reported_also_without_the_cloud() throws Exception {
        try (HubLab lab = new HubLab(folder, TWIN);
                MqttClient filter = lab.module("filter")) {
            List<Received> answers = new CopyOnWriteArrayList<>();
            filter.subscribe(
                    "$iothub/twin/res/#",
                    0,
                    (topic, message) ->
                            answers.add(new Received(topic, new String(message.getPayload(), StandardCharsets.UTF_8))));
            filter.publish("$iothub/twin/GET/?$rid=1", new MqttMessage(new byte[0]));
            await().atMost(PATIENCE).until(() -> answers.size() == 1);
            assertThat(answers.get(0).topic()).isEqualTo("$iothub/twin/res/200/?$rid=1");
            assertThat(answers.get(0).body()).contains("\"limit\":5");

            lab.cloud.set(false);
            filter.publish(
                    "$iothub/twin/PATCH/properties/reported/?$rid=2",
                    new MqttMessage("{\"seen\":true}".getBytes(StandardCharsets.UTF_8)));
            await().atMost(PATIENCE).until(() -> answers.size() == 2);
            assertThat(answers.get(1).topic()).isEqualTo("$iothub/twin/res/204/?$rid=2");
            filter.publish("$iothub/twin/GET/?$rid=3", new MqttMessage(new byte[0]));
            await().atMost(PATIENCE).until(() -> answers.size() == 3);
            assertThat(answers.get(2).body()).contains("\"limit\":5").contains("\"seen\":true");
            filter.disconnect();
        }
    }

    @Test
    void a_client_that_knows_the_cipher_that_needs_least_of_the_cpu_gets_it() throws Exception {
        try (HubLab lab = new HubLab(folder, TWIN)) {
            for (String version : List.of("TLSv1.2", "TLSv1.3")) {
                try (SSLSocket socket = (SSLSocket) lab.newSockets().createSocket("localhost", lab.port())) {
                    socket.setEnabledProtocols(new String[] {version});
                    socket.startHandshake();
                    assertThat(socket.getSession().getCipherSuite()).contains("_CHACHA20_POLY1305_");
                }
            }
            try (SSLSocket socket = (SSLSocket) lab.newSockets().createSocket("localhost", lab.port())) {
                socket.setEnabledCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256"});
                socket.startHandshake();
                assertThat(socket.getSession().getCipherSuite()).isEqualTo("TLS_AES_128_GCM_SHA256");
            }
        }
    }

    @Test
    void a_client_is_cut_when_nothing_came_for_one_and_a_half_times_its_keep_alive_and_not_before() throws Exception {
        try (HubLab lab = new HubLab(folder, TWIN);
                MqttClient sensor = lab.module("sensor")) {
            for (int i = 0; i < 3; i++) {
                lab.pass(Duration.ofSeconds(80));
                publish(sensor, "sensor", "%24.on=temperature", "m" + i);
            }
            assertThat(sensor.isConnected()).isTrue();

            lab.pass(Duration.ofSeconds(91));
            await().atMost(PATIENCE).until(() -> !sensor.isConnected());
        }
    }
}
