package io.edgeagent.adapter.hubnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.hub.ClientId;
import io.edgeagent.testing.Warns;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person on the board sees of a real hub and tries with it. */
class HubTrialsTest {
    private static final String TWIN = """
            {"schemaVersion":"1.0","$version":4,"routes":{
              "hot":"FROM /messages/modules/sensor/outputs/out WHERE $body.t > 30 INTO BrokeredEndpoint(\\"/modules/filter/inputs/in\\")",
              "broken":"FROM nowhere"}}""";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ClientId SENSOR = ClientId.module("board", "sensor");

    @TempDir
    private Path folder;

    @Test
    @Warns("WARN event=message_unmatched")
    void a_message_that_a_person_sends_goes_by_the_routes_and_is_seen_by_who_listens() throws Exception {
        try (HubLab lab = new HubLab(folder, TWIN);
                MqttClient filter = lab.module("filter")) {
            List<String> received = new CopyOnWriteArrayList<>();
            listen(lab, 0);
            assertThat(send(lab, "{\"t\": 31}").path("matched").path("hot").asText())
                    .isEqualTo("/modules/filter/inputs/in");
            ObjectNode cold = send(lab, "{\"t\": 3}");
            assertThat(cold.path("matched")).isEmpty();
            assertThat(cold.path("reason").asText()).contains("hot");

            JsonNode route = lab.tried(hub -> hub.routes()).at("/routes/0");
            assertThat(route.path("matched").asLong()).isEqualTo(1);
            assertThat(route.path("waiting").asLong()).isEqualTo(1);
            assertThat(route.path("oldest").asText()).isNotEmpty();
            assertThat(route.path("lastError").asText()).isEqualTo("filter is not connected, or takes no messages");
            JsonNode messages = listen(lab, 0).path("messages");
            assertThat(messages).hasSize(2);
            assertThat(messages.at("/0/body").asText()).isEqualTo("{\"t\": 31}");
            assertThat(messages.at("/0/properties/level").asText()).isEqualTo("high");
            assertThat(messages.at("/0/sender").asText()).isEqualTo("board/sensor");
            assertThat(messages.at("/1/routes")).isEmpty();

            filter.subscribe(
                    "devices/board/modules/filter/inputs/#",
                    1,
                    (topic, message) -> received.add(new String(message.getPayload(), StandardCharsets.UTF_8)));
            await().atMost(PATIENCE).until(() -> received.equals(List.of("{\"t\": 31}")));
            await().atMost(PATIENCE)
                    .until(() -> lab.tried(hub -> hub.routes())
                                    .at("/routes/0/waiting")
                                    .asLong()
                            == 0);
            ObjectNode routes = lab.tried(hub -> hub.routes());
            assertThat(routes.at("/routes/0").has("lastError")).isFalse();
            assertThat(routes.at("/refused/0").asText()).startsWith("route broken, character ");
            assertThat(metric(routes, "edgehub_messages_dropped_total")
                            .path("value")
                            .asLong())
                    .isEqualTo(1);
            assertThat(metric(routes, "edgehub_connected_clients").path("value").asLong())
                    .isEqualTo(1);
            assertThat(metric(routes, "edgehub_messages_sent_total").toString())
                    .contains("board/sensor", "board/filter", "\"value\":1");
            filter.disconnect();
        }
    }

    @Test
    void clients_are_listed_with_how_they_are_connected_and_those_refused_with_the_reason() throws Exception {
        try (HubLab lab = new HubLab(folder, TWIN);
                MqttClient filter = lab.module("filter")) {
            filter.subscribe("devices/board/modules/filter/inputs/#", 1);
            assertThatThrownBy(() -> lab.module(
                            "sensor", HubLab.token("filter", Instant.now().plusSeconds(60)), true))
                    .isInstanceOf(MqttException.class);

            ObjectNode clients = lab.tried(hub -> hub.clients());
            JsonNode connected = client(clients, "board/filter");
            assertThat(connected.path("status").asText()).isEqualTo("connected");
            assertThat(connected.path("protocol").asText()).isEqualTo("mqtt");
            assertThat(connected.path("address").asText()).contains("127.0.0.1");
            assertThat(connected.path("subscriptions").toString()).isEqualTo("[\"inputs\"]");
            JsonNode refused = client(clients, "board/sensor");
            assertThat(refused.path("status").asText()).isEqualTo("refused");
            assertThat(refused.path("refusals").asLong()).isEqualTo(1);
            assertThat(refused.path("lastError").asText()).startsWith("refused: ");

            filter.disconnect();
            await().atMost(PATIENCE)
                    .until(() -> client(lab.tried(hub -> hub.clients()), "board/filter")
                            .path("status")
                            .asText()
                            .equals("disconnected"));
        }
    }

    private static ObjectNode send(HubLab lab, String body) throws Exception {
        List<ObjectNode> answers = new CopyOnWriteArrayList<>();
        lab.tried(hub -> {
            hub.send(SENSOR, Optional.of("out"), Map.of("level", "high"), "application/json", body, answers::add);
            return true;
        });
        await().atMost(PATIENCE).until(() -> !answers.isEmpty());
        return answers.get(0);
    }

    private static ObjectNode listen(HubLab lab, long after) throws Exception {
        return lab.tried(hub -> hub.listen("look", Optional.empty(), Optional.empty(), Optional.empty(), after))
                .orElseThrow();
    }

    private static JsonNode metric(JsonNode routes, String name) {
        return find(routes.path("metrics"), "name", name);
    }

    private static JsonNode client(JsonNode clients, String id) {
        return find(clients.path("clients"), "id", id);
    }

    private static JsonNode find(JsonNode list, String field, String value) {
        return StreamSupport.stream(list.spliterator(), false)
                .filter(node -> node.path(field).asText().equals(value))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + value + " in " + list));
    }
}
