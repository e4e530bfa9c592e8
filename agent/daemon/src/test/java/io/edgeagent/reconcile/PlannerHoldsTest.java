package io.edgeagent.reconcile;

import static io.edgeagent.fake.Containers.exited;
import static io.edgeagent.fake.Containers.in;
import static io.edgeagent.fake.Containers.madeBy;
import static io.edgeagent.fake.Containers.running;
import static io.edgeagent.fake.Containers.setAside;
import static io.edgeagent.fake.Containers.standingOn;
import static io.edgeagent.fake.Containers.unlabelled;
import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Manifest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an update lock and a closed maintenance window keep from happening, and what not. */
class PlannerHoldsTest {
    private static final Manifest.Module LED = module("led");
    private static final Manifest.Module OLD = LED.image("led:0");
    private static final UpdateHolds LOCK = new UpdateHolds(Set.of("led"), Optional.empty(), false);
    private static final UpdateHolds WINDOW = new UpdateHolds(Set.of(), Optional.of("the window"), false);
    private static final UpdateHolds METERED = new UpdateHolds(Set.of(), Optional.of("the window"), true);
    private static final UpdatePolicy ROLLBACK = new UpdatePolicy(true, Duration.ofSeconds(30));

    static UpdateHolds[] each() {
        return new UpdateHolds[] {LOCK, WINDOW};
    }

    @ParameterizedTest
    @MethodSource("each")
    void the_image_is_pulled_ahead_and_the_container_is_left_alone(UpdateHolds hold) {
        Scene scene = Scene.of(LED).holds(hold).board(running(OLD.spec()));

        assertThat(scene.steps()).containsExactly("pull led");
        assertThat(scene.pulled("led").steps()).isEmpty();
        assertThat(scene.plan().waiting()).containsOnlyKeys("led");
        assertThat(scene.plan().unsettled()).containsExactly("led");
    }

    @Test
    void says_what_it_waits_for() {
        assertThat(Scene.of(LED)
                        .holds(LOCK)
                        .pulled("led")
                        .board(running(OLD.spec()))
                        .plan()
                        .waiting())
                .containsEntry("led", "it holds its update lock");
        assertThat(Scene.of(LED)
                        .holds(WINDOW)
                        .pulled("led")
                        .board(running(OLD.spec()))
                        .plan()
                        .waiting())
                .containsEntry("led", "the window");
    }

    @Test
    void an_update_that_nothing_holds_disturbs_the_module() {
        Plan plan = Scene.of(LED).pulled("led").board(running(OLD.spec())).plan();

        assertThat(plan.waiting()).isEmpty();
        assertThat(plan.disturbed()).containsExactly("led");
    }

    @Test
    void a_pull_disturbs_nobody() {
        assertThat(Scene.of(LED).board(running(OLD.spec())).plan().disturbed()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("each")
    void a_module_is_not_removed(UpdateHolds hold) {
        Scene scene = Scene.of().holds(hold).board(unlabelled("led", Container.State.RUNNING));

        assertThat(scene.steps()).isEmpty();
        assertThat(scene.plan().waiting()).containsOnlyKeys("led");
    }

    @ParameterizedTest
    @MethodSource("each")
    void a_module_is_not_stopped_by_its_status(UpdateHolds hold) {
        Scene same = Scene.of(LED.status("stopped")).holds(hold).board(running(LED.spec()));
        Scene changed =
                Scene.of(LED.status("stopped")).holds(hold).pulled("led").board(running(OLD.spec()));

        assertThat(same.steps()).isEmpty();
        assertThat(same.plan().waiting()).containsOnlyKeys("led");
        assertThat(changed.steps()).isEmpty();
        assertThat(changed.plan().waiting()).containsOnlyKeys("led");
    }

    @ParameterizedTest
    @MethodSource("each")
    void a_container_of_another_recipe_is_not_made_anew(UpdateHolds hold) {
        RecipeMark now = new RecipeMark(2, "azure-iot-edge", Optional.empty(), Optional.empty());
        Scene scene = Scene.of(LED)
                .recipe(now)
                .holds(hold)
                .board(madeBy(
                        new RecipeMark(1, "azure-iot-edge", Optional.empty(), Optional.empty()).text(),
                        running(LED.spec())));

        assertThat(scene.steps()).isEmpty();
        assertThat(scene.plan().waiting()).containsOnlyKeys("led");
    }

    @ParameterizedTest
    @MethodSource("each")
    void what_was_never_there_is_started(UpdateHolds hold) {
        assertThat(Scene.of(LED).holds(hold).pulled("led").steps()).containsExactly("create led", "start led");
        assertThat(Scene.of(LED).holds(METERED).steps()).containsExactly("pull led");
    }

    @ParameterizedTest
    @MethodSource("each")
    void a_crash_looping_or_stopped_module_is_replaced(UpdateHolds hold) {
        assertThat(Scene.of(LED)
                        .holds(hold)
                        .pulled("led")
                        .board(exited(OLD.spec(), 1))
                        .steps())
                .containsExactly("remove led", "create led", "start led");
        assertThat(Scene.of(LED)
                        .holds(hold)
                        .pulled("led")
                        .board(in(OLD.spec(), Container.State.CREATED))
                        .steps())
                .containsExactly("remove led", "create led", "start led");
    }

    @ParameterizedTest
    @MethodSource("each")
    void a_module_that_crashed_is_restarted(UpdateHolds hold) {
        Scene scene = Scene.of(LED).holds(hold).board(exited(LED.spec(), 1)).later(Duration.ofMinutes(1));

        assertThat(scene.steps()).containsExactly("restart led");
        assertThat(scene.plan().waiting()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("each")
    void a_module_whose_healthcheck_fails_is_restarted_while_its_update_waits(UpdateHolds hold) {
        Scene scene = Scene.of(LED)
                .holds(hold)
                .pulled("led")
                .board(running(OLD.spec(), Container.Health.UNHEALTHY))
                .later(Duration.ofMinutes(1));

        assertThat(scene.steps()).containsExactly("stop led", "restart led");
    }

    @ParameterizedTest
    @MethodSource("each")
    void an_update_that_did_not_prove_itself_goes_back(UpdateHolds hold) {
        Scene scene = Scene.of(LED)
                .holds(hold)
                .updates(ROLLBACK)
                .rejected("led")
                .board(setAside(running(OLD.spec())), running(LED.spec()));

        assertThat(scene.steps()).containsExactly("stop led", "remove led", "bring back led", "start led");
    }

    @ParameterizedTest
    @MethodSource("each")
    void what_the_devices_policy_does_not_take_is_stopped(UpdateHolds hold) {
        assertThat(Scene.of(LED)
                        .holds(hold)
                        .board(running(LED.spec()))
                        .refused("led")
                        .steps())
                .containsExactly("stop led");
        assertThat(Scene.of(LED)
                        .holds(hold)
                        .board(running(LED.spec()))
                        .missing("led", true)
                        .steps())
                .containsExactly("stop led");
    }

    @ParameterizedTest
    @MethodSource("each")
    void later_groups_do_not_wait_for_a_module_that_is_held(UpdateHolds hold) {
        Scene scene = Scene.of(LED.startupOrder(0), module("button").startupOrder(1))
                .holds(hold)
                .pulled("led", "button")
                .board(running(OLD.startupOrder(0).spec()));

        assertThat(scene.steps()).containsExactly("create button", "start button");
    }

    @Test
    void a_lock_holds_only_the_module_that_has_it() {
        Manifest.Module button = module("button");
        Scene scene = Scene.of(LED, button)
                .holds(LOCK)
                .pulled("led", "button")
                .board(running(OLD.spec()), running(button.image("button:0").spec()));

        assertThat(scene.steps()).containsExactly("stop button", "remove button", "create button", "start button");
    }

    @Test
    void a_module_on_which_one_with_a_lock_stands_is_held_too() {
        Manifest.Module app = LED.createOptions("{'HostConfig':{'NetworkMode':'container:vpn'}}");
        Manifest.Module vpn = module("vpn");
        Scene scene = Scene.of(app, vpn)
                .holds(LOCK)
                .pulled("vpn")
                .board(running(vpn.image("vpn:0").spec()), standingOn(running(app.spec()), "vpn=id-of-vpn"));

        assertThat(scene.steps()).isEmpty();
        assertThat(scene.plan().waiting())
                .containsEntry("vpn", "module led, which stands on it, holds its update lock");
    }

    @Test
    void images_of_modules_that_run_wait_for_the_window_if_the_network_is_metered() {
        Scene scene = Scene.of(LED, module("button")).holds(METERED).board(running(OLD.spec()));

        assertThat(scene.steps()).containsExactly("pull button");
        assertThat(scene.plan().waiting()).containsOnlyKeys("led");
        assertThat(scene.holds(UpdateHolds.NONE).steps()).containsExactly("pull button", "pull led");
    }

    @Test
    void a_pull_that_waits_for_the_window_holds_up_no_later_group() {
        Scene scene = Scene.of(LED.startupOrder(0), module("button").startupOrder(1))
                .holds(METERED)
                .pulled("button")
                .board(running(OLD.startupOrder(0).spec()));

        assertThat(scene.steps()).containsExactly("create button", "start button");
    }

    @Test
    void an_update_that_was_cut_off_in_the_middle_is_finished() {
        Scene scene =
                Scene.of(LED).holds(WINDOW).updates(ROLLBACK).pulled("led").board(setAside(running(OLD.spec())));

        assertThat(scene.steps()).containsExactly("create led", "start led");
    }
}
