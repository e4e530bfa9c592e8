package io.edgeagent.reconcile;

import static io.edgeagent.fake.Containers.exited;
import static io.edgeagent.fake.Containers.in;
import static io.edgeagent.fake.Containers.running;
import static io.edgeagent.fake.Containers.setAside;
import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Manifest;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ModuleSpec;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every state in which an update with a way back can be found, by a new manifest, by a failure or after a kill -9. */
class PlannerRollbackTest {
    private static final Manifest.Module OLD = module("led").image("led:1").rollingBack();
    private static final Manifest.Module NEW = module("led").image("led:2").rollingBack();
    private static final ModuleSpec BEFORE = OLD.spec();
    private static final ModuleSpec AFTER = NEW.spec();
    private static final Container KEPT = setAside(running(BEFORE));
    private static final Duration SETTLE = Duration.ofSeconds(30);

    private final Scene scene = Scene.of(NEW).pulled("led");

    @Nested
    class TheWayForward {
        @Test
        void the_old_container_is_stopped_and_kept() {
            assertThat(scene.board(running(BEFORE)).steps())
                    .containsExactly("stop led", "set aside led", "create led", "start led");
        }

        @Test
        void an_image_that_cannot_be_had_stops_nothing() {
            Scene unpulled = Scene.of(NEW).board(running(BEFORE)).failed("led", ErrorCode.IMAGE_NOT_FOUND);

            assertThat(unpulled.steps()).isEmpty();
            assertThat(unpulled.plan().rejected()).isEmpty();
        }

        @Test
        void one_that_was_stopped_and_not_yet_set_aside_is_set_aside() {
            assertThat(scene.board(exited(BEFORE, 137)).halted("led").steps())
                    .containsExactly("set aside led", "create led", "start led");
        }

        @ParameterizedTest
        @EnumSource(
                value = Container.State.class,
                names = {"CREATED", "DEAD"})
        void one_that_never_ran_or_is_dead_is_no_way_back_and_is_removed(Container.State state) {
            assertThat(scene.board(in(BEFORE, state)).steps()).containsExactly("remove led", "create led", "start led");
        }

        @Test
        void where_only_the_old_one_is_left_the_new_one_is_made() {
            assertThat(scene.board(KEPT).steps()).containsExactly("create led", "start led");
        }

        @Test
        void and_pulled_again_if_nobody_remembers_that_it_was() {
            assertThat(Scene.of(NEW).board(KEPT).steps()).containsExactly("pull led");
        }

        @Test
        void a_new_one_that_was_created_and_not_started_is_started() {
            scene.board(KEPT, in(AFTER, Container.State.CREATED)).halted("led");

            assertThat(scene.steps()).containsExactly("start led");
        }

        @Test
        void with_the_device_s_default_no_label_is_needed() {
            Scene plain = Scene.of(module("led").image("led:2")).pulled("led");
            plain.updates(new UpdatePolicy(true, SETTLE))
                    .board(running(module("led").image("led:1").spec()));

            assertThat(plain.steps()).contains("set aside led");
        }

        @Test
        void a_module_that_should_be_stopped_has_nothing_to_prove() {
            Scene stopped = Scene.of(NEW.status("stopped")).pulled("led").board(exited(BEFORE, 0));

            assertThat(stopped.steps()).containsExactly("set aside led", "create led");
            assertThat(stopped.board(KEPT, in(AFTER, Container.State.CREATED)).steps())
                    .containsExactly("remove previous led");
        }
    }

    @Nested
    class OnProbation {
        @Test
        void it_waits_for_the_settle_time() {
            scene.board(KEPT, running(AFTER));

            assertThat(scene.steps()).isEmpty();
            assertThat(scene.plan().wakeAt()).hasValue(scene.now() + SETTLE.toNanos());
            assertThat(scene.plan().unsettled()).containsExactly("led");
            assertThat(scene.later(SETTLE.minusNanos(1)).steps()).isEmpty();
            assertThat(scene.later(Duration.ofNanos(1)).steps()).containsExactly("remove previous led");
        }

        @Test
        void a_healthcheck_that_succeeds_ends_it_at_once() {
            assertThat(scene.board(KEPT, running(AFTER, Container.Health.HEALTHY))
                            .steps())
                    .containsExactly("remove previous led");
        }

        @Test
        void a_healthcheck_that_has_not_answered_is_waited_for() {
            scene.board(KEPT, running(AFTER, Container.Health.STARTING));

            assertThat(scene.later(Duration.ofHours(1)).plan().steps()).isEmpty();
            assertThat(scene.plan().rejected()).isEmpty();
        }

        @Test
        void one_that_exits_is_rejected() {
            scene.board(KEPT, exited(AFTER, 139));

            assertThat(scene.steps()).isEmpty();
            assertThat(scene.plan().rejected().get("led").text()).contains("exited with 139");
        }

        @Test
        void one_whose_healthcheck_fails_is_rejected() {
            scene.board(KEPT, running(AFTER, Container.Health.UNHEALTHY));

            assertThat(scene.plan().rejected().get("led").text()).contains("HEALTHCHECK");
        }

        @Test
        void one_that_cannot_be_started_is_rejected() {
            scene.board(KEPT, in(AFTER, Container.State.CREATED)).failed("led", ErrorCode.PORT_TAKEN);

            assertThat(scene.plan().rejected()).containsKey("led");
        }

        @Test
        void one_that_cannot_be_created_is_rejected() {
            scene.board(KEPT).failed("led", ErrorCode.NAME_TAKEN);

            assertThat(scene.plan().rejected()).containsKey("led");
        }

        @ParameterizedTest
        @EnumSource(
                value = ErrorCode.class,
                names = {"IMAGE_NOT_FOUND", "REGISTRY_UNREACHABLE", "REGISTRY_UNAUTHORIZED", "DISK_FULL"})
        void one_whose_image_is_gone_gets_three_attempts(ErrorCode code) {
            scene.board(KEPT).failed("led", code).failed("led", code);
            assertThat(scene.plan().rejected()).isEmpty();

            scene.failed("led", code);
            assertThat(scene.plan().rejected()).containsKey("led");
        }

        @Test
        void an_engine_that_goes_away_is_not_its_fault() {
            scene.board(KEPT, in(AFTER, Container.State.CREATED)).failed("led", ErrorCode.ENGINE_UNREACHABLE);

            assertThat(scene.plan().rejected()).isEmpty();
            // the next engine may stumble over what the one before left of it
            assertThat(scene.later(Duration.ofSeconds(5)).steps())
                    .containsExactly("remove led", "create led", "start led");
        }

        @Test
        void somebody_who_removes_the_container_before_it_is_started_is_not_its_fault() {
            scene.board(KEPT).pulled("led").failed("led", ErrorCode.CONTAINER_GONE);

            assertThat(scene.plan().rejected()).isEmpty();
            assertThat(scene.later(Duration.ofSeconds(5)).steps()).containsExactly("create led", "start led");
        }

        @Test
        void a_reboot_is_not_its_fault() {
            scene.board(KEPT, exited(AFTER, 255)).cutOff("led");

            assertThat(scene.plan().rejected()).isEmpty();
            assertThat(scene.steps()).containsExactly("start led");
        }

        @Test
        void a_restart_that_somebody_asked_for_and_the_agent_s_end_cut_off_is_not_its_fault() {
            scene.board(KEPT, exited(AFTER, 137)).halted("led");

            assertThat(scene.plan().rejected()).isEmpty();
            assertThat(scene.steps()).containsExactly("start led");
        }

        @Test
        void a_dead_one_is_made_anew() {
            assertThat(scene.board(KEPT, in(AFTER, Container.State.DEAD)).steps())
                    .containsExactly("remove led", "create led", "start led");
        }

        @ParameterizedTest
        @CsvSource({"never, 0, true", "on-failure, 0, true", "on-failure, 1, false", "on-unhealthy, 0, false"})
        void a_job_that_may_end_has_proved_itself_by_ending_well(String policy, int exitCode, boolean passed) {
            Scene job = Scene.of(NEW.restartPolicy(policy)).board(KEPT, exited(AFTER, exitCode));

            assertThat(job.steps().contains("remove previous led")).isEqualTo(passed);
            assertThat(job.plan().rejected().isEmpty()).isEqualTo(passed);
        }

        @Test
        void one_that_is_told_to_stop_has_nothing_more_to_prove() {
            Scene stopped = Scene.of(NEW.status("stopped")).board(KEPT, running(AFTER));

            assertThat(stopped.steps()).containsExactly("remove previous led");
        }

        @Test
        void a_previous_one_that_cannot_be_removed_is_not_tried_in_a_tight_loop() {
            scene.board(KEPT, running(AFTER, Container.Health.HEALTHY)).failed("led", ErrorCode.ENGINE_FAILED);

            assertThat(scene.steps()).isEmpty();
            assertThat(scene.later(Duration.ofSeconds(5)).steps()).containsExactly("remove previous led");
        }

        @Test
        void never_do_two_of_one_module_run() {
            // an engine starts containers by their own restart policy when it starts
            Container revived = new Container(
                    KEPT.id(),
                    "led",
                    KEPT.name(),
                    KEPT.fingerprint(),
                    "",
                    KEPT.recipe(),
                    KEPT.imageId(),
                    Container.State.RUNNING,
                    Container.Health.NONE,
                    0,
                    KEPT.startedAt(),
                    KEPT.finishedAt(),
                    false,
                    "");

            assertThat(Scene.of(NEW).board(revived, running(AFTER)).steps()).containsExactly("stop previous led");
            assertThat(Scene.of(NEW).pulled("led").board(revived).steps()).containsExactly("stop previous led");
            assertThat(Scene.of().board(revived).steps()).containsExactly("stop previous led", "remove previous led");
        }
    }

    @Nested
    class TheWayBack {
        @Test
        void the_new_one_goes_and_the_old_one_gets_its_name_back() {
            scene.board(KEPT, running(AFTER, Container.Health.UNHEALTHY)).rejected("led");

            assertThat(scene.steps()).containsExactly("stop led", "remove led", "bring back led", "start led");
        }

        @Test
        void one_that_was_removed_already_is_not_removed_again() {
            assertThat(scene.board(KEPT).rejected("led").steps()).containsExactly("bring back led", "start led");
        }

        @ParameterizedTest
        @CsvSource({"never, 0", "on-failure, 0", "on-unhealthy, 143", "always, 137"})
        void one_that_was_brought_back_and_not_started_is_started_whatever_its_restart_policy(
                String policy, int exitCode) {
            Scene back = Scene.of(NEW.restartPolicy(policy)).board(exited(BEFORE, exitCode));

            assertThat(back.rejected("led").halted("led").steps()).containsExactly("start led");
        }

        @Test
        void then_there_is_peace() {
            scene.board(running(BEFORE)).rejected("led");

            assertThat(scene.later(Duration.ofDays(30)).steps()).isEmpty();
            assertThat(scene.plan().unsettled()).isEmpty();
            assertThat(scene.plan().rejected()).isEmpty();
        }

        @Test
        void the_old_one_is_restarted_by_the_new_manifest_s_policy() {
            Scene back = Scene.of(NEW.restartPolicy("always"))
                    .board(exited(BEFORE, 0))
                    .rejected("led");

            assertThat(back.later(Duration.ofSeconds(10)).steps()).containsExactly("restart led");
        }

        @Test
        void a_module_that_should_be_stopped_by_now_is_not_started() {
            Scene stopped = Scene.of(NEW.status("stopped")).board(KEPT, exited(AFTER, 1));

            assertThat(stopped.rejected("led").steps()).containsExactly("remove led", "bring back led");
        }

        @Test
        void where_nothing_is_left_to_go_back_to_the_rejected_one_is_better_than_none() {
            assertThat(scene.rejected("led").steps()).containsExactly("create led", "start led");
            assertThat(Scene.of(NEW)
                            .board(in(BEFORE, Container.State.DEAD))
                            .rejected("led")
                            .steps())
                    .containsExactly("remove led", "create led", "start led");
        }

        @Test
        void a_step_back_that_failed_is_tried_again_later() {
            scene.board(KEPT, exited(AFTER, 1)).rejected("led").failed("led", ErrorCode.ENGINE_FAILED);

            assertThat(scene.steps()).isEmpty();
            assertThat(scene.later(Duration.ofSeconds(5)).steps())
                    .containsExactly("remove led", "bring back led", "start led");
        }
    }

    @Nested
    class AnotherManifestMeanwhile {
        private final Scene third =
                Scene.of(module("led").image("led:3").rollingBack()).pulled("led");

        @Test
        void on_probation_takes_the_second_one_s_place_and_keeps_the_first() {
            assertThat(third.board(KEPT, running(AFTER)).steps())
                    .containsExactly("stop led", "remove led", "create led", "start led");
        }

        @Test
        void after_a_rejection_that_was_not_acted_on_is_tried_in_its_place() {
            assertThat(third.board(KEPT, exited(AFTER, 1)).steps())
                    .containsExactly("remove led", "create led", "start led");
        }

        @Test
        void after_a_rollback_is_an_update_like_any_other() {
            assertThat(third.board(running(BEFORE)).steps()).contains("stop led", "set aside led");
        }

        @Test
        void that_wants_the_old_one_again_after_a_rollback_finds_it_running() {
            assertThat(Scene.of(OLD).board(running(BEFORE)).plan().unsettled()).isEmpty();
        }

        @Test
        void that_wants_the_old_one_again_while_it_is_stopped_for_its_successor_starts_it() {
            Scene again = Scene.of(OLD.restartPolicy("never")).board(exited(BEFORE, 0));

            assertThat(again.halted("led").steps()).containsExactly("start led");
        }

        @Test
        void without_the_strategy_needs_no_way_back() {
            Scene plain = Scene.of(module("led").image("led:3")).pulled("led");

            assertThat(plain.board(KEPT, running(AFTER)).steps())
                    .containsExactly("stop led", "remove led", "create led", "start led");
            plain.board(exited(plain.spec("led"), 1));
            assertThat(plain.plan().rejected()).isEmpty();
            assertThat(plain.steps()).containsExactly("remove previous led");
        }

        @Test
        void without_the_module_removes_both() {
            assertThat(Scene.of().board(KEPT, running(AFTER)).steps())
                    .containsExactly("stop led", "remove led", "remove previous led");
            assertThat(Scene.of().board(KEPT).steps()).containsExactly("remove previous led");
        }
    }

    @Nested
    class WaitForAllPulls {
        private final Scene all = Scene.pullingFirst(NEW, module("button"), module("relay"));

        @Test
        void nothing_is_touched_before_the_last_image_is_there() {
            all.board(running(BEFORE), running(module("gone").spec()));

            assertThat(all.steps()).containsExactly("pull button", "pull led", "pull relay");
            assertThat(all.pulled("led", "button").steps()).containsExactly("pull relay");
            assertThat(all.pulled("relay").steps()).contains("stop gone", "stop led", "create button");
        }

        @Test
        void one_image_that_cannot_be_had_holds_all() {
            all.board(running(BEFORE)).pulled("led", "button").failed("relay", ErrorCode.IMAGE_NOT_FOUND);

            assertThat(all.steps()).isEmpty();
            assertThat(all.later(Duration.ofMinutes(1)).steps()).containsExactly("pull relay");
        }

        @Test
        void but_not_what_was_made_before_and_a_reboot_cut_off() {
            all.board(exited(AFTER, 255)).cutOff("led").failed("relay", ErrorCode.REGISTRY_UNREACHABLE);

            assertThat(all.steps()).contains("start led");
        }

        @Test
        void restarts_go_on_meanwhile() {
            all.board(exited(AFTER, 1)).failed("relay", ErrorCode.REGISTRY_UNREACHABLE);

            assertThat(all.later(Duration.ofSeconds(10)).steps()).contains("restart led");
        }

        @Test
        void modules_that_need_no_pull_hold_nobody() {
            Scene local = Scene.pullingFirst(LOCAL, NEW).pulled("led");
            local.refused("button");

            assertThat(local.steps()).containsExactly("create led", "start led");
        }

        private static final Manifest.Module LOCAL = module("button");
    }

    @Nested
    class AfterAReboot {
        @Test
        void modules_start_in_their_order_without_counting_a_restart() {
            Scene board =
                    Scene.of(module("first").startupOrder(0), module("second").startupOrder(1), module("last"));
            for (String name : new String[] {"first", "second", "last"}) {
                board.board(exited(board.spec(name), 255)).cutOff(name);
            }

            assertThat(board.steps()).containsExactly("start first");
            assertThat(board.board(running(board.spec("first"))).steps()).containsExactly("start second");
            assertThat(board.board(running(board.spec("second"))).steps()).containsExactly("start last");
        }

        @Test
        void one_that_cannot_start_does_not_hold_the_rest() {
            Scene board = Scene.of(module("first").startupOrder(0), module("last"));
            board.board(exited(board.spec("first"), 255), exited(board.spec("last"), 255));
            board.cutOff("first").cutOff("last").failed("first", ErrorCode.DEVICE_MISSING);

            assertThat(board.steps()).containsExactly("start last");
        }

        @Test
        void an_exit_with_0_that_is_left_alone_otherwise_was_no_end() {
            Scene board = Scene.of(module("led").restartPolicy("on-failure"));
            board.board(exited(board.spec("led"), 0));

            assertThat(board.steps()).isEmpty();
            assertThat(board.cutOff("led").steps()).containsExactly("start led");
        }

        @Test
        void a_module_that_is_never_restarted_stays_down() {
            Scene board = Scene.of(module("led").restartPolicy("never"));

            assertThat(board.board(exited(board.spec("led"), 255)).cutOff("led").steps())
                    .isEmpty();
        }

        @Test
        void an_update_of_a_module_that_is_never_restarted_has_failed_then() {
            Scene never = Scene.of(NEW.restartPolicy("never"));
            never.board(KEPT, exited(AFTER, 255)).cutOff("led");

            assertThat(never.plan().rejected()).containsKey("led");
        }

        @Test
        void a_module_that_should_be_stopped_stays_so() {
            Scene stopped = Scene.of(module("led").status("stopped"));

            assertThat(stopped.board(exited(stopped.spec("led"), 255))
                            .cutOff("led")
                            .steps())
                    .isEmpty();
        }
    }
}
