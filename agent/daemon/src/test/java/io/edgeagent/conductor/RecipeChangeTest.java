package io.edgeagent.conductor;

import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Manifest;
import io.edgeagent.model.ParentHost;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.OwnState;
import io.edgeagent.testing.LoggedLines;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An agent that adds something else to containers than the one before it. */
class RecipeChangeTest {
    private static final Manifest.Module LED = module("led").image("acr.example.io/led:1");
    private static final Manifest.Module BUTTON =
            module("button").image("acr.example.io/button:1").startupOrder(0);
    private static final ContainerRecipe WITH_HUB = new ContainerRecipe(
            "hub.example.net",
            "board",
            "azure-iot-edge",
            module -> Optional.empty(),
            OwnState.NONE,
            () -> Optional.of(new ContainerRecipe.Gateway("board.local", () -> Optional.of("172.18.0.1"))),
            ParentHost.NONE);

    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void switching_the_hub_on_makes_each_container_anew_once_one_after_another() {
        Manifest manifest = Manifest.version(1).with(LED, BUTTON);
        rig.deploy(manifest);
        rig.untilStatus(200, 1);
        rig.engine.forgetCalls();

        try (LoggedLines log = LoggedLines.of("io.edgeagent.board")) {
            rig.restart(WITH_HUB);
            rig.link.twin(manifest.json());
            rig.until(() -> log.lines().stream()
                    .anyMatch(line -> line.startsWith("event=container_outdated module=led")
                            && line.contains("recipe=\"1 network=azure-iot-edge hub=board.local\"")));
        }

        List<String> expected = List.of(
                "stop button",
                "remove button",
                "create button",
                "start button",
                "stop led",
                "remove led",
                "create led",
                "start led");
        rig.until(() -> rig.engine.calls().size() == expected.size());
        assertThat(rig.engine.calls()).isEqualTo(expected);
        rig.untilStatus(200, 1);
        rig.until(() -> rig.moduleReport("led", "runtimeStatus").equals("running"));
        assertThat(rig.moduleReport("led", "restartCount")).isEqualTo("0");

        rig.restart(WITH_HUB);
        rig.link.twin(manifest.json());
        rig.untilStatus(200, 1);
        assertThat(rig.engine.calls()).isEqualTo(expected);
    }

    @Test
    void without_a_word_from_the_hub_modules_run_on_as_they_are() {
        Manifest manifest = Manifest.version(1).with(LED, BUTTON);
        rig.deploy(manifest);
        rig.untilStatus(200, 1);
        rig.engine.forgetCalls();

        rig.restart(WITH_HUB);
        rig.engine.exit("led", 1);

        rig.passUntil(() -> !rig.engine.calls().isEmpty());
        assertThat(rig.engine.calls()).containsExactly("start led");
    }
}
