package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import io.edgeagent.simulator.hub.Event;
import io.edgeagent.simulator.hub.IdentityName;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Plain topics of a running agent: Mosquitto's clients, a client over WebSocket, and a module of Azure's client. */
class PlainTopicsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("e2e.patience", 90));
    private static final String ID = "topic-board";
    /** Of its own: other agents of this machine may have the ports of 127.0.0.1. */
    private static final String ADDRESS = "127.0.0.9";

    private static final String MODULE = "node";
    private static final String SENSORS_PASSWORD = "secret";
    private static final String WATCHER_PASSWORD = "battery-staple";
    private static final String HASH =
            "$7$101$MDEyMzQ1Njc4OWFi$EO/lLlkeUgIiBaS8G8UK0ZMP1u508TA7Tl+AdJ1cEsmlbGyEPAERErpfq84j1kepISs0UzmcdL4ucgZ2uodxfQ==";
    private static final String CONFIG = """
            [hub]
            listen = ["%s"]
            plain = ["%s:1883", "modules:1883"]
            [[hub.clients]]
            name = "sensors"
            password_hash = "%s"
            [[hub.clients]]
            name = "watcher"
            password = "%s"
            """.formatted(ADDRESS, ADDRESS, HASH, WATCHER_PASSWORD);
    private static final String BROKER = """
            {"authorizations":[
              {"identities":["sensors","topic-board/node"],"allow":[
                {"operations":["mqtt:publish","mqtt:subscribe"],"resources":["home/#"]}]},
              {"identities":["watcher"],"allow":[{"operations":["mqtt:subscribe"],"resources":["home/#"]}]}],
             "bridges":[{"endpoint":"broker.example"}]}""";
    private static final List<SdkImage> IMAGES = new ArrayList<>();

    @RegisterExtension
    private static final Lab lab = new Lab();

    private final List<Running> running = new ArrayList<>();

    /** A client of Mosquitto, and what it has printed. */
    private record Running(String command, Process process, Path output) {
        private List<String> lines() throws IOException {
            return Files.readAllLines(output);
        }

        private int ended() throws InterruptedException {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return process.waitFor();
        }
    }

    @AfterEach
    void stop() throws IOException {
        for (Running client : running) {
            client.process().destroyForcibly();
            System.out.println("$ " + client.command() + "\n" + Files.readString(client.output()));
        }
    }

    @AfterAll
    static void close() {
        IMAGES.forEach(image -> image.remove(lab));
    }

    @Test
    void local_clients_and_a_module_share_topics_through_a_kill_of_the_agent() throws Exception {
        IMAGES.add(SdkImage.node(lab, "topic-module.js"));
        String connectionString = lab.hub().createEdgeDevice(ID);
        try (Device device = new Device(lab, ID, Map.of("CONNECTION_STRING", connectionString))) {
            Files.createDirectories(device.state());
            Files.writeString(device.state().resolve("config.toml"), CONFIG);
            Files.setPosixFilePermissions(
                    device.state().resolve("config.toml"), PosixFilePermissions.fromString("rw-------"));
            device.start();
            device.apply(manifest());
            assertThat(device.awaitStatus(200)).isEmpty();
            for (int port : List.of(1883, 8883, 443)) {
                device.agent().awaitLog("event=hub_listens address=" + ADDRESS + ":" + port);
            }
            Path ca = lab.folder.resolve("board-ca.pem");
            await("the CA")
                    .atMost(PATIENCE)
                    .until(() -> Files.exists(device.state().resolve("keys/root-ca.pem")));
            Files.writeString(ca, rootCa(device));
            awaitReported("subscribed", "yes");

            step("everybody hears what is published over 1883, over TLS, over WebSocket and by the module");
            Running watcher = watch("-i", "watcher-1", "-t", "home/#");
            Running keeper = watch("-i", "keeper", "-c", "-t", "home/#");
            for (Running subscriber : List.of(watcher, keeper)) {
                await("a subscription").atMost(PATIENCE).until(() -> {
                    publish("1883", "home/hello", "hello");
                    return subscriber.lines().contains("home/hello hello");
                });
            }
            publish("1883", "home/lamp", "on", "-r");
            publish("8883", "home/door", "open", "-r", "--cafile", ca.toString());
            publishOverWebSocket(device, "home/window", "closed");
            assertThat(tell("home/module", "up")).isEqualTo("begun");
            publish("1883", "home/module/set", "21");
            awaitReported("heard", "home/module/set 21");
            for (String line : List.of("home/lamp on", "home/door open", "home/window closed", "home/module up")) {
                await(line).atMost(PATIENCE).until(() -> watcher.lines().contains(line));
                await(line).atMost(PATIENCE).until(() -> keeper.lines().contains(line));
            }

            step("routes take what they name to the cloud, and nothing else");
            publish("1883", "home/alarm/smoke", "fire");
            assertThat(tell("home/alarm/water", "wet")).isEqualTo("begun");
            awaitEvent("$edgeHub", "fire", Map.of("mqttTopic", "home/alarm/smoke", "mqttClient", "sensors"));
            awaitEvent(MODULE, "wet", Map.of("mqttTopic", "home/alarm/water"));

            step("a person sees the clients, and that bridges do not work");
            CommandRun clients = CommandRun.of(lab, device.state(), "hub", "clients");
            System.out.println(clients.out());
            assertThat(clients.out())
                    .containsPattern("topic-board/node +connected")
                    .containsPattern("watcher \\(watcher-1\\) +connected .*home/#")
                    .containsPattern("watcher \\(keeper\\) +connected .*home/#");
            await("the status of $edgeHub")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(lab.hub()
                                    .twin(ID, "$edgeHub")
                                    .at("/properties/reported/lastDesiredStatus/description")
                                    .asText())
                            .contains("mqttBroker.bridges: bridges to other brokers are not supported"));

            step("who may not is refused");
            assertThat(start("mosquitto_pub", "1883", "watcher", WATCHER_PASSWORD, "-t", "home/lamp", "-m", "off")
                            .ended())
                    .isNotZero();
            device.agent().awaitLog("event=publish_refused client=watcher");
            assertThat(start("mosquitto_pub", "1883", "sensors", "guess", "-t", "home/lamp", "-m", "off")
                            .ended())
                    .isNotZero();
            // its answer may be lost with the connection
            tell("garden/gate", "open");
            device.agent().awaitLog("event=publish_refused client=" + ID + "/" + MODULE + " topic=\"garden/gate\"");

            step("retained messages, sessions and what waits in them outlive a kill of the agent");
            for (Running subscriber : List.of(watcher, keeper)) {
                subscriber.process().destroyForcibly();
                subscriber.ended();
            }
            publish("1883", "home/while/away", "1");
            device.agent().kill();
            device.start().awaitLog("event=hub_listens address=" + ADDRESS + ":1883");
            publish("1883", "home/while/away", "2");
            Running back = watch("-i", "keeper", "-c", "-t", "home/#");
            await("what waited").atMost(PATIENCE).until(() -> back.lines().contains("home/while/away 2"));
            assertThat(back.lines()).containsSubsequence("home/while/away 1", "home/while/away 2");
            Running late = start(
                    "mosquitto_sub",
                    "1883",
                    "watcher",
                    WATCHER_PASSWORD,
                    "-t",
                    "home/lamp",
                    "-t",
                    "home/door",
                    "-C",
                    "2",
                    "-W",
                    "60",
                    "-F",
                    "%t %p retained=%r");
            assertThat(late.ended()).isZero();
            assertThat(late.lines()).containsExactlyInAnyOrder("home/lamp on retained=1", "home/door open retained=1");
            step("the module's client comes back by itself, and is told of what it subscribed to");
            await("the module")
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> tell("home/module", "again").equals("begun"));
            await("the module's message")
                    .atMost(PATIENCE)
                    .until(() -> back.lines().contains("home/module again"));
            assertThat(device.agent().log()).doesNotContain(WATCHER_PASSWORD).doesNotContain("$7$");
        }
    }

    private static Manifest manifest() throws IOException {
        Manifest manifest = Manifest.of(lab);
        SdkContainersIT.add(manifest, MODULE, IMAGES.get(0), List.of());
        ObjectNode hub = manifest.json().withObject("/modulesContent/$edgeHub/properties.desired");
        hub.put("schemaVersion", "1.2").set("mqttBroker", Json.MAPPER.readTree(BROKER));
        hub.withObject("/routes").put("alarms", "FROM /messages/topics/home/alarm/* INTO $upstream");
        return manifest;
    }

    private Running watch(String... more) throws IOException {
        return start(
                "mosquitto_sub",
                "1883",
                "watcher",
                WATCHER_PASSWORD,
                Stream.concat(Stream.of(more), Stream.of("-v")).toArray(String[]::new));
    }

    private void publish(String port, String topic, String text, String... more)
            throws IOException, InterruptedException {
        Running sent = start(
                "mosquitto_pub",
                port,
                "sensors",
                SENSORS_PASSWORD,
                Stream.concat(Stream.of("-t", topic, "-m", text), Stream.of(more))
                        .toArray(String[]::new));
        assertThat(sent.ended()).as(Files.readString(sent.output())).isZero();
    }

    private Running start(String program, String port, String user, String password, String... more)
            throws IOException {
        List<String> command =
                new ArrayList<>(List.of(program, "-h", ADDRESS, "-p", port, "-u", user, "-P", password, "-q", "1"));
        command.addAll(List.of(more));
        Path output = Files.createTempFile(lab.folder, "mosquitto", ".out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
        Running started = new Running(String.join(" ", command), process, output);
        running.add(started);
        return started;
    }

    private static void publishOverWebSocket(Device device, String topic, String text) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setCertificateEntry(
                "board",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(rootCa(device).getBytes(StandardCharsets.US_ASCII))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        MqttConnectOptions options = new MqttConnectOptions();
        options.setUserName("sensors");
        options.setPassword(SENSORS_PASSWORD.toCharArray());
        options.setSocketFactory(tls.getSocketFactory());
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        try (MqttClient client =
                new MqttClient("wss://" + ADDRESS + ":443/$iothub/websocket", "web", new MemoryPersistence())) {
            client.setTimeToWait(20_000);
            client.connect(options);
            client.publish(topic, new MqttMessage(text.getBytes(StandardCharsets.UTF_8)));
            client.disconnect();
        }
    }

    /** Lets the module publish. */
    private static String tell(String topic, String text) throws IOException {
        ObjectNode order = JsonNodeFactory.instance.objectNode();
        order.put("topic", topic).put("text", text);
        return lab.hub()
                .invokeMethod(IdentityName.module(ID, MODULE), "publish", order, Duration.ofSeconds(20))
                .payload()
                .asText();
    }

    private static void awaitReported(String name, String value) {
        await("the module's report of " + name)
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lab.hub()
                                .twin(ID, MODULE)
                                .at("/properties/reported/" + name)
                                .asText())
                        .isEqualTo(value));
    }

    private static void awaitEvent(String module, String text, Map<String, String> properties) {
        await(text).atMost(PATIENCE).untilAsserted(() -> {
            List<Event> all = lab.hub().events();
            assertThat(all).anySatisfy(event -> {
                assertThat(event.moduleId()).isEqualTo(Optional.of(module));
                assertThat(event.text()).isEqualTo(text);
                assertThat(event.properties()).isEqualTo(properties);
            });
            assertThat(all).noneSatisfy(event -> assertThat(event.text()).isEqualTo("on"));
        });
    }

    /** What a person copies to the client. */
    private static String rootCa(Device device) throws IOException {
        String pem = Files.readString(device.state().resolve("keys/root-ca.pem"));
        String end = "-----END CERTIFICATE-----";
        return pem.substring(pem.indexOf("-----BEGIN CERTIFICATE-----"), pem.indexOf(end) + end.length()) + "\n";
    }

    // shown where the test failed
    private static void step(String what) {
        System.out.println("--- " + Instant.now() + " " + what);
    }
}
