package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.greaterThan;

import io.edgeagent.simulator.hub.Event;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.testing.Warns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class StateTest {
    private static final IdentityName PORCH = IdentityName.device("porch");

    private static final List<String> OF_THE_CONNECTION =
            List.of("connectionState", "connectionStateUpdatedTime", "lastActivityTime");

    @TempDir
    private Path state;

    @Test
    void everything_but_faults_is_there_after_a_restart() throws Exception {
        String connectionString;
        String service;
        String identity;
        String twin;
        try (Simulator hub = TestHub.start(state)) {
            connectionString = hub.createEdgeDevice("porch");
            service = hub.serviceConnectionString();
            hub.updateDesired(PORCH, HubJson.object().put("a", 1));
            hub.sendToDevice("porch", "later", Map.of());
            try (MqttPeer peer = MqttPeer.connect(hub, connectionString)) {
                peer.subscribe("$iothub/twin/res/#");
                peer.publish("devices/porch/messages/events/", "one", 1, false);
            }
            hub.faults(HubJson.object().put("throttle", true));
            identity = hub.identity(PORCH).without(OF_THE_CONNECTION).toString();
            twin = hub.twin("porch").get("properties").toString();
        }
        try (Simulator hub = TestHub.start(state)) {
            assertThat(hub.serviceConnectionString()).isEqualTo(service);
            assertThat(hub.identity(PORCH).without(OF_THE_CONNECTION).toString())
                    .isEqualTo(identity);
            assertThat(hub.twin("porch").get("properties")).hasToString(twin);
            assertThat(hub.modules("porch")).containsExactly("$edgeAgent", "$edgeHub");
            try (MqttPeer peer = MqttPeer.connect(hub, connectionString)) {
                assertThat(peer.sessionPresent()).isTrue();
                peer.publish("$iothub/twin/GET/?$rid=1", "", 1, false);
                assertThat(peer.next().text()).startsWith("{\"desired\":{\"a\":1,\"$version\":2}");
                peer.publish("devices/porch/messages/events/", "two", 1, false);
                peer.subscribe("devices/porch/messages/devicebound/#");
                assertThat(peer.next().text()).isEqualTo("later");
            }
            assertThat(hub.events()).extracting(Event::text).containsExactly("one", "two");
            assertThat(hub.events()).extracting(Event::sequence).containsExactly(1L, 2L);
        }
    }

    @Test
    void kill_9_in_the_middle_of_writing_loses_nothing_that_was_acknowledged() throws Exception {
        try (Simulator hub = TestHub.start(state)) {
            hub.createDevice("porch");
        }
        for (int round = 0; round < 5; round++) {
            AtomicInteger acknowledged = new AtomicInteger();
            try (SimulatorProcess.Running hub = SimulatorProcess.start(state)) {
                RestClient client = new RestClient(
                        "127.0.0.1:" + hub.readyLine().replaceAll(".* https=(\\d+).*", "$1"),
                        Files.readString(state.resolve("iothubowner.sas")));
                Thread writer = new Thread(() -> writeUntilKilled(client, acknowledged));
                writer.start();
                await().untilAtomic(acknowledged, greaterThan(50 + round));
                hub.process().destroyForcibly().waitFor();
                writer.join();
            }
            try (Simulator hub = TestHub.start(state)) {
                assertThat(hub.twin("porch").at("/properties/desired/n").asInt())
                        .isBetween(acknowledged.get(), acknowledged.get() + 1);
            }
            assertThat(damaged()).isZero();
        }
    }

    @Test
    @Warns({"WARN set aside a damaged file", "WARN dropped the rest of a damaged file"})
    void a_damaged_file_is_set_aside_and_half_a_line_of_events_is_dropped() throws Exception {
        try (Simulator hub = TestHub.start(state)) {
            String porch = hub.createDevice("porch");
            hub.createDevice("cellar");
            try (MqttPeer peer = MqttPeer.connect(hub, porch)) {
                peer.publish("devices/porch/messages/events/", "one", 1, false);
            }
        }
        Files.writeString(state.resolve("devices/cellar.json"), "{\"identity\":");
        Files.writeString(state.resolve("events.jsonl"), "{\"sequence\":2,\"dev", StandardOpenOption.APPEND);
        try (Simulator hub = TestHub.start(state)) {
            assertThat(hub.events()).extracting(Event::text).containsExactly("one");
            assertThat(hub.twin("porch").path("deviceId").asText()).isEqualTo("porch");
            assertThatThrownBy(() -> hub.twin("cellar")).hasMessageContaining("not registered");
        }
        assertThat(damaged()).isEqualTo(1);
    }

    @Test
    void a_folder_has_one_simulator_and_a_name_that_sdks_refuse_is_refused_at_once() throws Exception {
        try (Simulator hub = TestHub.start(state)) {
            assertThat(hub.hostName()).isEqualTo("127.0.0.1");
            assertThatThrownBy(() -> TestHub.start(state))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another simulator runs on");
        }
        assertThatThrownBy(() -> Simulator.start(state, "localhost", SimulatorOptions.anyPorts()))
                .hasMessageContaining("a name with a dot");
    }

    @Test
    void the_ca_stays_and_the_servers_certificate_follows_the_address() throws Exception {
        byte[] authority;
        byte[] server;
        try (Simulator hub = Simulator.start(state, "127.0.0.1", SimulatorOptions.anyPorts())) {
            authority = Files.readAllBytes(hub.caFile());
            server = Files.readAllBytes(state.resolve("server.pem"));
        }
        try (Simulator hub = Simulator.start(state, "127.0.0.1", SimulatorOptions.anyPorts())) {
            assertThat(Files.readAllBytes(hub.caFile())).isEqualTo(authority);
            assertThat(state.resolve("server.pem")).hasBinaryContent(server);
        }
        try (Simulator hub = Simulator.start(state, "127.0.0.2", SimulatorOptions.anyPorts())) {
            assertThat(Files.readAllBytes(hub.caFile())).isEqualTo(authority);
            assertThat(Files.readAllBytes(state.resolve("server.pem"))).isNotEqualTo(server);
        }
    }

    private static void writeUntilKilled(RestClient client, AtomicInteger acknowledged) {
        try {
            while (true) {
                int next = acknowledged.get() + 1;
                String body = "{\"properties\":{\"desired\":{\"n\":" + next + "}}}";
                assertThat(client.send("PATCH", "/twins/porch", body).status()).isEqualTo(200);
                acknowledged.set(next);
            }
        } catch (Exception killed) {
            assertThat(killed).isInstanceOf(IOException.class);
        }
    }

    private long damaged() throws IOException {
        try (var files = Files.list(state.resolve("devices"))) {
            return files.filter(file -> file.toString().endsWith(".damaged")).count();
        }
    }
}
