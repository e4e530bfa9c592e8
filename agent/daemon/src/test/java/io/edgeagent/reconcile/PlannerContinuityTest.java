package io.edgeagent.reconcile;

import static io.edgeagent.fake.Containers.exited;
import static io.edgeagent.fake.Containers.in;
import static io.edgeagent.fake.Containers.running;
import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Containers;
import io.edgeagent.fake.Manifest;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Hardware;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What runs is never lost. */
class PlannerContinuityTest {
    private static final Manifest.Module LED = module("led");
    private static final ModuleSpec OLD = LED.image("led:0").spec();

    @Nested
    class WhileTheHubHasNotSpoken {
        @Test
        void a_container_that_the_deployment_does_not_name_stays() {
            Scene scene = Scene.of().unconfirmed().board(running(OLD));

            assertThat(scene.steps()).isEmpty();
            assertThat(scene.plan().unsettled()).containsExactly("led");
        }

        @Test
        void and_runs_again_after_a_power_cut() {
            Scene scene = Scene.of().unconfirmed().board(exited(OLD, 0)).cutOff("led");

            assertThat(scene.steps()).containsExactly("start led");
        }

        @Test
        void but_not_one_that_we_were_about_to_remove() {
            Scene scene =
                    Scene.of().unconfirmed().board(exited(OLD, 0)).cutOff("led").halted("led");

            assertThat(scene.steps()).isEmpty();
        }

        @Test
        void a_container_of_another_spec_is_not_made_anew() {
            Scene scene = Scene.of(LED).pulled("led").unconfirmed().board(running(OLD));

            assertThat(scene.steps()).isEmpty();
        }

        @Test
        void nor_is_one_that_should_be_stopped() {
            Scene scene = Scene.of(LED.status("stopped")).unconfirmed();

            assertThat(scene.board(running(scene.spec("led"))).steps()).isEmpty();
        }

        @Test
        void what_was_cut_off_runs_again_and_what_is_missing_is_made() {
            Scene scene = Scene.of(LED, module("button")).pulled("button").unconfirmed();
            scene.board(exited(OLD, 0)).cutOff("led");

            assertThat(scene.steps()).containsExactly("create button", "start button", "start led");
        }
    }

    @Nested
    class WhileTheNewOneCannotBeMade {
        private final Scene scene = Scene.of(LED).board(exited(OLD, 0)).cutOff("led");

        @Test
        void the_old_container_runs_again_after_a_power_cut_before_its_successor_is_pulled() {
            assertThat(scene.steps()).containsExactly("start led");
            assertThat(scene.board(running(OLD)).steps()).containsExactly("pull led");
        }

        @Test
        void a_pull_that_failed_does_not_keep_it_down() {
            assertThat(scene.pullFailed("led").steps()).containsExactly("start led");
        }

        @Test
        void an_old_one_that_cannot_be_started_does_not_keep_the_new_one_from_coming() {
            scene.failed("led", ErrorCode.ENGINE_FAILED).later(Duration.ofSeconds(5));

            assertThat(scene.steps()).containsExactly("pull led");
        }

        @Test
        void a_module_that_is_to_be_stopped_is_stopped_at_once() {
            Scene stopped = Scene.of(LED.status("stopped")).board(running(OLD)).pullFailed("led");

            assertThat(stopped.steps()).containsExactly("stop led");
        }
    }

    @Nested
    class AfterAPowerCutWithoutTheHub {
        private final Scene scene = Scene.of(module("first").startupOrder(0), module("last"));

        @Test
        void a_module_before_it_without_an_identity_does_not_keep_down_what_ran() {
            scene.pulled("first").unidentified("first");
            scene.board(exited(scene.spec("last"), 0)).cutOff("last");

            assertThat(scene.steps()).containsExactly("start last");
        }

        @Test
        void nor_does_one_whose_image_is_being_pulled() {
            scene.busy("first").board(exited(scene.spec("last"), 0)).cutOff("last");

            assertThat(scene.steps()).containsExactly("start last");
        }

        @Test
        void but_one_that_ran_too_starts_first() {
            scene.board(exited(scene.spec("first"), 0), exited(scene.spec("last"), 0))
                    .cutOff("first")
                    .cutOff("last");

            assertThat(scene.steps()).containsExactly("start first");
        }

        @Test
        void what_never_ran_waits_its_turn() {
            scene.pulled("first").unidentified("first");

            assertThat(scene.board(in(scene.spec("last"), Container.State.CREATED))
                            .steps())
                    .isEmpty();
        }
    }

    @Nested
    class AContainerThatCannotBeStarted {
        private final Scene scene = Scene.of(LED.restartPolicy("always"));

        private void fail(int times, ErrorCode code) {
            scene.board(in(scene.spec("led"), Container.State.CREATED));
            for (int i = 0; i < times; i++) {
                scene.failed("led", code).later(Duration.ofMinutes(5));
            }
        }

        @Test
        void is_started_again_twice() {
            fail(2, ErrorCode.ENGINE_FAILED);

            assertThat(scene.steps()).containsExactly("start led");
        }

        @Test
        void and_then_made_anew() {
            fail(3, ErrorCode.ENGINE_FAILED);

            assertThat(scene.steps()).containsExactly("remove led", "create led", "start led");
        }

        @Test
        void each_new_one_that_cannot_be_started_either_makes_the_next_come_later() {
            fail(3, ErrorCode.ENGINE_FAILED);
            List<Integer> startsUntilTheNext = new ArrayList<>();
            for (int container = 0; container < 4; container++) {
                scene.board(Containers.withId(in(scene.spec("led"), Container.State.CREATED), "new-" + container));
                int starts = 0;
                while (scene.steps().equals(List.of("start led"))) {
                    scene.failed("led", ErrorCode.ENGINE_FAILED).later(Duration.ofMinutes(5));
                    starts++;
                }
                startsUntilTheNext.add(starts);
            }

            assertThat(startsUntilTheNext).containsExactly(3, 6, 12, 24);
        }

        @ParameterizedTest
        @EnumSource(
                value = ErrorCode.class,
                names = {"PORT_TAKEN", "DEVICE_MISSING", "DISK_FULL", "ENGINE_UNREACHABLE"})
        void but_not_for_what_lies_outside_of_it(ErrorCode code) {
            fail(9, code);

            assertThat(scene.steps()).containsExactly("start led");
        }

        @Test
        void the_waits_grow_on_although_the_new_container_could_be_made() {
            fail(3, ErrorCode.ENGINE_FAILED);
            History history = scene.historyOf("led");

            History after = history.withSuccess(new Step.Remove("led"), scene.now())
                    .withSuccess(new Step.Create(scene.spec("led"), Hardware.NONE, ""), scene.now());

            assertThat(after.failures().count()).isEqualTo(3);
            assertThat(after.withSuccess(new Step.Start("led", false), scene.now())
                            .failure())
                    .isEmpty();
        }
    }

    @Nested
    class AModuleThatStandsOnAnother {
        private final Scene scene =
                Scene.of(module("vpn"), LED.createOptions("{'HostConfig':{'NetworkMode':'container:vpn'}}"));
        private final Container vpn = running(scene.spec("vpn"));
        private final Container led = Containers.standingOn(running(scene.spec("led")), "vpn=id-of-vpn");

        @Test
        void is_created_when_that_one_is_up() {
            scene.pulled("vpn", "led");
            assertThat(scene.steps()).containsExactly("create vpn", "start vpn");

            assertThat(scene.board(vpn).steps()).containsExactly("create led", "start led");
            assertThat(scene.plan().steps().get(0))
                    .isInstanceOfSatisfying(
                            Step.Create.class,
                            create -> assertThat(create.standsOn()).isEqualTo("vpn=id-of-vpn"));
        }

        @Test
        void is_left_alone_while_nothing_changes() {
            assertThat(scene.board(vpn, led).steps()).isEmpty();
            assertThat(scene.plan().unsettled()).isEmpty();
        }

        @Test
        void is_made_anew_when_that_one_was_made_anew() {
            scene.board(Containers.withId(vpn, "another-one"), led);

            assertThat(scene.steps()).containsExactly("stop led", "remove led", "create led", "start led");
        }

        @Test
        void is_started_anew_when_that_one_was_started_anew() {
            scene.board(vpn, led).later(Duration.ofMinutes(1));
            scene.board(Containers.startedAt(vpn, Containers.STARTED.plusSeconds(60)), led);

            assertThat(scene.steps()).containsExactly("stop led", "start led");
        }

        @Test
        void starts_after_it() {
            scene.board(
                    exited(scene.spec("vpn"), 0), Containers.standingOn(exited(scene.spec("led"), 0), "vpn=id-of-vpn"));
            scene.cutOff("vpn").cutOff("led");

            assertThat(scene.steps()).containsExactly("start vpn");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{'HostConfig':{'PidMode':'container:vpn'}}",
                    "{'HostConfig':{'IpcMode':'container:/vpn'}}",
                    "{'HostConfig':{'VolumesFrom':['vpn:ro']}}"
                })
        void in_whatever_way(String options) {
            Scene other = Scene.of(module("vpn"), LED.createOptions(options));
            other.board(vpn, Containers.standingOn(running(other.spec("led")), "vpn=one-before"));

            assertThat(other.steps()).containsExactly("stop led", "remove led", "create led", "start led");
        }

        @Test
        void does_not_keep_later_groups_waiting() {
            Scene other = Scene.of(
                            module("vpn").startupOrder(2),
                            LED.startupOrder(0).createOptions("{'HostConfig':{'NetworkMode':'container:vpn'}}"))
                    .pulled("vpn", "led");

            assertThat(other.steps()).containsExactly("create vpn", "start vpn");
        }
    }

    @Nested
    class AContainerThatVanished {
        @Test
        void is_made_anew_at_once_whatever_failed_before() {
            Scene scene = Scene.of(LED).pulled("led").board(exited(LED.spec(), 1));
            scene.failed("led", ErrorCode.PORT_TAKEN);
            scene.history("led", scene.historyOf("led").vanished(scene.now(), 0))
                    .gone("led");

            assertThat(scene.steps()).containsExactly("create led", "start led");
        }

        @Test
        void but_not_again_and_again_without_a_wait() {
            Scene scene = Scene.of(LED).pulled("led");
            History once = scene.historyOf("led").vanished(scene.now(), 0);
            scene.history("led", once.vanished(scene.now(), 0));

            assertThat(scene.steps()).isEmpty();
            assertThat(scene.later(Duration.ofSeconds(10)).steps()).containsExactly("create led", "start led");
        }
    }

    @Test
    void a_module_that_is_no_longer_wanted_goes_at_once_whatever_failed_before() {
        Scene scene = Scene.of().board(in(OLD, Container.State.CREATED));
        scene.history(
                "led",
                History.fresh(OLD.fingerprint(), scene.now())
                        .withFailure(
                                new Step.Start("led", false),
                                new Problem(ErrorCode.PORT_TAKEN, "port"),
                                scene.now(),
                                0));

        assertThat(scene.steps()).containsExactly("remove led");
    }

    @Test
    void a_module_whose_entry_has_a_fault_stays_and_runs_again_after_a_power_cut() {
        Scene scene = Scene.of(LED.status("no such status")).board(running(OLD));
        assertThat(scene.steps()).isEmpty();

        assertThat(scene.board(exited(OLD, 0)).cutOff("led").steps()).containsExactly("start led");
    }

    @Test
    void one_that_crashes_is_started_again_after_a_while_though_its_restart_policy_is_not_known() {
        Scene scene = Scene.of(LED.status("no such status")).board(exited(OLD, 3));

        assertThat(scene.steps()).isEmpty();
        assertThat(scene.plan().wakeAt()).isPresent();
        assertThat(scene.later(Duration.ofSeconds(11)).steps()).containsExactly("restart led");
    }

    @Test
    void one_that_ended_well_or_was_stopped_stays_down() {
        Scene scene = Scene.of(LED.status("no such status")).board(exited(OLD, 0));
        assertThat(scene.later(Duration.ofHours(1)).steps()).isEmpty();

        Scene stopped =
                Scene.of(LED.status("no such status")).board(exited(OLD, 137)).halted("led");
        assertThat(stopped.later(Duration.ofHours(1)).steps()).isEmpty();
    }

    @Test
    void a_container_that_was_set_aside_before_this_version_is_known_by_its_name() {
        assertThat(Container.moduleOf("led", "led.previous")).isEqualTo("led");
        assertThat(Container.moduleOf("led.previous", "led.previous")).isEqualTo("led.previous");
        assertThat(Container.moduleOf("led", Container.previousName("led"))).isEqualTo("led");
        assertThat(Container.moduleOf("led", "renamed-by-hand")).isEqualTo("renamed-by-hand");
    }
}
