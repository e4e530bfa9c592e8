package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.fake.NodeProgram;
import io.edgeagent.simulator.hub.Event;
import io.edgeagent.simulator.hub.IdentityName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Devices behind the board, with Azure's unmodified clients and a connection string that names the board as their gateway. */
class LeafIT {
    private static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("e2e.patience", 90));
    private static final String ID = "leaf-board";
    private static final String JAVA = "leaf-java";
    private static final String NODE = "leaf-node";
    private static final String JAVA_AMQP = "leaf-java-amqp";
    private static final String NODE_AMQP = "leaf-node-amqp";
    private static final String RHEA = "leaf-rhea";
    private static final Map<String, String> PROTOCOLS =
            Map.of(JAVA, "MQTT", NODE, "MQTT_WS", JAVA_AMQP, "AMQPS", NODE_AMQP, "AMQPS_WS");
    private static final List<String> LEAVES = List.of(JAVA, NODE, JAVA_AMQP, NODE_AMQP);
    /** Those that listen for messages from the cloud: the client for Java does not by MQTT. */
    private static final List<String> LISTENERS = List.of(NODE, NODE_AMQP, JAVA_AMQP);

    @RegisterExtension
    private static final Lab lab = new Lab();

    private final List<Process> running = new ArrayList<>();
    private final List<NodeProgram> nodes = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        running.forEach(Process::destroyForcibly);
        nodes.forEach(NodeProgram::close);
        for (String leaf : List.of(JAVA, NODE, JAVA_AMQP, NODE_AMQP, RHEA, "leaf-other")) {
            Path log = lab.folder.resolve(leaf + ".log");
            if (Files.exists(log)) {
                System.out.println("--- " + leaf + "\n" + Files.readString(log));
            }
        }
    }

    @Test
    void devices_behind_the_board_go_on_through_a_cut_of_the_uplink_and_a_kill_of_the_agent() throws Exception {
        String connectionString = lab.hub().createEdgeDevice(ID);
        Map<String, String> strings = new HashMap<>();
        strings.put(RHEA, lab.hub().createDevice(RHEA));
        lab.hub().identities().placeBelow(RHEA, ID);
        for (String leaf : LEAVES) {
            strings.put(leaf, lab.hub().createDevice(leaf));
            lab.hub().identities().placeBelow(leaf, ID);
            lab.hub().updateDesired(name(leaf), object().put("colour", "red"));
        }
        try (Device device = new Device(lab, ID, Map.of("CONNECTION_STRING", connectionString))) {
            device.start();
            String outside = outsideAddress();
            device.apply(manifest(outside));
            assertThat(device.awaitStatus(200)).isEmpty();
            step("the deployment's binding opens the port on the host: " + outside);
            device.agent().awaitLog("event=hub_listens address=" + outside + ":8883");
            device.agent().awaitLog("event=device_scope identities=5");
            device.agent().awaitLog("event=hub_listens address=" + outside + ":443");
            device.agent().awaitLog("event=hub_listens address=" + outside + ":5671");
            await("the CA")
                    .atMost(PATIENCE)
                    .until(() -> Files.exists(device.state().resolve("keys/root-ca.pem")));
            for (String leaf : LEAVES) {
                String toBoard = strings.get(leaf) + ";GatewayHostName=" + outside;
                if (leaf.startsWith(JAVA)) {
                    startJava(device, leaf, toBoard);
                } else {
                    startNode(device, leaf, toBoard, Map.of("PROTOCOL", PROTOCOLS.get(leaf)));
                }
            }
            NodeProgram rhea = startRhea(device, outside, strings.get(RHEA));
            for (String leaf : LEAVES) {
                step("twin, method and telemetry of " + leaf);
                awaitColour(leaf, "red");
                lab.hub().updateDesired(name(leaf), object().put("colour", "blue"));
                awaitColour(leaf, "blue");
                awaitAnswer(leaf, "greet", NullNode.getInstance(), "hello from greet");
                awaitAnswer(leaf, "send", order(0, 20, 10), "begun");
                awaitNumbers(leaf, 20);
            }
            step("a message from the cloud");
            for (String leaf : LISTENERS) {
                lab.hub().sendToDevice(leaf, "first", Map.of("mood", "gläd & well"));
                awaitHeard(leaf, "heard first", "gläd & well");
            }
            step("one that is released, which comes again");
            rhea.await("ready", 1, PATIENCE);
            lab.hub().sendToDevice(RHEA, "release", Map.of());
            rhea.await("bound release", 2, PATIENCE);

            step("the cloud is cut off: messages wait, in both directions");
            LEAVES.forEach(leaf -> awaitAnswer(leaf, "send", order(20, 60, 50), "begun"));
            lab.hub().faults(object().put("refuseConnections", true));
            Stream.concat(
                            strings.keySet().stream().map(LeafIT::name),
                            Stream.of(module("$edgeHub"), module("$edgeAgent")))
                    .forEach(LeafIT::disconnect);
            device.agent().awaitLog("event=upstream_down client=" + NODE);
            for (String leaf : LISTENERS) {
                lab.hub().sendToDevice(leaf, "second", Map.of());
            }
            rhea.tell("send 1");
            rhea.await("sent 1 true \"accepted\"", 1, PATIENCE);
            step("the agent is killed meanwhile, and starts without the cloud");
            device.agent().kill();
            device.start().awaitLog("event=device_scope_restored identities=5");
            for (String leaf : LEAVES) {
                await(leaf + " to come back")
                        .atMost(PATIENCE)
                        .until(() -> device.agent().log().contains("event=client_connected client=" + leaf + " "));
            }
            rhea.await("ready", 2, PATIENCE);
            rhea.tell("send 2");
            rhea.await("sent 2 true \"accepted\"", 1, PATIENCE);
            lab.hub().resetFaults();
            LEAVES.forEach(leaf -> awaitNumbers(leaf, 80));
            awaitNumbers(RHEA, 2);
            LISTENERS.forEach(leaf -> awaitHeard(leaf, "heard second", "none"));

            step("who is not below the board is told why");
            String other = lab.hub().createDevice("leaf-other");
            startNode(device, "leaf-other", other + ";GatewayHostName=" + outside, Map.of());
            device.agent()
                    .awaitLog(
                            "event=client_refused client=leaf-other times=1 reason=\"IoT Hub names no device leaf-other"
                                    + " whose parent is " + ID);
            step("and who is disabled is cut off, once the scope is read again");
            lab.hub().identities().enable(name(JAVA), false);
            ObjectNode ids = object();
            ids.putArray("deviceIds").add(JAVA);
            assertThat(lab.hub()
                            .invokeMethod(
                                    module("$edgeHub"), "RefreshDeviceScopeIdentityCache", ids, Duration.ofSeconds(10))
                            .status())
                    .isEqualTo(200);
            device.agent().awaitLog("client=" + JAVA + " reason=\"what IoT Hub knows of it has changed");
            device.agent().awaitLog("reason=\"the device is disabled in IoT Hub");
        }
    }

    private static Manifest manifest(String outside) {
        Manifest manifest = Manifest.of(lab);
        JsonNode agent = manifest.json().at("/modulesContent/$edgeAgent/properties.desired");
        ((ObjectNode) agent.at("/systemModules/edgeHub/settings"))
                .put(
                        "createOptions",
                        "{\"HostConfig\":{\"PortBindings\":{\"8883/tcp\":[{\"HostIp\":\"" + outside
                                + "\",\"HostPort\":\"8883\"}],\"443/tcp\":[{\"HostIp\":\"" + outside
                                + "\",\"HostPort\":\"443\"}],\"5671/tcp\":[{\"HostIp\":\"" + outside
                                + "\",\"HostPort\":\"5671\"}]}}}");
        manifest.json()
                .withObject("/modulesContent/$edgeHub/properties.desired/routes")
                .put("upstream", "FROM /messages/* WHERE NOT is_defined($connectionModuleId) INTO $upstream");
        return manifest;
    }

    /** Where other machines would reach this one. */
    private static String outsideAddress() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .map(address -> address.getHostAddress())
                .sorted()
                .findFirst()
                .orElse("127.0.0.1");
    }

    private void startJava(Device device, String name, String connectionString)
            throws IOException, GeneralSecurityException {
        Path store = lab.folder.resolve("leaf-trust.p12");
        try (OutputStream out = Files.newOutputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setCertificateEntry(
                    "board",
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(
                                    new ByteArrayInputStream(rootCa(device).getBytes(StandardCharsets.US_ASCII))));
            keys.store(out, "changeit".toCharArray());
        }
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djavax.net.ssl.trustStore=" + store,
                "-Djavax.net.ssl.trustStorePassword=changeit",
                "-cp",
                System.getProperty("java.class.path"),
                SdkLeaf.class.getName());
        builder.environment().put("CONNECTION_STRING", connectionString);
        builder.environment().put("PROTOCOL", PROTOCOLS.get(name));
        running.add(builder.redirectErrorStream(true)
                .redirectOutput(lab.folder.resolve(name + ".log").toFile())
                .start());
    }

    private void startNode(Device device, String name, String connectionString, Map<String, String> more)
            throws IOException {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("CONNECTION_STRING", connectionString);
        startProgram(device, "leaf.js", name, environment);
    }

    private NodeProgram startProgram(Device device, String script, String name, Map<String, String> environment)
            throws IOException {
        Path ca = lab.folder.resolve("leaf-ca.pem");
        Files.writeString(ca, rootCa(device));
        environment.put("CA", ca.toString());
        NodeProgram program = new NodeProgram(script, environment, lab.folder.resolve(name + ".log"));
        nodes.add(program);
        return program;
    }

    /** It opens as Azure's client for C# does. */
    private NodeProgram startRhea(Device device, String outside, String connectionString) throws IOException {
        String key =
                connectionString.substring(connectionString.indexOf("SharedAccessKey=") + "SharedAccessKey=".length());
        Map<String, String> environment = new HashMap<>(Map.of("HOST", outside, "PORT", "5671", "OPENING", "C#"));
        environment.put("IDENTITY", "devices/" + RHEA);
        environment.put("KEY", key);
        return startProgram(device, "rhea-client.js", RHEA, environment);
    }

    /** What a person copies to the device. */
    private static String rootCa(Device device) throws IOException {
        String pem = Files.readString(device.state().resolve("keys/root-ca.pem"));
        String end = "-----END CERTIFICATE-----";
        return pem.substring(pem.indexOf("-----BEGIN CERTIFICATE-----"), pem.indexOf(end) + end.length()) + "\n";
    }

    // shown where the test failed
    private static void step(String what) {
        System.out.println("--- " + Instant.now() + " " + what);
    }

    private static ObjectNode order(int first, int count, int everyMillis) {
        return object().put("first", first).put("count", count).put("everyMillis", everyMillis);
    }

    private static void awaitAnswer(String leaf, String method, JsonNode payload, String answer) {
        await(leaf + " to answer")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(lab.hub()
                                .invokeMethod(name(leaf), method, payload, Duration.ofSeconds(10))
                                .payload()
                                .asText())
                        .isEqualTo(answer));
    }

    private static Stream<Event> events(String leaf) throws IOException {
        return lab.hub().events().stream()
                .filter(event ->
                        event.deviceId().equals(leaf) && event.moduleId().isEmpty());
    }

    /** All of them, at least once; from who keeps the order, in their order. */
    private static void awaitNumbers(String leaf, int count) {
        await(count + " messages of " + leaf).atMost(PATIENCE).untilAsserted(() -> {
            List<Integer> numbers = events(leaf)
                    .flatMap(event -> Optional.ofNullable(event.properties().get("number")).stream())
                    .map(Integer::valueOf)
                    .distinct()
                    .toList();
            assertThat(numbers).hasSize(count);
            if (leaf.startsWith(NODE)) {
                // the client for Java sends what was under way when its connection broke behind what came later
                assertThat(numbers).isSorted();
            }
        });
    }

    private static void awaitHeard(String leaf, String text, String mood) {
        await(leaf + " " + text)
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(events(leaf)).anySatisfy(event -> {
                    assertThat(event.text()).isEqualTo(text);
                    assertThat(event.properties()).containsEntry("mood", mood);
                }));
    }

    private static void awaitColour(String leaf, String colour) {
        await(leaf + "'s report of " + colour)
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lab.hub()
                                .twin(leaf)
                                .at("/properties/reported/colour")
                                .asText())
                        .isEqualTo(colour));
    }

    private static void disconnect(IdentityName name) {
        try {
            lab.hub().disconnect(name);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static IdentityName name(String leaf) {
        return IdentityName.device(leaf);
    }

    private static IdentityName module(String module) {
        return IdentityName.module(ID, module);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
