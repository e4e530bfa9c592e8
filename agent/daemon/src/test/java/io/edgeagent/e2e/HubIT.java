package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.simulator.hub.Event;
import io.edgeagent.simulator.hub.IdentityName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The built-in hub with Azure's unmodified clients in containers: they talk to the board, and the board to the cloud. */
class HubIT {
    private static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("e2e.patience", 90));
    private static final String ID = "hub-board";
    private static final List<String> MODULES = List.of("java", "node");
    private static final List<SdkImage> IMAGES = new ArrayList<>();

    @RegisterExtension
    private static final Lab lab = new Lab();

    @AfterAll
    static void close() throws IOException {
        IMAGES.forEach(image -> image.remove(lab));
    }

    @Test
    void modules_of_azures_clients_go_on_over_the_hub_through_kills_and_outages()
            throws IOException, InterruptedException {
        IMAGES.add(SdkImage.java(lab, SdkHubModule.class));
        IMAGES.add(SdkImage.node(lab, "hub-module.js"));
        Path trust = WorkloadIT.trustStore(lab);
        String connectionString = lab.hub().createEdgeDevice(ID);
        try (Device device = new Device(lab, ID, Map.of("CONNECTION_STRING", connectionString))) {
            device.start();
            device.apply(manifest(trust));
            assertThat(device.awaitStatus(200)).isEmpty();
            step("both read their twins over the hub, and report");
            for (String module : MODULES) {
                awaitColour(module, "red");
                device.agent().awaitLog("event=client_connected client=" + ID + "/" + module);
            }
            step("a change of desired properties reaches them");
            for (String module : MODULES) {
                lab.hub().updateDesired(name(module), object().put("colour", "blue"));
                awaitColour(module, "blue");
            }
            step("the cloud's methods, telemetry with its properties, and a route between the modules");
            assertThat(invoke("java", "greet", NullNode.getInstance())).isEqualTo("hello from greet");
            send("greetings", 0, 20, 10);
            awaitNumbers("node", "greetings", 20);
            awaitNumbers("java", "heard", 20);
            assertThat(events("node", "greetings").findFirst().orElseThrow()).satisfies(event -> {
                assertThat(event.text()).isEqualTo("{\"number\":0}");
                assertThat(event.properties())
                        .containsExactlyInAnyOrderEntriesOf(Map.of("number", "0", "näme & more", "ü = 1/2 %"));
                assertThat(event.systemProperties()).containsEntry("content-type", "application/json");
            });
            assertThat(events("java", "heard").findFirst().orElseThrow().properties())
                    .containsEntry("name", "ü = 1/2 %");

            step("modules call methods of each other by HTTPS");
            assertThatModulesAskEachOther();

            step("the cloud is cut off: messages wait, and arrive in their order");
            send("readings", 0, 100, 50);
            awaitNumbers("node", "readings", 10);
            lab.hub().faults(object().put("refuseConnections", true));
            Stream.of("java", "node", "$edgeHub", "$edgeAgent").forEach(module -> disconnect(name(module)));
            device.agent().awaitLog("event=upstream_down client=" + ID + "/node");
            await("the module to go on")
                    .during(Duration.ofSeconds(6))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> true);
            step("the agent is killed meanwhile");
            String java = lab.container("java").orElseThrow().getId();
            String startedAt = startedAt("java");
            device.agent().kill();
            device.start().awaitLog("event=hub_started");
            lab.hub().resetFaults();
            awaitNumbers("node", "readings", 100);

            step("everything goes on after the kill");
            for (String module : MODULES) {
                await(module + " to come back")
                        .atMost(PATIENCE)
                        .until(() ->
                                device.agent().log().contains("event=client_connected client=" + ID + "/" + module));
                lab.hub().updateDesired(name(module), object().put("colour", "green"));
                awaitColour(module, "green");
            }
            await("the method")
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(invoke("java", "greet", NullNode.getInstance()))
                            .isEqualTo("hello from greet"));
            send("greetings", 20, 20, 10);
            awaitNumbers("java", "heard", 40);
            assertThat(lab.container("java").orElseThrow().getId()).isEqualTo(java);
            // the client itself came back: nobody had to start its module again
            assertThat(startedAt("java")).isEqualTo(startedAt);

            step("$edgeHub says how it is");
            await("the report of $edgeHub").atMost(PATIENCE).untilAsserted(() -> {
                JsonNode reported = lab.hub().twin(ID, "$edgeHub").at("/properties/reported");
                assertThat(reported.at("/lastDesiredStatus/code").asInt()).isEqualTo(200);
                assertThat(reported.at("/lastDesiredVersion").asLong())
                        .isEqualTo(lab.hub()
                                .twin(ID, "$edgeHub")
                                .at("/properties/desired/$version")
                                .asLong());
                assertThat(reported.path("clients")
                                .path(ID + "%2Fjava")
                                .path("status")
                                .asText())
                        .isEqualTo("Connected");
            });
            assertThat(device.reported()
                            .at("/systemModules/edgeHub/runtimeStatus")
                            .asText())
                    .isEqualTo("running");
        }
    }

    private static void assertThatModulesAskEachOther() {
        awaitAnswer("java", "ask", JsonNodeFactory.instance.textNode("node"), "hello java, from greet");
        awaitAnswer("node", "ask", JsonNodeFactory.instance.textNode("java"), "hello from greet");
        awaitAnswer("node", "ask", JsonNodeFactory.instance.textNode("nobody"), "Error");
    }

    private static void awaitAnswer(String module, String method, JsonNode payload, String answer) {
        await("the answer of " + module)
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(invoke(module, method, payload)).contains(answer));
    }

    private static String startedAt(String module) {
        return lab.container(module).orElseThrow().getState().getStartedAt();
    }

    // shown where the test failed
    private static void step(String what) {
        System.out.println("--- " + Instant.now() + " " + what);
    }

    private static Manifest manifest(Path trust) {
        Manifest manifest = Manifest.of(lab);
        SdkContainersIT.add(manifest, "java", IMAGES.get(0), List.of(trust + ":/trust.p12:ro"));
        SdkContainersIT.add(manifest, "node", IMAGES.get(1), List.of());
        manifest.json()
                .withObject("/modulesContent/$edgeHub/properties.desired/routes")
                .put(
                        "between",
                        "FROM /messages/modules/node/outputs/greetings INTO BrokeredEndpoint(\"/modules/java/inputs/greetings\")");
        return manifest;
    }

    private static void send(String output, int first, int count, int everyMillis) {
        ObjectNode payload = object().put("output", output)
                .put("first", first)
                .put("count", count)
                .put("everyMillis", everyMillis);
        await("node to take the order")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> invoke("node", "send", payload).equals("begun"));
    }

    private static String invoke(String module, String method, JsonNode payload) throws IOException {
        return lab.hub()
                .invokeMethod(name(module), method, payload, Duration.ofSeconds(10))
                .payload()
                .asText();
    }

    private static void disconnect(IdentityName name) {
        try {
            lab.hub().disconnect(name);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<Event> events(String module, String output) throws IOException {
        return lab.hub().events().stream()
                .filter(event -> event.deviceId().equals(ID) && event.moduleId().equals(Optional.of(module)))
                .filter(event -> output.equals(event.systemProperties().get("iothub-outputname"))
                        || output.equals(event.systemProperties().get("output-name")));
    }

    /** All of them, at least once, and first seen in their order. */
    private static void awaitNumbers(String module, String output, int atLeast) {
        await(atLeast + " messages of " + module).atMost(PATIENCE).untilAsserted(() -> {
            List<Integer> numbers = events(module, output)
                    .map(event -> Integer.valueOf(event.properties().get("number")))
                    .distinct()
                    .toList();
            assertThat(numbers).hasSizeGreaterThanOrEqualTo(atLeast).isSorted().startsWith(0);
            assertThat(numbers.get(numbers.size() - 1)).isEqualTo(numbers.size() - 1);
        });
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

    private static IdentityName name(String module) {
        return IdentityName.module(ID, module);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
