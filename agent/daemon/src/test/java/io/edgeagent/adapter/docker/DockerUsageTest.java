package io.edgeagent.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.ops.ModuleUsage;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.ModuleNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerUsageTest {
    @TempDir
    private Path folder;

    private CannedEngine canned;
    private DockerEngine engine;

    @BeforeEach
    void open() throws IOException {
        canned = CannedEngine.start(folder);
        engine = new DockerEngine(canned.uri(), "hub/device", ModuleNetwork.of("network"));
        canned.answer(
                "GET /containers/json",
                "[" + listed("led", "running") + "," + listed("job", "exited") + "," + listed("gone", "running") + "]");
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
        canned.close();
    }

    private static String listed(String name, String state) {
        return "{\"Id\":\"" + name + "\",\"Names\":[\"/" + name + "\"],\"State\":\"" + state + "\",\"Labels\":{\""
                + ContainerRecipe.MODULE_LABEL + "\":\"" + name + "\"}}";
    }

    @Test
    void reads_the_statistics_of_running_modules_and_leaves_out_those_that_end_meanwhile() {
        canned.answer("GET /containers/led/stats", """
                {"cpu_stats":{"cpu_usage":{"total_usage":5,"percpu_usage":[1,4]},"system_cpu_usage":700,"online_cpus":2},
                 "memory_stats":{"usage":1000,"limit":4000,"stats":{"inactive_file":300,"anon":1}},
                 "pids_stats":{"current":7},
                 "networks":{"eth0":{"rx_bytes":10,"tx_bytes":1},"eth1":{"rx_bytes":5,"tx_bytes":2}},
                 "blkio_stats":{"io_service_bytes_recursive":[{"major":8,"op":"read","value":40},{"op":"Write","value":50}]}}""");

        assertThat(engine.usage()).isEqualTo(Map.of("led", new ModuleUsage(5, 700, 700, 4000, 7, 15, 3, 40, 50)));
        assertThat(canned.asked()).contains("GET /containers/led/stats?stream=false&one-shot=true");
    }

    @Test
    void a_board_without_memory_control_groups_tells_zero() {
        canned.answer(
                "GET /containers/led/stats",
                "{\"memory_stats\":{},\"blkio_stats\":{\"io_service_bytes_recursive\":null}}");

        assertThat(engine.usage()).isEqualTo(Map.of("led", new ModuleUsage(0, 0, 0, 0, 0, 0, 0, 0, 0)));
    }

    @Test
    void an_engine_that_would_need_two_seconds_for_each_is_not_asked() {
        canned.answer("GET /version", "{\"ApiVersion\":\"1.40\",\"Version\":\"19.03\",\"Arch\":\"amd64\"}");

        assertThat(engine.usage()).isEmpty();
        assertThat(canned.asked()).isEmpty();
    }

    /** Regression: with a hundred modules the figures of everything else came a quarter of an hour later. */
    @Test
    void an_engine_that_hangs_is_not_asked_for_one_module_after_the_other() {
        canned.hang("GET /containers/led/stats").hang("GET /containers/gone/stats");
        DockerConnection connection = new DockerConnection(canned.uri());

        assertThat(new DockerUsage(
                                connection,
                                new ContainerList(connection),
                                "label",
                                Duration.ofSeconds(1),
                                Duration.ofMillis(900))
                        .read())
                .isEmpty();

        assertThat(canned.asked()).noneMatch(call -> call.contains("/containers/gone/stats"));
        connection.close();
    }
}
