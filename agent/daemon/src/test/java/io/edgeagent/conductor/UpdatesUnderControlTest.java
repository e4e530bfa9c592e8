package io.edgeagent.conductor;

import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.board.ObservedBoard;
import io.edgeagent.fake.Manifest;
import io.edgeagent.model.ImageReference;
import io.edgeagent.reconcile.Container;
import io.edgeagent.testing.LoggedLines;
import io.edgeagent.testing.Warns;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Update locks and maintenance windows in the whole agent, and what is told of them. The rig's clock begins on a Thursday, 12:00 UTC. */
class UpdatesUnderControlTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Manifest FIRST = Manifest.version(1).with(module("led"));
    private static final Manifest SECOND =
            Manifest.version(2).with(module("led").image("registry.example.io/led:2"));

    private static final ImageReference IMAGE = ImageReference.parse("registry.example.io/led:2");

    private final Rig rig = new Rig();
    private String before;

    @BeforeEach
    void deployed() {
        rig.deploy(FIRST);
        rig.untilStatus(200, 1);
        before = rig.engine.containers().get(0).id();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private boolean isUntouched() {
        return rig.engine.containers().stream()
                .anyMatch(container -> container.id().equals(before));
    }

    private void untilWaiting() {
        rig.passUntil(() -> rig.moduleReport("led", "statusDescription").contains("an update waits: "));
    }

    @Test
    void an_update_waits_for_the_lock_and_comes_when_it_is_given_back() {
        rig.locks.take("led", LONG);
        try (LoggedLines lines = LoggedLines.of(ObservedBoard.class.getName())) {
            rig.deploy(SECOND);

            rig.passUntil(() -> rig.engine.imageId(IMAGE).isPresent());
            untilWaiting();
            rig.pass(Duration.ofSeconds(20));
            assertThat(lines.lines())
                    .filteredOn(line -> line.contains("event=update_waits"))
                    .singleElement()
                    .asString()
                    .contains("event=update_waits module=led reason=\"it holds its update lock\"");
        }
        assertThat(rig.moduleReport("led", "statusDescription"))
                .isEqualTo("running; an update waits: it holds its update lock");
        assertThat(rig.moduleReport("led", "runtimeStatus")).isEqualTo("running");
        assertThat(rig.link.reported("/lastDesiredVersion").asLong()).isEqualTo(1);
        assertThat(rig.link.reported("/lastDesiredStatus/code").asInt()).isEqualTo(200);
        assertThat(rig.description()).isEqualTo("deployment 2 waits: led: it holds its update lock");
        assertThat(rig.status().at("/modules/led/updateWaits").asText()).isEqualTo("it holds its update lock");
        assertThat(rig.status().at("/modules/led/updateLock").asBoolean()).isTrue();
        assertThat(rig.locks.state("led").awaited()).isTrue();
        assertThat(isUntouched()).isTrue();

        rig.locks.release("led");
        rig.passUntil(() -> rig.link.reported("/lastDesiredVersion").asLong() == 2);
        assertThat(rig.description()).isEmpty();
        assertThat(isUntouched()).isFalse();
        assertThat(rig.locks.state("led").awaited()).isFalse();
    }

    @Test
    void an_update_comes_when_the_module_does_not_renew_its_lock() {
        rig.locks.take("led", Duration.ofMinutes(5));
        rig.deploy(SECOND);
        untilWaiting();

        rig.pass(Duration.ofMinutes(5));
        rig.passUntil(() -> rig.link.reported("/lastDesiredVersion").asLong() == 2);
        assertThat(isUntouched()).isFalse();
    }

    @Test
    void the_twin_can_say_that_locks_do_not_count() {
        rig.locks.take("led", LONG);
        rig.deploy(SECOND);
        untilWaiting();

        rig.deploy(Manifest.version(3)
                .agentEnv("UpdateLocks", "override")
                .with(module("led").image("registry.example.io/led:2")));

        rig.passUntil(() -> rig.link.reported("/lastDesiredVersion").asLong() == 3);
        assertThat(isUntouched()).isFalse();
    }

    @Test
    void a_module_that_is_removed_while_it_holds_its_lock_keeps_its_identity_and_is_reported() {
        rig.locks.take("led", LONG);
        rig.deploy(Manifest.version(2));

        rig.passUntil(() -> rig.moduleReport("led", "statusDescription").contains("its removal waits"));
        assertThat(rig.registry.primaryKey("led").isPresent()).isTrue();
        assertThat(isUntouched()).isTrue();

        rig.locks.release("led");
        rig.passUntil(() -> rig.link.reported("/lastDesiredVersion").asLong() == 2);
        rig.passUntil(() -> !rig.registry.primaryKey("led").isPresent());
        assertThat(rig.engine.containers()).isEmpty();
    }

    @Test
    void a_person_who_restarts_the_module_ends_its_lock() {
        rig.locks.take("led", LONG);
        rig.deploy(SECOND);
        untilWaiting();

        assertThat(rig.link
                        .call("RestartModule", "{\"schemaVersion\":\"1.0\",\"id\":\"led\"}")
                        .status())
                .isEqualTo(200);

        rig.passUntil(() -> rig.link.reported("/lastDesiredVersion").asLong() == 2);
    }

    @Test
    void out_of_the_window_an_update_waits_and_a_module_that_is_new_does_not() {
        rig.hubTime.told(rig.clock.wallClock());
        rig.deploy(Manifest.version(2)
                .agentEnv("UpdateWindow", "Thu 12:05-14:00")
                .with(module("led").image("registry.example.io/led:2"), module("button")));

        untilWaiting();
        rig.untilRunning("button");
        assertThat(rig.description())
                .isEqualTo("deployment 2 waits: led: the maintenance window Thu 12:05-14:00, which opens Thu 12:05");
        assertThat(isUntouched()).isTrue();

        rig.pass(Duration.ofMinutes(5));
        rig.passUntil(() -> rig.link.reported("/lastDesiredVersion").asLong() == 2);
        assertThat(isUntouched()).isFalse();
    }

    @Test
    void a_window_never_opens_while_the_clock_is_not_known_to_be_right() {
        rig.deploy(Manifest.version(2)
                .agentEnv("UpdateWindow", "00:00-24:00")
                .with(module("led").image("registry.example.io/led:2")));

        untilWaiting();
        assertThat(rig.description()).contains("this board's clock is not known to be right");

        rig.hubTime.told(rig.clock.wallClock());
        rig.passUntil(() -> rig.link.reported("/lastDesiredVersion").asLong() == 2);
    }

    @Test
    @Warns("WARN event=module_entry_refused")
    void a_window_that_cannot_be_read_is_an_error_and_what_runs_is_left_alone() {
        rig.deploy(Manifest.version(2)
                .agentEnv("UpdateWindow", "at night")
                .with(module("led").image("registry.example.io/led:2")));

        rig.passUntil(() -> rig.link.reported("/lastDesiredStatus/code").asInt() == 400);
        assertThat(rig.link.reported("/lastDesiredVersion").asLong()).isEqualTo(2);
        assertThat(rig.description()).contains("systemModules.edgeAgent.env.UpdateWindow", "write it like");
        assertThat(isUntouched()).isTrue();

        rig.deploy(SECOND.agentEnv("UpdateLocks", "honor"));
        rig.passUntil(() -> rig.link.reported("/lastDesiredStatus/code").asInt() == 200);
        assertThat(isUntouched()).isFalse();
    }

    @Test
    void an_agent_that_starts_while_an_update_waits_does_not_claim_that_it_was_applied() {
        rig.locks.take("led", LONG);
        rig.deploy(SECOND);
        untilWaiting();

        // its hub is empty
        rig.restart();
        rig.deploy(SECOND);

        untilWaiting();
        assertThat(rig.link.reported("/lastDesiredVersion").asLong()).isZero();
        assertThat(rig.link.reported("/lastDesiredStatus/code").asInt()).isEqualTo(406);
        assertThat(rig.description()).startsWith("deployment 2 waits: ");
        assertThat(rig.engine.stateOf("led")).isEqualTo(Optional.of(Container.State.RUNNING));
        assertThat(isUntouched()).isTrue();
    }
}
