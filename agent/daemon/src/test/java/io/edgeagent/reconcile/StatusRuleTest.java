package io.edgeagent.reconcile;

import static io.edgeagent.fake.Containers.exited;
import static io.edgeagent.fake.Containers.in;
import static io.edgeagent.fake.Containers.outOfMemory;
import static io.edgeagent.fake.Containers.running;
import static io.edgeagent.fake.Containers.setAside;
import static io.edgeagent.fake.Containers.unstartable;
import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Containers;
import io.edgeagent.fake.Manifest;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ModuleStatus;
import io.edgeagent.model.RuntimeStatus;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StatusRuleTest {
    private static final Manifest.Module LED = module("led");

    @Test
    void a_running_module_is_running() {
        ModuleStatus status = with(running(LED.spec()), LED);

        assertThat(status.runtimeStatus()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(status.description()).isEqualTo("running");
        assertThat(status.lastStart()).contains(Containers.STARTED);
        assertThat(status.lastExit()).isEmpty();
        assertThat(status.imageId()).hasValueSatisfying(id -> assertThat(id).startsWith("sha256:"));
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, RUNNING, running",
        "HEALTHY, RUNNING, running",
        "STARTING, RUNNING, HEALTHCHECK has not answered yet",
        "UNHEALTHY, UNHEALTHY, HEALTHCHECK fails"
    })
    void its_health_counts(Container.Health health, RuntimeStatus expected, String said) {
        ModuleStatus status = with(running(LED.spec(), health), LED);

        assertThat(status.runtimeStatus()).isEqualTo(expected);
        assertThat(status.description()).contains(said);
    }

    @ParameterizedTest
    @CsvSource({
        "always, 0, BACKOFF, exited with 0; started again within 10 s",
        "always, 137, BACKOFF, exited with 137: killed (SIGKILL); started again within 10 s",
        "on-failure, 0, STOPPED, exited with 0",
        "on-failure, 1, BACKOFF, exited with 1; started again within 10 s",
        "never, 0, STOPPED, exited with 0",
        "never, 127, FAILED, exited with 127: its command was not found in the image"
    })
    void one_that_ended_says_how_and_what_happens_next(
            String policy, int exitCode, RuntimeStatus expected, String description) {
        ModuleStatus status = with(exited(LED.spec(), exitCode), LED.restartPolicy(policy));

        assertThat(status.runtimeStatus()).isEqualTo(expected);
        assertThat(status.description()).isEqualTo(description);
        assertThat(status.exitCode()).isEqualTo(exitCode);
        assertThat(status.lastExit()).contains(Containers.ENDED);
    }

    @Test
    void one_that_was_killed_for_its_memory_says_so() {
        assertThat(with(outOfMemory(LED.spec()), LED.restartPolicy("never")).description())
                .isEqualTo("exited with 137: killed, out of memory");
    }

    @Test
    void one_that_the_engine_could_not_start_says_why() {
        assertThat(with(unstartable(LED.spec(), "exec: no such file"), LED.restartPolicy("never"))
                        .description())
                .isEqualTo("could not start: exec: no such file");
    }

    @ParameterizedTest
    @CsvSource({"0", "137", "143"})
    void one_that_should_be_stopped_is_stopped_however_it_ended(int exitCode) {
        ModuleStatus status =
                with(exited(LED.spec(), exitCode), LED.status("stopped").restartPolicy("always"));

        assertThat(status.runtimeStatus()).isEqualTo(RuntimeStatus.STOPPED);
        assertThat(status.description()).doesNotContain("started again");
    }

    @ParameterizedTest
    @EnumSource(
            value = Container.State.class,
            names = {"DEAD", "REMOVING"})
    void one_that_the_engine_gave_up_is_dead(Container.State state) {
        assertThat(with(in(LED.spec(), state), LED).runtimeStatus()).isEqualTo(RuntimeStatus.DEAD);
    }

    @Test
    void one_that_is_not_there_yet_says_what_it_waits_for() {
        assertThat(of(Scene.of(LED)).runtimeStatus()).isEqualTo(RuntimeStatus.UNKNOWN);
        assertThat(of(Scene.of(LED)).description()).isEqualTo("being created");
        assertThat(of(Scene.of(LED)).imageId()).isEmpty();
        assertThat(of(Scene.of(LED).unidentified("led")).description())
                .isEqualTo("waiting for its identity from the hub");
    }

    @Test
    void a_failure_is_told_with_the_time_between_attempts() {
        ModuleStatus once = of(Scene.of(LED).failed("led", ErrorCode.IMAGE_NOT_FOUND));
        Scene often = Scene.of(LED);
        for (int i = 0; i < 9; i++) {
            often.failed("led", ErrorCode.IMAGE_NOT_FOUND);
        }

        assertThat(once.runtimeStatus()).isEqualTo(RuntimeStatus.BACKOFF);
        assertThat(once.description()).isEqualTo("it failed; tried again every 5 s");
        assertThat(of(often).description()).isEqualTo("it failed; tried again every 5 min");
    }

    @Test
    void a_failure_to_start_a_created_container_is_backoff() {
        Scene scene = Scene.of(LED);
        scene.board(in(scene.spec("led"), Container.State.CREATED)).failed("led", ErrorCode.PORT_TAKEN);

        assertThat(of(scene).runtimeStatus()).isEqualTo(RuntimeStatus.BACKOFF);
        assertThat(of(scene).description()).startsWith("it failed");
    }

    @Test
    void an_update_on_probation_says_so() {
        Scene scene = Scene.of(LED.rollingBack());
        scene.board(setAside(running(LED.spec())), running(scene.spec("led")));

        assertThat(of(scene).description())
                .isEqualTo("running; the update must prove itself before the old container is removed");
    }

    @Test
    void an_update_that_was_rolled_back_says_why_and_what_runs() {
        Scene scene = Scene.of(LED.image("led:2").rollingBack());
        scene.board(running(LED.spec())).rejected("led");

        assertThat(of(scene).runtimeStatus()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(of(scene).description())
                .startsWith("running, with the image before ")
                .contains("led:2: that update was rolled back (it failed)");
    }

    @Test
    void a_module_that_the_policy_refuses_has_failed_and_says_why() {
        Scene scene = Scene.of(LED).refused("led");

        assertThat(of(scene).runtimeStatus()).isEqualTo(RuntimeStatus.FAILED);
        assertThat(of(scene).description()).isEqualTo("not created: refused");
    }

    @Test
    void restarts_are_reported() {
        Scene scene = Scene.of(LED.restartPolicy("always"));
        Instant noon = Instant.parse("2026-01-01T12:00:00Z");
        scene.board(running(LED.spec())).history("led", scene.historyOf("led").withRestart(noon));

        assertThat(of(scene).restarts()).isEqualTo(1);
        assertThat(of(scene).lastRestart()).contains(noon);
    }

    @Test
    void the_text_does_not_change_while_nothing_happens() {
        // a countdown would send a patch with every pass
        Scene scene = Scene.of(LED.restartPolicy("always"));
        scene.board(exited(LED.spec(), 1));
        ModuleStatus before = of(scene);

        assertThat(of(scene.later(Duration.ofSeconds(7)))).isEqualTo(before);
    }

    private static ModuleStatus with(Container container, Manifest.Module module) {
        return of(Scene.of(module).board(container));
    }

    private static ModuleStatus of(Scene scene) {
        return StatusRule.of(scene.spec("led"), scene.situation());
    }
}
