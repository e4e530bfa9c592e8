package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;

/**
 * Kills the agent at random moments while deployments change, while the engine is restarted or killed, and while the disk of its
 * state is full, and looks at the board after each. Too slow for every build: run it with {@code ./dev kills [N] [--seed S]}.
 */
class Kills {
    private static final List<String> MODULES = List.of("kills-a", "kills-b", "kills-c", "kills-d");
    /** An engine that has just been restarted, on a busy machine, was seen to need 1.2 s to notice that a container had ended. */
    private static final String LABELS =
            "\"Labels\":{\"io.edge-agent.update\":\"rollback\",\"io.edge-agent.settle\":\"3s\"}";

    /** Ends with 0 at once when it is told to. */
    private static final String SLEEPS = "[\"sh\",\"-c\",\"trap 'exit 0' TERM; while :; do sleep 0.2; done\"]";

    private static final List<Trouble> TROUBLES = List.of(
            Trouble.NONE,
            Trouble.NONE,
            Trouble.FULL_DISK,
            Trouble.ENGINE_RESTARTED,
            Trouble.ENGINE_RESTARTED,
            Trouble.ENGINE_KILLED);

    /** What happens besides. */
    private enum Trouble {
        NONE("nothing else"),
        FULL_DISK("disk full"),
        ENGINE_RESTARTED("engine restarted"),
        ENGINE_KILLED("engine killed");

        private final String text;

        Trouble(String text) {
            this.text = text;
        }
    }

    private final int count = Integer.getInteger("kills.count", 100);
    private final long seed = Long.getLong("kills.seed", System.nanoTime() & 0xffffffL);
    private final Random random = new Random(seed);

    @Test
    void whenever_the_agent_is_killed_the_next_one_finishes_what_it_began() throws Exception {
        System.out.println("kills: " + count + ", seed " + seed);
        try (OwnEngine engine = new OwnEngine();
                Lab lab = new Lab(engine.uri());
                Device device = new Device(lab, "kills");
                FullDisk disk = new FullDisk(device.state())) {
            for (String tag : List.of("1", "2")) {
                engine.copy(Lab.sharedEngine(), imageOfTheOtherEngine(lab, tag));
            }
            String foreign = foreignContainer(lab, device);
            for (int kill = 1; kill <= count; kill++) {
                Trouble trouble = TROUBLES.get(random.nextInt(TROUBLES.size()));
                if (trouble == Trouble.FULL_DISK) {
                    disk.fill();
                }
                boolean broken = applySomething(lab, device);
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(3000)).toNanos());
                if (trouble == Trouble.ENGINE_RESTARTED || trouble == Trouble.ENGINE_KILLED) {
                    engine.restart(trouble == Trouble.ENGINE_KILLED);
                }
                if (trouble != Trouble.ENGINE_RESTARTED || random.nextBoolean()) {
                    device.agent().kill();
                    neverTwoOfOneModule(lab, device);
                    disk.empty();
                    device.start();
                }
                if (random.nextInt(4) == 0) {
                    // killed again before it could finish
                    LockSupport.parkNanos(
                            Duration.ofMillis(random.nextInt(2500)).toNanos());
                    device.agent().kill();
                    neverTwoOfOneModule(lab, device);
                    device.start();
                }
                try {
                    device.awaitStatus(broken ? 500 : 200);
                    oneOfEachModuleRuns(lab, device);
                } catch (ConditionTimeoutException e) {
                    sayWhatIsThere(lab, device, engine, kill + ", " + trouble.text);
                    throw e;
                }
                // an engine that ends takes it along, and it is not ours to start
                assertThat(lab.container(foreign)).as("the foreign container").isPresent();
                System.out.println("kills: " + kill + " of " + count + " survived, " + trouble.text
                        + (broken ? " (rolled back)" : ""));
            }
            lab.docker.removeContainerCmd(foreign).withForce(true).exec();
        }
    }

    /** The registry's images are on the engine that all tests share, and are pulled there where they are not. */
    private static String imageOfTheOtherEngine(Lab lab, String tag) throws IOException, InterruptedException {
        String image = lab.image(tag);
        String shared = Lab.sharedEngine();
        Path settings = Files.createTempDirectory("edge-login");
        Files.writeString(
                settings.resolve("config.json"),
                "{\"auths\":{\"" + lab.registry + "\":{\"auth\":\""
                        + Base64.getEncoder()
                                .encodeToString((lab.registryUser + ":" + lab.registryPassword)
                                        .getBytes(StandardCharsets.UTF_8))
                        + "\"}}}");
        // what is not there now is missed when it is copied
        new ProcessBuilder("docker", "--config", settings.toString(), "-H", shared, "pull", "-q", image)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        return image;
    }

    private static String foreignContainer(Lab lab, Device device) throws IOException {
        device.start();
        Manifest first = Manifest.of(lab);
        MODULES.forEach(module -> add(first, module, lab.image("1"), options(SLEEPS, 0)));
        device.apply(first);
        device.awaitStatus(200);
        String id = lab.docker
                .createContainerCmd(lab.image("1"))
                .withName("kills-foreign-" + lab.network)
                .withCmd("sleep", "100000")
                .exec()
                .getId();
        lab.docker.startContainerCmd(id).exec();
        return id;
    }

    /** A new manifest in which each module may change; true if one of them is an update that must be rolled back. */
    private boolean applySomething(Lab lab, Device device) throws IOException {
        Manifest manifest = Manifest.of(lab);
        boolean broken = false;
        for (String module : MODULES) {
            String image = lab.image(random.nextBoolean() ? "1" : "2");
            boolean breaks = random.nextInt(6) == 0;
            broken |= breaks;
            String command = breaks ? "[\"false\"]" : SLEEPS;
            // the number makes every broken update a new one
            add(manifest, module, image, options(command, breaks ? random.nextInt(1 << 30) : random.nextInt(3)));
        }
        device.apply(manifest);
        return broken;
    }

    /** The engine has no registry, and most modules end with 0 when they are told to, and would stay down then. */
    private static void add(Manifest manifest, String module, String image, String options) {
        manifest.settings(module, image).put("createOptions", options);
        manifest.patch(module, "imagePullPolicy", "never");
        manifest.patch(module, "restartPolicy", module.equals("kills-a") ? "always" : "on-unhealthy");
    }

    private static String options(String command, int number) {
        return "{\"Cmd\":" + command + ",\"Env\":[\"NUMBER=" + number + "\"]," + LABELS + "}";
    }

    private static void neverTwoOfOneModule(Lab lab, Device device) {
        List<String> running = new ArrayList<>();
        for (Container container : own(lab, device)) {
            if ("running".equals(container.getState())) {
                running.add(container.getLabels().get("io.edge-agent.module"));
            }
        }
        assertThat(running).doesNotHaveDuplicates();
    }

    private static void oneOfEachModuleRuns(Lab lab, Device device) {
        await("one container of each module, running")
                .atMost(Duration.ofSeconds(Integer.getInteger("e2e.patience", 120)))
                .untilAsserted(() -> {
                    assertThat(own(lab, device))
                            .extracting(container -> container.getNames()[0].substring(1))
                            .containsExactlyInAnyOrderElementsOf(MODULES);
                    for (String module : MODULES) {
                        InspectContainerResponse container =
                                lab.container(module).orElseThrow();
                        assertThat(container.getState().getRunning())
                                .as(module + " runs")
                                .isTrue();
                        assertThat(container.getConfig().getCmd())
                                .as(module + " is a good one")
                                .contains("sh");
                    }
                });
    }

    private static void sayWhatIsThere(Lab lab, Device device, OwnEngine engine, String kill) throws IOException {
        System.out.println("kills: " + kill + ": not right in time");
        for (Container container : own(lab, device)) {
            System.out.println("container " + String.join(" ", container.getNames()) + " "
                    + lab.docker.inspectContainerCmd(container.getId()).exec().getState());
        }
        List<String> log = engine.log();
        log.subList(Math.max(0, log.size() - 200), log.size()).forEach(System.out::println);
    }

    private static List<Container> own(Lab lab, Device device) {
        return lab.docker
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of("io.edge-agent.device", lab.hubAddress + "/" + device.id))
                .exec();
    }
}
