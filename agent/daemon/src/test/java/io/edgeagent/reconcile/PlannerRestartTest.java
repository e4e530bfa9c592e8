package io.edgeagent.reconcile;

import static io.edgeagent.fake.Containers.exited;
import static io.edgeagent.fake.Containers.in;
import static io.edgeagent.fake.Containers.running;
import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Manifest;
import io.edgeagent.model.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens when a module ends, or a step fails. */
class PlannerRestartTest {
    private static final Manifest.Module LED = module("led");
    private static final Manifest.Module BUTTON = module("button");

    @ParameterizedTest
    @CsvSource({
        "always, 0, true",
        "always, 1, true",
        "on-unhealthy, 0, false",
        "on-unhealthy, 1, true",
        "on-failure, 0, false",
        "on-failure, 137, true",
        "never, 0, false",
        "never, 1, false"
    })
    void decide_whether_a_module_that_ended_is_started_again(String policy, int exitCode, boolean restarted) {
        Scene scene = Scene.of(LED.restartPolicy(policy));

        scene.board(exited(scene.spec("led"), exitCode)).later(Duration.ofSeconds(10));

        assertThat(scene.steps().contains("restart led")).isEqualTo(restarted);
        assertThat(scene.plan().unsettled()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"always, true", "on-unhealthy, true", "on-failure, false", "never, false"})
    void decide_whether_an_unhealthy_module_is_restarted(String policy, boolean restarted) {
        Scene scene = Scene.of(LED.restartPolicy(policy));

        scene.board(running(scene.spec("led"), Container.Health.UNHEALTHY)).later(Duration.ofSeconds(10));

        assertThat(scene.steps().contains("restart led")).isEqualTo(restarted);
        assertThat(scene.steps().contains("stop led")).isEqualTo(restarted);
    }

    @ParameterizedTest
    @EnumSource(
            value = Container.Health.class,
            names = {"NONE", "STARTING", "HEALTHY"})
    void any_other_health_is_left_alone(Container.Health health) {
        Scene scene = Scene.of(LED.restartPolicy("always"));

        assertThat(scene.board(running(scene.spec("led"), health))
                        .later(Duration.ofHours(1))
                        .steps())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 10", "1, 20", "2, 40", "3, 80", "4, 160", "5, 300", "6, 300", "100, 300"})
    void a_module_waits_longer_each_time_but_never_more_than_five_minutes(int restarts, int seconds) {
        Scene scene = Scene.of(LED.restartPolicy("always"));
        restarted(scene, restarts);
        scene.board(exited(scene.spec("led"), 1));
        long ended = scene.now();

        assertThat(scene.later(Duration.ofSeconds(seconds).minusNanos(1)).steps())
                .isEmpty();
        assertThat(scene.plan().wakeAt())
                .hasValue(ended + Duration.ofSeconds(seconds).toNanos());
        assertThat(scene.later(Duration.ofNanos(1)).steps()).containsExactly("restart led");
    }

    @Test
    void an_unhealthy_module_is_not_restarted_in_a_tight_loop() {
        Scene scene = Scene.of(LED.restartPolicy("always"));
        restarted(scene, 1);
        scene.board(running(scene.spec("led"), Container.Health.UNHEALTHY));

        assertThat(scene.later(Duration.ofSeconds(19)).steps()).isEmpty();
        assertThat(scene.later(Duration.ofSeconds(1)).steps()).containsExactly("stop led", "restart led");
    }

    @Test
    void a_restart_that_the_engine_refused_waits_for_its_own_time() {
        Scene scene = Scene.of(LED.restartPolicy("always"));
        scene.board(exited(scene.spec("led"), 1)).later(Duration.ofSeconds(10));
        scene.failed("led", ErrorCode.DEVICE_MISSING);

        assertThat(scene.steps()).isEmpty();
        assertThat(scene.later(Duration.ofSeconds(5)).steps()).containsExactly("restart led");
    }

    private static void restarted(Scene scene, int times) {
        for (int i = 0; i < times; i++) {
            scene.history("led", scene.historyOf("led").withRestart(Instant.EPOCH));
        }
    }

    @Test
    void a_failed_pull_is_tried_again_when_its_time_has_come() {
        Scene scene = Scene.of(LED).failed("led", ErrorCode.REGISTRY_UNREACHABLE);

        assertThat(scene.steps()).isEmpty();
        assertThat(scene.plan().wakeAt())
                .hasValue(scene.now() + Duration.ofSeconds(5).toNanos());
        assertThat(scene.later(Duration.ofSeconds(5)).steps()).containsExactly("pull led");
    }

    @Test
    void a_failed_create_is_not_pulled_again() {
        Scene scene = Scene.of(LED).pulled("led").failed("led", ErrorCode.NAME_TAKEN);

        assertThat(scene.later(Duration.ofSeconds(5)).steps()).containsExactly("create led", "start led");
    }

    @Test
    void an_image_that_was_lost_is_pulled_again() {
        Scene scene = Scene.of(LED).pulled("led");
        scene.history("led", scene.historyOf("led").withPulled(false)).failed("led", ErrorCode.IMAGE_NOT_FOUND);

        assertThat(scene.later(Duration.ofSeconds(5)).steps()).containsExactly("pull led");
    }

    @Test
    void a_failed_start_is_tried_again_without_making_the_container_anew() {
        Scene scene = Scene.of(LED);
        scene.board(in(scene.spec("led"), Container.State.CREATED)).failed("led", ErrorCode.PORT_TAKEN);

        assertThat(scene.steps()).isEmpty();
        assertThat(scene.later(Duration.ofSeconds(5)).steps()).containsExactly("start led");
    }

    @Test
    void the_wake_up_is_for_what_falls_due_first() {
        Scene scene = Scene.of(LED.restartPolicy("always"), BUTTON).failed("button", ErrorCode.IMAGE_NOT_FOUND);

        scene.board(exited(scene.spec("led"), 1));

        assertThat(scene.plan().wakeAt())
                .hasValue(scene.now() + Duration.ofSeconds(5).toNanos());
    }

    @Test
    void one_failed_module_leaves_the_others_alone() {
        Scene scene = Scene.of(LED, BUTTON).pulled("button").failed("led", ErrorCode.IMAGE_NOT_FOUND);

        assertThat(scene.steps()).containsExactly("create button", "start button");
    }

    @Test
    void a_container_that_vanished_is_made_anew_without_a_pull() {
        Scene scene = Scene.of(LED).pulled("led");

        scene.history("led", scene.historyOf("led").observed(Optional.empty(), false, scene.now(), 0));

        assertThat(scene.steps()).containsExactly("create led", "start led");
    }
}
