package io.edgeagent.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.model.ProblemException;
import io.edgeagent.reconcile.ModuleNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ForeignRuntimeTest {
    private static final String OWNER = "\"net.azure-devices.edge.owner\":\"Microsoft.Azure.Devices.Edge.Agent\"";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TempDir
    private Path folder;

    @Test
    void names_the_system_modules_of_iot_edge_and_no_others() throws IOException {
        // without a filter for states, because Podman refuses "restarting"
        try (CannedEngine canned = CannedEngine.start(folder);
                DockerEngine engine = new DockerEngine(canned.uri(), "hub/device", ModuleNetwork.of("network"))) {
            canned.answer(
                    "GET /containers/json",
                    "[" + container("edgeHub", OWNER) + "," + container("edgeAgent", OWNER) + ","
                            + container("led", OWNER) + ","
                            + container("edgeHub", OWNER).replace("running", "exited") + ","
                            + container("edgeAgent", OWNER + ",\"io.edge-agent.device\":\"hub/other\"") + "]");

            assertThat(engine.foreignSystemModules(PATIENCE)).containsExactly("edgeAgent", "edgeHub");
            assertThat(canned.asked())
                    .singleElement()
                    .asString()
                    .contains("owner")
                    .doesNotContain("status");
        }
    }

    @Test
    @Timeout(20)
    void an_engine_that_hangs_is_given_up_soon() throws IOException {
        try (CannedEngine silent = CannedEngine.silent(folder);
                DockerEngine engine = new DockerEngine(silent.uri(), "hub/device", ModuleNetwork.of("network"))) {
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> engine.foreignSystemModules(Duration.ofMillis(300)))
                    .withMessageContaining("does not answer");
        }
    }

    @Test
    void an_engine_that_is_away_is_told_at_once() {
        try (DockerEngine engine =
                new DockerEngine("unix://" + folder.resolve("none"), "hub/device", ModuleNetwork.of("network"))) {
            assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> engine.foreignSystemModules(PATIENCE));
        }
    }

    private static String container(String name, String labels) {
        return "{\"Id\":\"" + name + "\",\"Names\":[\"/" + name + "\"],\"State\":\"running\",\"Labels\":{" + labels
                + "}}";
    }
}
