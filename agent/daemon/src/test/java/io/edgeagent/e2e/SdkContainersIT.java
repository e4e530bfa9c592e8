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

/**
 * Module containers whose programs know nothing but Azure's clients: environment, socket and IoT Hub must be as these expect. The
 * built-in hub is switched off; {@link HubIT} has it.
 */
class SdkContainersIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> MODULES = List.of("java", "node");
    private static final List<SdkImage> IMAGES = new ArrayList<>();

    @RegisterExtension
    private static final Lab lab = new Lab();

    @AfterAll
    static void close() throws IOException {
        IMAGES.forEach(image -> image.remove(lab));
    }

    @Test
    void modules_of_azures_java_and_node_clients_send_report_and_answer_from_their_containers()
            throws IOException, InterruptedException {
        IMAGES.add(SdkImage.java(lab));
        IMAGES.add(SdkImage.node(lab));
        Path trust = WorkloadIT.trustStore(lab);
        Map<String, String> direct =
                Map.of("CONNECTION_STRING", lab.hub().createEdgeDevice("containers"), "EDGE_AGENT_HUB", "off");
        try (Device device = new Device(lab, "containers", direct)) {
            device.start();
            Manifest manifest = Manifest.of(lab);
            add(manifest, "java", IMAGES.get(0), List.of(trust + ":/trust.p12:ro"));
            add(manifest, "node", IMAGES.get(1), List.of());
            device.apply(manifest);
            assertThat(device.awaitStatus(200)).isEmpty();
            for (String module : MODULES) {
                assertThatItWorks(module, "red");
            }

            String java = lab.container("java").orElseThrow().getId();
            device.agent().kill();
            device.start().awaitLog("event=ready");
            for (String module : MODULES) {
                lab.hub().disconnect(name(module));
                // the Java client never hears of changes that it was not connected for
                await(module + " to connect")
                        .atMost(PATIENCE)
                        .until(() -> lab.hub().isConnected(name(module)));
                lab.hub().updateDesired(name(module), object().put("colour", "blue"));
                assertThatItWorks(module, "blue");
            }
            assertThat(lab.container("java").orElseThrow().getId()).isEqualTo(java);
        }
    }

    static void add(Manifest manifest, String module, SdkImage image, List<String> binds) {
        ObjectNode options = object();
        image.command().forEach(options.putArray("Cmd")::add);
        binds.forEach(options.putObject("HostConfig").putArray("Binds")::add);
        manifest.settings(module, image.name()).put("createOptions", options.toString());
        manifest.json()
                .withObject("/modulesContent/$edgeAgent/properties.desired/modules")
                .withObject("/" + module)
                .put("imagePullPolicy", "never");
        manifest.json()
                .withObject("/modulesContent/" + module + "/properties.desired")
                .put("colour", "red");
    }

    private static void assertThatItWorks(String module, String colour) {
        await(module + "'s report")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(reportedColour(module)).isEqualTo(colour));
        await(module + "'s answer")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(lab.hub()
                                .invokeMethod(name(module), "greet", NullNode.getInstance(), Duration.ofSeconds(10))
                                .payload()
                                .asText())
                        .isEqualTo("hello from greet"));
        await(module + "'s telemetry")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lab.hub().events())
                        .filteredOn(event -> event.moduleId().equals(Optional.of(module)))
                        .extracting(event -> event.text().replace(" ", ""))
                        .contains("{\"temperature\":21}"));
    }

    private static String reportedColour(String module) throws IOException {
        JsonNode twin = lab.hub().twin("containers", module);
        return twin.at("/properties/reported/colour").asText();
    }

    private static IdentityName name(String module) {
        return IdentityName.module("containers", module);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
