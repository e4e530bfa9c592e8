package io.edgeagent.reconcile;

import static io.edgeagent.fake.Containers.exited;
import static io.edgeagent.fake.Containers.in;
import static io.edgeagent.fake.Containers.running;
import static io.edgeagent.fake.Containers.unlabelled;
import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Containers;
import io.edgeagent.fake.Manifest;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is done in which situation. Each scenario's name says its rule. */
class PlannerTest {
    private static final Manifest.Module LED = module("led");
    private static final Manifest.Module BUTTON = module("button");

    @Nested
    class NewModules {
        @Test
        void a_new_module_is_pulled_first() {
            Scene scene = Scene.of(LED);

            assertThat(scene.steps()).containsExactly("pull led");
            assertThat(scene.plan().unsettled()).containsExactly("led");
        }

        @Test
        void once_pulled_it_is_created_and_started() {
            assertThat(Scene.of(LED).pulled("led").steps()).containsExactly("create led", "start led");
        }

        @Test
        void one_that_is_never_to_be_pulled_is_created_from_the_local_image() {
            assertThat(Scene.of(LED.imagePullPolicy("never")).steps()).containsExactly("create led", "start led");
        }

        @Test
        void one_that_should_be_stopped_is_created_but_not_started() {
            Scene scene = Scene.of(LED.status("stopped")).pulled("led");

            assertThat(scene.steps()).containsExactly("create led");
            assertThat(scene.board(in(scene.spec("led"), Container.State.CREATED))
                            .plan()
                            .unsettled())
                    .isEmpty();
        }

        @Test
        void without_an_identity_it_is_pulled_but_not_created() {
            Scene scene = Scene.of(LED).unidentified("led");

            assertThat(scene.steps()).containsExactly("pull led");
            assertThat(scene.pulled("led").steps()).isEmpty();
            assertThat(scene.plan().unsettled()).containsExactly("led");
        }

        @Test
        void one_that_was_created_and_not_started_is_started() {
            Scene scene = Scene.of(LED);

            assertThat(scene.board(in(scene.spec("led"), Container.State.CREATED))
                            .steps())
                    .containsExactly("start led");
        }

        @Test
        void several_are_pulled_in_the_order_of_their_names() {
            assertThat(Scene.of(LED, BUTTON).steps()).containsExactly("pull button", "pull led");
        }
    }

    @Nested
    class NothingToDo {
        @Test
        void a_board_that_is_as_it_should_be_is_left_alone() {
            Scene scene = Scene.of(LED, BUTTON);

            Plan plan = scene.board(running(scene.spec("led")), running(scene.spec("button")))
                    .plan();

            assertThat(plan.steps()).isEmpty();
            assertThat(plan.unsettled()).isEmpty();
            assertThat(plan.wakeAt()).isEmpty();
        }

        @Test
        void an_empty_deployment_on_an_empty_board_needs_nothing() {
            assertThat(Scene.of().plan().steps()).isEmpty();
        }

        @Test
        void a_running_module_needs_no_identity_and_no_pull() {
            Scene scene = Scene.of(LED).unidentified("led");

            assertThat(scene.board(running(scene.spec("led"))).plan().unsettled())
                    .isEmpty();
            assertThat(scene.steps()).isEmpty();
        }

        @ParameterizedTest
        @EnumSource(
                value = Container.State.class,
                names = {"RUNNING", "PAUSED", "RESTARTING"})
        void whatever_is_up_counts_as_running(Container.State state) {
            Scene scene = Scene.of(LED);

            assertThat(scene.board(in(scene.spec("led"), state)).plan().unsettled())
                    .isEmpty();
        }

        @Test
        void a_module_with_a_step_under_way_is_left_alone() {
            Scene scene = Scene.of(LED).busy("led");

            assertThat(scene.steps()).isEmpty();
            assertThat(scene.plan().unsettled()).containsExactly("led");
        }
    }

    @Nested
    class RemovedModules {
        @Test
        void one_that_runs_is_stopped_and_then_removed() {
            assertThat(Scene.of().board(running(LED.spec())).steps()).containsExactly("stop led", "remove led");
        }

        @ParameterizedTest
        @EnumSource(
                value = Container.State.class,
                names = {"CREATED", "EXITED", "DEAD"})
        void one_that_is_down_is_removed(Container.State state) {
            assertThat(Scene.of().board(in(LED.spec(), state)).steps()).containsExactly("remove led");
        }

        @Test
        void they_go_before_anything_comes() {
            assertThat(Scene.of(BUTTON)
                            .pulled("button")
                            .board(running(LED.spec()))
                            .steps())
                    .containsExactly("stop led", "remove led", "create button", "start button");
        }

        @Test
        void one_that_cannot_be_removed_is_tried_again_later_and_holds_nobody() {
            Scene scene = Scene.of(BUTTON).pulled("button").board(exited(LED.spec(), 0));

            scene.failed("led", ErrorCode.ENGINE_FAILED);

            assertThat(scene.steps()).containsExactly("create button", "start button");
            assertThat(scene.plan().wakeAt())
                    .hasValue(scene.now() + Duration.ofSeconds(5).toNanos());
            assertThat(scene.later(Duration.ofSeconds(5)).steps()).contains("remove led");
        }

        @Test
        void one_that_is_busy_is_left_alone_until_it_is_done() {
            assertThat(Scene.of().board(running(LED.spec())).busy("led").steps())
                    .isEmpty();
        }
    }

    @Nested
    class ChangedModules {
        @Test
        void a_new_image_is_pulled_before_anything_stops() {
            Scene scene = Scene.of(LED.image("led:2"))
                    .board(running(LED.image("led:1").spec()));

            assertThat(scene.steps()).containsExactly("pull led");
            assertThat(scene.pulled("led").steps())
                    .containsExactly("stop led", "remove led", "create led", "start led");
        }

        @Test
        void a_change_of_env_recreates_the_container() {
            assertThat(Scene.of(LED.env("A", "2"))
                            .pulled("led")
                            .board(running(LED.env("A", "1").spec()))
                            .steps())
                    .containsExactly("stop led", "remove led", "create led", "start led");
        }

        @Test
        void a_change_of_create_options_recreates_the_container() {
            Scene scene = Scene.of(LED.createOptions("{'HostConfig':{'Memory':8000000}}"));

            assertThat(scene.pulled("led").board(exited(LED.spec(), 0)).steps())
                    .containsExactly("remove led", "create led", "start led");
        }

        @Test
        void only_the_module_that_changed_is_touched() {
            Scene scene = Scene.of(LED.image("led:2"), BUTTON).pulled("led");

            assertThat(scene.board(running(LED.image("led:1").spec()), running(scene.spec("button")))
                            .plan()
                            .steps())
                    .extracting(Step::module)
                    .containsOnly("led");
        }

        @Test
        void version_policies_and_order_change_in_place() {
            Scene scene = Scene.of(LED.version("2")
                    .restartPolicy("never")
                    .imagePullPolicy("never")
                    .startupOrder(7));

            Plan plan = scene.board(running(LED.spec())).plan();

            assertThat(plan.steps()).isEmpty();
            assertThat(plan.unsettled()).isEmpty();
        }

        @Test
        void the_old_container_runs_on_while_the_new_image_cannot_be_had() {
            Scene scene = Scene.of(LED.image("led:2"))
                    .board(running(LED.image("led:1").spec()));

            scene.failed("led", ErrorCode.IMAGE_NOT_FOUND);

            assertThat(scene.steps()).isEmpty();
            assertThat(scene.later(Duration.ofMinutes(5)).steps()).containsExactly("pull led");
        }

        @Test
        void the_old_container_runs_on_while_the_identity_is_missing() {
            Scene scene = Scene.of(LED.image("led:2")).pulled("led").unidentified("led");

            assertThat(scene.board(running(LED.image("led:1").spec())).steps()).isEmpty();
        }

        @Test
        void a_failure_of_the_old_version_does_not_delay_the_new_one() {
            ModuleSpec old = LED.image("led:1").spec();
            History troubled = History.fresh(old.fingerprint(), Scene.NOW)
                    .withFailure(new Step.Stop("led"), new Problem(ErrorCode.IMAGE_NOT_FOUND, "gone"), Scene.NOW, 0);

            assertThat(Scene.of(LED.image("led:2")).history("led", troubled).steps())
                    .containsExactly("pull led");
        }

        @Test
        void a_container_without_our_fingerprint_is_made_anew() {
            assertThat(Scene.of(LED)
                            .pulled("led")
                            .board(unlabelled("led", Container.State.RUNNING))
                            .steps())
                    .containsExactly("stop led", "remove led", "create led", "start led");
        }

        @Test
        void a_dead_container_is_made_anew() {
            Scene scene = Scene.of(LED).pulled("led");

            assertThat(scene.board(in(scene.spec("led"), Container.State.DEAD)).steps())
                    .containsExactly("remove led", "create led", "start led");
        }
    }

    @Nested
    class StatusStopped {
        private final Scene scene = Scene.of(LED.status("stopped"));
        private final ModuleSpec led = scene.spec("led");

        @Test
        void a_running_module_is_stopped() {
            assertThat(scene.board(running(led)).steps()).containsExactly("stop led");
        }

        @Test
        void and_stays_so_whatever_its_restart_policy() {
            Scene always = Scene.of(LED.status("stopped").restartPolicy("always"));

            Plan plan =
                    always.board(exited(led, 137)).later(Duration.ofHours(1)).plan();

            assertThat(plan.steps()).isEmpty();
            assertThat(plan.unsettled()).isEmpty();
        }

        @Test
        void a_stop_that_failed_is_tried_again_later() {
            scene.board(running(led)).failed("led", ErrorCode.ENGINE_FAILED);

            assertThat(scene.steps()).isEmpty();
            assertThat(scene.later(Duration.ofSeconds(5)).steps()).containsExactly("stop led");
        }

        @ParameterizedTest
        @CsvSource({"never, 0", "never, 137", "on-failure, 0", "on-unhealthy, 0", "always, 143"})
        void when_it_is_wanted_again_it_is_started_whatever_its_restart_policy(String policy, int exitCode) {
            Scene again = Scene.of(LED.restartPolicy(policy));
            again.board(exited(led, exitCode));

            again.history(
                    "led",
                    again.historyOf("led")
                            .withSuccess(new Step.Stop("led"), again.now())
                            .withHalted(true));

            assertThat(again.steps()).containsExactly("start led");
            assertThat(again.plan().unsettled()).containsExactly("led");
        }
    }

    @Nested
    class StartupOrder {
        private final Scene scene = Scene.of(
                module("first").startupOrder(0),
                module("last"),
                module("second").startupOrder(1));

        @Test
        void a_later_group_waits_until_the_one_before_it_is_settled_but_is_pulled_already() {
            scene.pulled("first", "second");

            assertThat(scene.steps()).containsExactly("create first", "start first", "pull last");

            scene.board(running(scene.spec("first")));
            assertThat(scene.steps()).containsExactly("create second", "start second", "pull last");

            scene.board(running(scene.spec("second"))).pulled("last");
            assertThat(scene.steps()).containsExactly("create last", "start last");
        }

        @Test
        void modules_of_one_group_start_together() {
            Scene two = Scene.of(module("one").startupOrder(5), module("two").startupOrder(5))
                    .pulled("one", "two");

            assertThat(two.steps()).containsExactly("create one", "start one", "create two", "start two");
        }

        @Test
        void a_module_that_is_busy_holds_the_groups_after_it() {
            scene.pulled("first", "second", "last").busy("first");

            assertThat(scene.steps()).isEmpty();
        }

        @Test
        void a_module_that_failed_does_not_hold_the_rest_for_ever() {
            scene.pulled("first", "second", "last").failed("first", ErrorCode.DEVICE_MISSING);

            assertThat(scene.steps()).containsExactly("create second", "start second");
        }

        @Test
        void a_module_that_crashed_does_not_hold_the_rest() {
            scene.pulled("second", "last").board(exited(scene.spec("first"), 1));

            assertThat(scene.steps()).containsExactly("create second", "start second");
        }

        @Test
        void an_exited_module_of_a_later_group_comes_back_though_a_new_one_before_it_is_still_being_pulled() {
            scene.busy("first").board(exited(scene.spec("second"), 1), running(scene.spec("last")));

            assertThat(scene.later(Duration.ofSeconds(10)).steps()).containsExactly("restart second");
        }

        @Test
        void after_a_reboot_modules_start_in_order() {
            scene.board(
                    exited(scene.spec("last"), 255),
                    exited(scene.spec("second"), 255),
                    exited(scene.spec("first"), 255));

            assertThat(scene.later(Duration.ofSeconds(10)).steps())
                    .containsExactly("restart first", "restart second", "restart last");
        }
    }

    @Test
    void a_container_that_was_made_from_what_is_refused_now_is_stopped_and_stays_down() {
        Scene scene = Scene.of(module("led"));

        assertThat(Scene.of(module("led"))
                        .board(Containers.running(scene.spec("led")))
                        .refused("led")
                        .steps())
                .containsExactly("stop led");
        assertThat(Scene.of(module("led"))
                        .board(Containers.exited(scene.spec("led"), 1))
                        .refused("led")
                        .steps())
                .isEmpty();
    }

    @Test
    void an_update_that_is_refused_leaves_the_container_from_before_running_unless_it_is_to_be_stopped() {
        ModuleSpec before = module("led").image("a:1").spec();

        assertThat(Scene.of(module("led").image("a:2"))
                        .board(Containers.running(before))
                        .refused("led")
                        .steps())
                .isEmpty();
        assertThat(Scene.of(module("led").image("a:2").status("stopped"))
                        .board(Containers.running(before))
                        .refused("led")
                        .steps())
                .containsExactly("stop led");
    }

    @Test
    void an_update_that_is_refused_leaves_the_container_from_before_with_its_restarts() {
        Scene scene = Scene.of(module("led").image("a:2").restartPolicy("on-failure"));
        scene.board(exited(module("led").image("a:1").spec(), 3)).refused("led");

        assertThat(scene.steps()).isEmpty();
        assertThat(scene.later(Duration.ofSeconds(10)).steps()).containsExactly("restart led");
        assertThat(StatusRule.of(scene.spec("led"), scene.situation()).description())
                .startsWith("not updated, the previous container (exited with 3; started again within 10 s)");
        assertThat(scene.halted("led").steps()).isEmpty();
    }

    @Test
    void a_module_that_the_hub_refuses_is_not_stopped_for_it() {
        Scene scene = Scene.of(module("led"));
        scene.board(running(scene.spec("led"))).refused("led", ErrorCode.HUB_REFUSED);

        assertThat(scene.steps()).isEmpty();
    }
}
