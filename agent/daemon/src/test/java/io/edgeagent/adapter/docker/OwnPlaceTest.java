package io.edgeagent.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.model.HostPaths;
import io.edgeagent.testing.LoggedLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnPlaceTest {
    private static final String ID = "0123456789abcdef".repeat(4);
    private static final String INSPECT = "GET /containers/" + ID + "/json";

    @TempDir
    private Path folder;

    private CannedEngine engine;
    private DockerConnection connection;

    @BeforeEach
    void open() throws IOException {
        engine = CannedEngine.start(folder);
        connection = new DockerConnection(engine.uri());
    }

    @AfterEach
    void close() throws IOException {
        connection.close();
        engine.close();
    }

    @Test
    void on_the_host_paths_are_the_same_and_no_network_is_joined() {
        OwnPlace place = new OwnPlace(connection, "edge", Optional.empty());

        place.join();

        assertThat(place.inContainer()).isFalse();
        assertThat(place.hostPaths()).isEqualTo(HostPaths.SAME);
        assertThat(engine.asked()).isEmpty();
    }

    @Test
    void a_container_that_this_engine_does_not_know_counts_as_a_host() {
        OwnPlace place = new OwnPlace(connection, "edge", Optional.of(ID));

        place.join();

        assertThat(place.inContainer()).isFalse();
        assertThat(place.hostPaths()).isEqualTo(HostPaths.SAME);
        assertThat(engine.asked()).allMatch(request -> request.startsWith("GET "));
    }

    @Test
    void joins_the_module_network_under_the_names_that_modules_know() {
        engine.answer(INSPECT, own("bridge", "default")).answer("POST /networks/edge/connect", "");

        OwnPlace place = new OwnPlace(connection, "edge", Optional.of(ID));
        place.join();

        assertThat(place.inContainer()).isTrue();
        assertThat(place.hostPaths().onHost(Path.of("/var/lib/edge-agent/x"))).contains(Path.of("/d/_data/x"));
        assertThat(engine.asked())
                .filteredOn(request -> request.startsWith("POST"))
                .containsExactly("POST /networks/edge/connect {\"Container\":\"" + ID
                        + "\",\"EndpointConfig\":{\"Aliases\":[\"edgeAgent\",\"edgeHub\"]}}");
    }

    @Test
    void does_not_join_where_it_is_already_or_where_the_network_is_the_hosts() {
        engine.answer(INSPECT, own("edge", "default"));
        new OwnPlace(connection, "edge", Optional.of(ID)).join();
        engine.answer(INSPECT, own("host", "host"));
        new OwnPlace(connection, "edge", Optional.of(ID)).join();

        assertThat(engine.asked()).noneMatch(request -> request.startsWith("POST"));
    }

    @Test
    void a_refused_network_is_logged_and_no_more() {
        engine.answer(INSPECT, own("bridge", "default"));
        try (LoggedLines log = LoggedLines.of("io.edgeagent.adapter.docker")) {
            new OwnPlace(connection, "edge", Optional.of(ID)).join();

            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("event=network_not_joined network=edge", "no such thing");
        }
    }

    private static String own(String network, String mode) {
        return "{\"Id\":\"" + ID + "\",\"HostConfig\":{\"NetworkMode\":\"" + mode
                + "\"},\"NetworkSettings\":{\"Networks\":{\"" + network
                + "\":{}}},\"Mounts\":[{\"Source\":\"/d/_data\",\"Destination\":\"/var/lib/edge-agent\"}]}";
    }
}
