package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.simulator.hub.IdentityName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Azure's unmodified clients over WebSocket, on both sides of the built-in hub. */
class HubWebSocketIT {
    private static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("e2e.patience", 90));
    private static final String ID = "web-board";
    private static final List<String> MODULES = List.of("java", "node", "amqp");
    private static final List<SdkImage> IMAGES = new ArrayList<>();

    @RegisterExtension
    private static final Lab lab = new Lab();

    @AfterAll
    static void close() throws IOException {
        IMAGES.forEach(image -> image.remove(lab));
    }

    @Test
    void modules_speak_mqtt_and_amqp_and_links_speak_mqtt_over_web_socket() throws IOException, InterruptedException {
        IMAGES.add(SdkImage.java(lab, SdkHubModule.class));
        IMAGES.add(SdkImage.node(lab, "hub-module.js"));
        Path trust = WorkloadIT.trustStore(lab);
        String connectionString = lab.hub().createEdgeDevice(ID);
        try (Device device =
                new Device(lab, ID, Map.of("CONNECTION_STRING", connectionString, "EDGE_AGENT_HUB", "on"))) {
            device.start();
            device.apply(manifest(trust));
            assertThat(device.awaitStatus(200)).isEmpty();
            device.agent().awaitLog("the variable OptimizeForPerformance has no effect");
            device.agent().awaitLog("event=hub_listens address=127.0.0.1:443");
            for (String module : MODULES) {
                await(module + "'s report")
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(lab.hub()
                                        .twin(ID, module)
                                        .at("/properties/reported/colour")
                                        .asText())
                                .isEqualTo("red"));
            }
            assertThat(invoke("java", "greet", NullNode.getInstance())).isEqualTo("hello from greet");
            ObjectNode order = object().put("output", "greetings")
                    .put("first", 0)
                    .put("count", 20)
                    .put("everyMillis", 10);
            assertThat(invoke("node", "send", order)).isEqualTo("begun");
            // through the board to the other module, and from there to the cloud
            await("all messages")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(lab.hub().events())
                            .filteredOn(event -> event.moduleId().equals(Optional.of("java")))
                            .extracting(event -> event.properties().get("number"))
                            .contains("0", "19"));
            await("what went to the module by AMQP and on from there")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(lab.hub().events())
                            .filteredOn(event -> event.moduleId().equals(Optional.of("amqp")))
                            .extracting(event -> event.properties().get("from")
                                    + event.properties().get("number"))
                            .contains("node0", "node19"));
            JsonNode hub = device.reported().at("/systemModules/edgeHub");
            assertThat(hub.path("runtimeStatus").asText()).isEqualTo("running");
        }
    }

    private static Manifest manifest(Path trust) {
        Manifest manifest = Manifest.of(lab);
        SdkContainersIT.add(manifest, "java", IMAGES.get(0), List.of(trust + ":/trust.p12:ro"));
        SdkContainersIT.add(manifest, "node", IMAGES.get(1), List.of());
        SdkContainersIT.add(manifest, "amqp", IMAGES.get(1), List.of());
        JsonNode agent = manifest.json().at("/modulesContent/$edgeAgent/properties.desired");
        for (String module : MODULES) {
            set(agent.at("/modules/" + module), "PROTOCOL", module.equals("amqp") ? "AMQPS_WS" : "MQTT_WS");
        }
        set(agent.at("/systemModules/edgeHub"), "UpstreamProtocol", "MqttWs");
        set(agent.at("/systemModules/edgeHub"), "OptimizeForPerformance", "false");
        manifest.json()
                .withObject("/modulesContent/$edgeHub/properties.desired/routes")
                .put("up", "FROM /messages/modules/java/* INTO $upstream")
                .put("heard", "FROM /messages/modules/amqp/* INTO $upstream")
                .put(
                        "to-amqp",
                        "FROM /messages/modules/node/outputs/greetings INTO BrokeredEndpoint(\"/modules/amqp/inputs/in\")")
                .put(
                        "between",
                        "FROM /messages/modules/node/outputs/greetings INTO BrokeredEndpoint(\"/modules/java/inputs/greetings\")");
        return manifest;
    }

    private static void set(JsonNode role, String name, String value) {
        ((ObjectNode) role).withObject("/env/" + name).put("value", value);
    }

    private static String invoke(String module, String method, JsonNode payload) throws IOException {
        return lab.hub()
                .invokeMethod(IdentityName.module(ID, module), method, payload, Duration.ofSeconds(10))
                .payload()
                .asText();
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
