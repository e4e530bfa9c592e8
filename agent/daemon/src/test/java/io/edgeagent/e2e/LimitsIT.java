package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.github.dockerjava.api.model.LogConfig;
import io.edgeagent.fake.EngineLab;
import io.edgeagent.fake.OwnImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What keeps the disk of a board from filling up. */
class LimitsIT {
    @RegisterExtension
    private static final Lab lab = new Lab();

    private static EngineLab engine;
    private static OwnImages images;

    @BeforeAll
    static void open() throws IOException {
        engine = new EngineLab();
        images = new OwnImages(engine);
    }

    @AfterAll
    static void close() throws IOException {
        engine.clean();
        images.clean();
    }

    private static void configure(String device, String toml) throws IOException {
        Path state = Files.createDirectories(lab.folder.resolve("state-" + device));
        Files.writeString(state.resolve("config.toml"), toml);
    }

    private static LogConfig logConfig(String container) {
        return lab.container(container).orElseThrow().getHostConfig().getLogConfig();
    }

    @Test
    void logs_are_capped_unless_the_module_chooses() throws IOException {
        try (Device device = new Device(lab, "limits-logs")) {
            device.start();
            device.apply(Manifest.of(lab)
                    .module("limits-capped", lab.image("1"))
                    .module(
                            "limits-own",
                            lab.image("1"),
                            "{\"Cmd\":[\"sleep\",\"100000\"],\"StopSignal\":\"SIGKILL\",\"HostConfig\":{\"LogConfig\":"
                                    + "{\"Type\":\"json-file\",\"Config\":{\"max-size\":\"1g\"}}}}"));
            device.awaitStatus(200);

            assertThat(logConfig("limits-capped").getType().getType()).isEqualTo("json-file");
            assertThat(logConfig("limits-capped").getConfig()).isEqualTo(Map.of("max-size", "10m", "max-file", "3"));
            assertThat(logConfig("limits-own").getConfig()).isEqualTo(Map.of("max-size", "1g"));
        }
    }

    @Test
    void a_pull_that_would_fill_the_disk_is_refused_with_the_reason() throws IOException {
        configure("limits-disk", "[disk]\nmin_free_mb = 2000000000\n");
        String image = images.push("disk");
        try (Device device = new Device(lab, "limits-disk")) {
            device.start();
            device.apply(Manifest.of(lab).module("limits-refused", image));

            assertThat(device.awaitStatus(500))
                    .contains("limits-refused: pull")
                    .contains("MB are free and 2000000000 MB must stay free")
                    .contains("min_free_mb");
            assertThat(lab.container("limits-refused")).isEmpty();
        }
    }

    @Test
    void the_image_before_an_update_goes_and_containers_images_networks_and_volumes_of_others_stay()
            throws IOException {
        configure(
                "limits-images",
                "[image_garbage_collection]\ncleanup_recurrence = '1s'\nimage_age_cleanup_threshold = '2s'\n");
        String others = engine.run() + "-others:1";
        images.make(others);
        engine.docker("volume", "create", engine.run() + "-volume");
        engine.docker("network", "create", engine.run() + "-network");
        String foreign = engine.docker("run", "-d", "--name", engine.run() + "-others", others, "sleep", "100000");
        String first = images.push("one");
        String second = images.push("two");
        try (Device device = new Device(lab, "limits-images")) {
            device.start();
            device.apply(Manifest.of(lab).module("limits-updated", first));
            device.awaitStatus(200);

            device.apply(Manifest.of(lab).module("limits-updated", second));
            device.awaitStatus(200);
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> engine.tryDocker("image", "inspect", first).isEmpty());

            device.agent().awaitLog("event=image_removed image=" + first);
            assertThat(lab.runs("limits-updated")).isTrue();
            engine.docker("image", "inspect", second, others);
            engine.docker("network", "inspect", engine.run() + "-network");
            assertThat(engine.docker("inspect", "-f", "{{.Id}} {{.State.Running}}", engine.run() + "-others"))
                    .isEqualTo(foreign + " true");
        } finally {
            engine.docker("volume", "rm", engine.run() + "-volume");
        }
    }

    /** The agent has the heap of a small board: see {@link AgentProcess}. */
    @Test
    void a_twin_of_3_MB_is_not_taken_and_the_modules_run_on_until_it_is_smaller() throws Exception {
        try (Device device = new Device(lab, "limits-twin")) {
            device.start();
            device.apply(Manifest.of(lab).module("limits-kept", lab.image("1")));
            device.awaitStatus(200);
            device.agent().terminate();
            lab.docker.killContainerCmd("limits-kept").exec();
            lab.hub().faults(JsonNodeFactory.instance.objectNode().put("twinPadding", 3 << 20));

            device.start().awaitLog("the hub sent a message of");

            await("the module").atMost(Duration.ofSeconds(60)).until(() -> lab.runs("limits-kept"));
            lab.hub().resetFaults();
            device.apply(Manifest.of(lab).module("limits-kept", lab.image("1")).module("limits-new", lab.image("1")));
            device.awaitStatus(200);
            assertThat(lab.runs("limits-new")).isTrue();
            // one life
            assertThat(device.agent().log().split("event=ready", -1)).hasSize(2);
        } finally {
            lab.hub().resetFaults();
        }
    }

    @Test
    void an_image_with_a_label_of_8_MB_is_run_like_any_other() throws IOException {
        String repository = engine.run() + "-label";
        makeWithLabel(repository, 8 << 20);
        String image = repository + ":1";
        try (Device device = new Device(lab, "limits-label")) {
            device.start();
            Manifest manifest =
                    Manifest.of(lab).module("limits-labelled", image).module("limits-other", lab.image("1"));
            manifest.patch("limits-labelled", "imagePullPolicy", "never");
            device.apply(manifest);

            device.awaitStatus(200);
            assertThat(lab.runs("limits-labelled")).isTrue();
            assertThat(lab.runs("limits-other")).isTrue();
            assertThat(device.agent().log().split("event=ready", -1)).hasSize(2);
        } finally {
            engine.tryDocker("rmi", "-f", image);
        }
    }

    /** No command line and no Dockerfile takes a label of that size, but the engine's API does. */
    private static void makeWithLabel(String repository, int bytes) {
        String base = engine.run() + "-base:1";
        images.make(base);
        String container = lab.docker.createContainerCmd(base).exec().getId();
        lab.docker
                .commitCmd(container)
                .withRepository(repository)
                .withTag("1")
                .withLabels(Map.of("big", "x".repeat(bytes)))
                .exec();
        lab.docker.removeContainerCmd(container).exec();
        engine.tryDocker("rmi", base);
    }
}
