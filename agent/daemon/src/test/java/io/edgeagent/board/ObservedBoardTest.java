package io.edgeagent.board;

import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.BrokenModule;
import io.edgeagent.fake.Containers;
import io.edgeagent.fake.FakeClock;
import io.edgeagent.fake.Manifest;
import io.edgeagent.fake.OpenGate;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.RuntimeStatus;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.Plan;
import io.edgeagent.reconcile.Step;
import io.edgeagent.reconcile.UpdatePolicy;
import io.edgeagent.testing.LoggedLines;
import io.edgeagent.testing.Warns;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObservedBoardTest {
    private static final Map<String, ModuleIdentity> IDENTITIES = Map.of(
            "bad", new ModuleIdentity("bad", "1"),
            "led", new ModuleIdentity("led", "2"));

    private final ObservedBoard board = new ObservedBoard(
            new FakeClock(),
            new SplittableRandom(1),
            UpdatePolicy.REPLACE,
            OpenGate.of(new FakeClock()),
            new ContainerRecipe("hub.example.net", "board", "azure-iot-edge")::mark,
            "boot");

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_module_that_cannot_be_planned_has_failed_and_the_others_are_planned_and_reported(boolean allPullsFirst) {
        Manifest manifest = Manifest.version(1)
                .with(module("bad").startupOrder(0), module("led").startupOrder(1));
        Deployment good = (allPullsFirst ? manifest.waitingForAllPulls() : manifest).deployment();
        Deployment deployment = BrokenModule.in(good, "bad");
        board.confirmed();

        try (LoggedLines lines = LoggedLines.of(ObservedBoard.class.getName())) {
            board.listed(
                    List.of(
                            Containers.running(good.modules().get("bad")),
                            Containers.exited(good.modules().get("led"), 1)),
                    Optional.of(deployment),
                    "life",
                    false,
                    0);
            Plan plan = board.plan(deployment, IDENTITIES, () -> {});
            board.plan(deployment, IDENTITIES, () -> {});

            assertThat(plan.steps()).containsExactly(new Step.Start("led", false));
            assertThat(plan.failed()).containsOnlyKeys("bad");
            assertThat(lines.lines()).singleElement().asString().contains("event=planning_failed module=bad");
        }
        assertThat(board.failures(deployment)).singleElement().asString().startsWith("bad: it cannot be planned: ");
        assertThat(board.statuses(deployment, IDENTITIES).get("bad").runtimeStatus())
                .isEqualTo(RuntimeStatus.RUNNING);
        assertThat(board.statuses(deployment, IDENTITIES).get("bad").description())
                .startsWith("left as it is: ");
        assertThat(board.statuses(deployment, IDENTITIES).get("led").runtimeStatus())
                .isEqualTo(RuntimeStatus.BACKOFF);
    }

    @Test
    @Warns("ERROR event=planning_failed")
    void once_it_can_be_planned_nothing_is_left_of_its_failure() {
        Deployment good = Manifest.version(1).with(module("bad")).deployment();
        board.confirmed();
        board.listed(List.of(), Optional.of(good), "life", false, 0);
        board.plan(BrokenModule.in(good, "bad"), IDENTITIES, () -> {});

        assertThat(board.plan(good, IDENTITIES, () -> {}).failed()).isEmpty();
        assertThat(board.failures(good)).isEmpty();
    }
}
