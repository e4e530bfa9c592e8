package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Kills the agent at random moments while deployments change, and looks at the board after each. Too slow for every build: run it
 * with {@code ./dev kills [N] [--seed S]}.
 */
class Kills {
    private static final List<String> MODULES = List.of("kills-a", "kills-b", "kills-c", "kills-d");
    private static final String LABELS =
            "\"Labels\":{\"io.edge-agent.update\":\"rollback\",\"io.edge-agent.settle\":\"1s\"}";

    private final int count = Integer.getInteger("kills.count", 100);
    private final long seed = Long.getLong("kills.seed", System.nanoTime() & 0xffffffL);
    private final Random random = new Random(seed);

    @Test
    void whenever_the_agent_is_killed_the_next_one_finishes_what_it_began() throws Exception {
        System.out.println("kills: " + count + ", seed " + seed);
        try (Lab lab = new Lab();
                Device device = new Device(lab, "kills")) {
            lab.hub();
            String foreign = foreignContainer(lab, device);
            for (int kill = 1; kill <= count; kill++) {
                boolean broken = applySomething(lab, device);
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(3000)).toNanos());
                device.agent().kill();
                neverTwoOfOneModule(lab, device);
                device.start();
                if (random.nextInt(4) == 0) {
                    // killed again before it could finish
                    LockSupport.parkNanos(
                            Duration.ofMillis(random.nextInt(2500)).toNanos());
                    device.agent().kill();
                    neverTwoOfOneModule(lab, device);
                    device.start();
                }
                device.awaitStatus(broken ? 500 : 200);
                oneOfEachModuleRuns(lab, device);
                assertThat(lab.runs(foreign)).as("the foreign container runs").isTrue();
                System.out.println("kills: " + kill + " of " + count + " survived" + (broken ? " (rolled back)" : ""));
            }
            lab.docker.removeContainerCmd(foreign).withForce(true).exec();
        }
    }

    private static String foreignContainer(Lab lab, Device device) throws IOException {
        device.start();
        Manifest first = Manifest.of(lab);
        MODULES.forEach(module -> first.module(module, lab.image("1"), options("[\"sleep\",\"100000\"]", 0)));
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
            String command = breaks ? "[\"false\"]" : "[\"sleep\",\"100000\"]";
            // the number makes every broken update a new one
            manifest.module(module, image, options(command, breaks ? random.nextInt(1 << 30) : random.nextInt(3)));
        }
        device.apply(manifest);
        return broken;
    }

    private static String options(String command, int number) {
        return "{\"Cmd\":" + command + ",\"StopSignal\":\"SIGKILL\",\"Env\":[\"NUMBER=" + number + "\"]," + LABELS
                + "}";
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
                .atMost(Duration.ofSeconds(40))
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
                                .contains("sleep");
                    }
                });
    }

    private static List<Container> own(Lab lab, Device device) {
        return lab.docker
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of("io.edge-agent.device", lab.hubAddress + "/" + device.id))
                .exec();
    }
}
