package io.edgeagent.adapter.hubnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.edgeagent.fake.NodeProgram;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients for Node.js at the hub by AMQP: Azure's, unmodified, and rhea, which opens as Azure's for C# and C do. */
class HubAmqpNodeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TWIN = """
            {"schemaVersion":"1.0","routes":{
              "up":"FROM /messages/* WHERE NOT is_defined($connectionModuleId) OR $connectionModuleId = 'filter' INTO $upstream",
              "between":"FROM /messages/modules/sensor/* INTO BrokeredEndpoint(\\"/modules/filter/inputs/in\\")"}}""";
    private static final ClientId CAMERA = ClientId.leaf(HubLab.LEAF);

    @TempDir
    private Path folder;

    private HubLab lab;
    private Path ca;
    private Path log;

    @BeforeEach
    void start() throws Exception {
        lab = new HubLab(folder.resolve("hub"), TWIN);
        ca = Files.writeString(folder.resolve("ca.pem"), lab.trusted());
        log = folder.resolve("log");
    }

    @AfterEach
    void stop() throws Exception {
        lab.close();
        System.out.println(Files.readString(log));
    }

    private static String keyOf(String name) {
        return Base64.getEncoder().encodeToString(("key of " + name).getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"AMQPS", "AMQPS_WS"})
    void azures_client_sends_hears_reports_and_answers(String protocol) throws Exception {
        String connection = "HostName=hub.example;DeviceId=board;ModuleId=filter;SharedAccessKey=" + keyOf("filter")
                + ";GatewayHostName=" + lab.amqpHost();
        Map<String, String> environment = Map.of(
                "PROTOCOL",
                protocol,
                "EdgeHubConnectionString",
                connection,
                "EdgeModuleCACertificateFile",
                ca.toString());
        try (NodeProgram filter = new NodeProgram("hub-module.js", environment, log)) {
            await("the client's wish for changes of its twin")
                    .atMost(PATIENCE)
                    .until(() -> lab.tried(hub -> hub.clients().toString()).contains("desired"));
            lab.cloud.tell("filter", listener -> listener.desiredPatched("{\"colour\":\"blue\",\"$version\":4}"));
            await("its report")
                    .atMost(PATIENCE)
                    .until(() -> lab.cloud.reports.equals(List.of("{\"colour\":\"blue\"}")));

            lab.cloud.call("filter", "greet", "{\"from\":\"you\"}");
            await("its answer").atMost(PATIENCE).until(() -> lab.cloud.answers.size() == 1);
            assertThat(lab.cloud.answers.get(0)).isEqualTo("200 \"hello you, from greet\"");

            lab.cloud.call("filter", "send", "{\"output\":\"out\",\"first\":0,\"count\":30,\"everyMillis\":0}");
            await("its messages").atMost(PATIENCE).until(() -> lab.cloud.received.size() == 30);
            Message first = lab.cloud.received.get(0);
            assertThat(first.output()).contains("out");
            assertThat(text(first)).isEqualTo("{\"number\":0}");
            assertThat(first.system())
                    .containsEntry("contentType", "application/json")
                    .containsEntry("contentEncoding", "utf-8");
            assertThat(first.application())
                    .containsExactlyInAnyOrderEntriesOf(Map.of("number", "0", "näme & more", "ü = 1/2 %"));
            assertThat(lab.cloud.received.stream()
                            .map(message -> message.application().get("number")))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 30).mapToObj(Integer::toString).toList());

            lab.cloud.received.clear();
            try (MqttClient sensor = lab.module("sensor")) {
                for (int i = 0; i < 20; i++) {
                    sensor.publish(
                            "devices/board/modules/sensor/messages/events/number=" + i
                                    + "&n%C3%A4me%20%26%20more=%C3%BC",
                            new byte[] {'1'},
                            1,
                            false);
                }
                await("what it passes on").atMost(PATIENCE).until(() -> lab.cloud.received.size() == 20);
                sensor.disconnect();
            }
            assertThat(lab.cloud.received.get(7).application())
                    .isEqualTo(Map.of("number", "7", "name", "ü", "from", "sensor", "input", "in"));
            assertThat(lab.figures().delivered()).isGreaterThanOrEqualTo(20);
            assertThat(filter.printed()).doesNotContain("sent again", "not passed on");
        }
    }

    private static String text(Message message) {
        return StandardCharsets.UTF_8.decode(message.bytes()).toString();
    }

    private NodeProgram rhea(String identity, String key, String opening) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(
                "HOST",
                "localhost",
                "PORT",
                Integer.toString(lab.amqpPort()),
                "IDENTITY",
                identity,
                "CA",
                ca.toString()));
        environment.put("KEY", keyOf(key));
        environment.put("OPENING", opening);
        return new NodeProgram("rhea-client.js", environment, log);
    }

    @ParameterizedTest
    @ValueSource(strings = {"C#", "C"})
    void a_client_that_opens_as_those_for_c_sharp_and_c_does_everything(String opening) throws Exception {
        try (NodeProgram filter = rhea("devices/board/modules/filter", "filter", opening)) {
            filter.await("ready", 1, PATIENCE);
            filter.await("token 200 true", 1, PATIENCE);
            filter.tell("send 1");
            filter.await("sent 1 true \"accepted\"", 1, PATIENCE);
            await("its message").atMost(PATIENCE).until(() -> lab.cloud.received.size() == 1);
            assertThat(text(lab.cloud.received.get(0))).isEqualTo("{\"number\":1}");
            assertThat(lab.cloud.received.get(0).output()).contains("out");

            filter.tell("get");
            await("its twin")
                    .atMost(PATIENCE)
                    .until(() -> filter.printed().contains("twin get 200 {\"desired\":{\"limit\":5"));
            filter.tell("report {\"colour\":\"red\"}");
            filter.await("twin report 204 ", 1, PATIENCE);
            lab.cloud.tell("filter", listener -> listener.desiredPatched("{\"limit\":6,\"$version\":4}"));
            filter.await("twin change  {\"limit\":6,\"$version\":4}", 1, PATIENCE);

            lab.cloud.call("filter", "greet", "{\"n\":1}");
            await("its answer").atMost(PATIENCE).until(() -> lab.cloud.answers.equals(List.of("207 \"done greet\"")));
            filter.await("method greet {\"n\":1}", 1, PATIENCE);
            if (opening.equals("C#")) {
                try (MqttClient sensor = lab.module("sensor")) {
                    sensor.publish("devices/board/modules/sensor/messages/events/", new byte[] {'x'}, 1, false);
                    sensor.disconnect();
                }
                filter.await("input in sensor x", 1, PATIENCE);
                await("its acknowledgement")
                        .atMost(PATIENCE)
                        .until(() -> lab.figures().delivered() == 2);
            }

            // its tokens live for a minute, and five more are granted
            for (int i = 1; i <= 5; i++) {
                lab.pass(Duration.ofSeconds(100));
                filter.tell("token");
                filter.await("token 200 true", i + 1, PATIENCE);
            }
            filter.tell("send 2");
            filter.await("sent 2 true \"accepted\"", 1, PATIENCE);
            assertThat(filter.times("disconnected")).isZero();

            filter.tell("drop");
            filter.await("ready", 2, PATIENCE);
            filter.tell("send 3");
            filter.await("sent 3 true \"accepted\"", 1, PATIENCE);
        }
    }

    @Test
    void a_device_that_opens_as_the_one_for_c_sharp_gets_messages_from_the_cloud() throws Exception {
        try (NodeProgram camera = rhea("devices/camera", HubLab.LEAF, "C#")) {
            camera.await("ready", 1, PATIENCE);
            await("its wish").atMost(PATIENCE).until(() -> lab.cloud.wantsMessages(CAMERA));
            lab.cloud.tell(CAMERA, listener -> listener.cloudMessage(1, fromCloud("release")));
            camera.await("bound release", 2, PATIENCE);
            lab.cloud.tell(CAMERA, listener -> listener.cloudMessage(2, fromCloud("accept")));
            camera.await("bound accept", 1, PATIENCE);
            await("both to be done with").atMost(PATIENCE).until(() -> lab.cloud.done.containsAll(List.of(1L, 2L)));
        }
    }

    private static Message fromCloud(String body) {
        return new Message(
                CAMERA, Optional.empty(), Map.of(), Map.of(), ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
    }
}
