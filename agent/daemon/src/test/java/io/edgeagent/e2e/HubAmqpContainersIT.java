package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.simulator.hub.Event;
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

/** Azure's unmodified clients in containers that speak AMQP to the built-in hub, and to modules that speak MQTT. */
class HubAmqpContainersIT {
    private static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("e2e.patience", 90));
    private static final String ID = "amqp-board";
    /** Who sends to whom. */
    private static final Map<String, String> PIPELINES = Map.of("node-amqp", "java-mqtt", "node-mqtt", "java-amqp");

    private static final List<String> MODULES = List.of("node-amqp", "java-mqtt", "node-mqtt", "java-amqp");
    private static final List<SdkImage> IMAGES = new ArrayList<>();

    @RegisterExtension
    private static final Lab lab = new Lab();

    @AfterAll
    static void close() throws IOException {
        IMAGES.forEach(image -> image.remove(lab));
    }

    @Test
    void a_module_by_amqp_talks_to_one_by_mqtt_and_the_other_way_round_through_a_kill_of_the_agent()
            throws IOException, InterruptedException {
        IMAGES.add(SdkImage.java(lab, SdkHubModule.class));
        IMAGES.add(SdkImage.node(lab, "hub-module.js"));
        Path trust = WorkloadIT.trustStore(lab);
        String connectionString = lab.hub().createEdgeDevice(ID);
        try (Device device = new Device(lab, ID, Map.of("CONNECTION_STRING", connectionString))) {
            device.start();
            device.apply(manifest(trust));
            assertThat(device.awaitStatus(200)).isEmpty();
            for (String module : MODULES) {
                awaitColour(module, "red");
                lab.hub().updateDesired(name(module), object().put("colour", "blue"));
                awaitColour(module, "blue");
            }
            PIPELINES.keySet().forEach(sender -> send(sender, 0));
            awaitPipelines(20);
            // the client for Java says that it is the sender itself, over MQTT
            assertThatItCame("java-mqtt", "heard", Map.of("number", "7", "name", "ü = 1/2 %", "from", "java-mqtt"));
            assertThatItCame("java-amqp", "heard", Map.of("number", "7", "name", "ü = 1/2 %", "from", "node-mqtt"));
            for (String sender : PIPELINES.keySet()) {
                assertThatItCame(sender, "greetings", Map.of("number", "7", "näme & more", "ü = 1/2 %"));
            }

            List<String> before =
                    MODULES.stream().map(HubAmqpContainersIT::startedAt).toList();
            device.agent().kill();
            device.start().awaitLog("event=hub_started");
            PIPELINES.keySet().forEach(sender -> send(sender, 20));
            awaitPipelines(40);
            // the clients themselves came back: nobody had to start a module again
            assertThat(MODULES.stream().map(HubAmqpContainersIT::startedAt)).isEqualTo(before);
        }
    }

    private static Manifest manifest(Path trust) {
        Manifest manifest = Manifest.of(lab);
        ObjectNode routes = manifest.json()
                .withObject("/modulesContent/$edgeHub/properties.desired/routes")
                .put("up", "FROM /messages/* INTO $upstream");
        PIPELINES.forEach((sender, receiver) -> {
            SdkContainersIT.add(manifest, sender, IMAGES.get(1), List.of());
            SdkContainersIT.add(manifest, receiver, IMAGES.get(0), List.of(trust + ":/trust.p12:ro"));
            routes.put(
                    sender + "-" + receiver,
                    "FROM /messages/modules/" + sender + "/outputs/greetings INTO BrokeredEndpoint(\"/modules/"
                            + receiver + "/inputs/greetings\")");
        });
        JsonNode agent = manifest.json().at("/modulesContent/$edgeAgent/properties.desired/modules");
        MODULES.stream()
                .filter(module -> module.endsWith("-amqp"))
                .forEach(module -> ((ObjectNode) agent.path(module))
                        .withObject("/env/PROTOCOL")
                        .put("value", "AMQPS"));
        return manifest;
    }

    private static void send(String module, int first) {
        ObjectNode order = object().put("output", "greetings")
                .put("first", first)
                .put("count", 20)
                .put("everyMillis", 20);
        await(module + " to take the order")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> lab.hub()
                        .invokeMethod(name(module), "send", order, Duration.ofSeconds(10))
                        .payload()
                        .asText()
                        .equals("begun"));
    }

    private static List<Event> events(String module) throws IOException {
        return lab.hub().events().stream()
                .filter(event -> event.deviceId().equals(ID) && event.moduleId().equals(Optional.of(module)))
                .toList();
    }

    private static void assertThatItCame(String sender, String output, Map<String, String> properties) {
        await(output + " of " + sender)
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(events(sender)).anySatisfy(event -> {
                    assertThat(event.text()).isEqualTo("{\"number\":7}");
                    assertThat(event.properties()).isEqualTo(properties);
                    assertThat(event.systemProperties()).containsValue(output);
                }));
    }

    /** All of them, at least once; what comes again after the kill comes behind. */
    private static void awaitPipelines(int count) {
        PIPELINES
                .values()
                .forEach(receiver -> await(count + " messages of " + receiver)
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(events(receiver).stream()
                                        .map(event -> event.properties().get("number"))
                                        .distinct())
                                .hasSize(count)));
    }

    private static void awaitColour(String module, String colour) {
        await(module + "'s report of " + colour)
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lab.hub()
                                .twin(ID, module)
                                .at("/properties/reported/colour")
                                .asText())
                        .isEqualTo(colour));
    }

    private static String startedAt(String module) {
        return lab.container(module).orElseThrow().getState().getStartedAt();
    }

    private static IdentityName name(String module) {
        return IdentityName.module(ID, module);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
