package io.edgeagent.reconcile;

import static io.edgeagent.fake.Containers.exited;
import static io.edgeagent.fake.Containers.in;
import static io.edgeagent.fake.Containers.madeBy;
import static io.edgeagent.fake.Containers.running;
import static io.edgeagent.fake.Containers.setAside;
import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Containers;
import io.edgeagent.fake.Manifest;
import io.edgeagent.model.ErrorCode;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an upgrade, or another setting of the agent, does to containers that fit their manifest. */
class PlannerRecipeTest {
    private static final Manifest.Module LED = module("led");
    private static final Manifest.Module BUTTON = module("button");
    private static final RecipeMark NOW = new RecipeMark(2, "azure-iot-edge", Optional.empty(), Optional.empty());
    private static final RecipeMark BEFORE = new RecipeMark(1, "azure-iot-edge", Optional.empty(), Optional.empty());
    private static final UpdatePolicy ROLLBACK = new UpdatePolicy(true, Duration.ofSeconds(30));
    private static final String[] AGAIN = {"stop led", "remove led", "create led", "start led"};

    @Test
    void a_container_of_another_recipe_is_made_anew_without_a_pull_and_without_probation() {
        assertThat(scene(LED).updates(ROLLBACK).board(old(running(LED.spec()))).steps())
                .containsExactly(AGAIN);
    }

    @Test
    void its_start_does_not_count_as_a_restart() {
        assertThat(scene(LED).board(old(running(LED.spec()))).plan().steps()).contains(new Step.Start("led", false));
    }

    @Test
    void one_of_this_recipe_is_left_alone() {
        Scene scene = scene(LED).board(made(running(LED.spec())));

        assertThat(scene.steps()).isEmpty();
        assertThat(scene.plan().unsettled()).isEmpty();
    }

    @Test
    void one_without_a_mark_is_left_alone_by_the_first_recipe() {
        assertThat(Scene.of(LED).recipe(BEFORE).board(running(LED.spec())).steps())
                .isEmpty();
    }

    @Test
    void one_without_a_mark_is_made_anew_when_the_hub_is_switched_on() {
        RecipeMark hub = new RecipeMark(1, "azure-iot-edge", Optional.of("board.local"), Optional.empty());

        assertThat(Scene.of(LED).recipe(hub).board(running(LED.spec())).steps()).containsExactly(AGAIN);
    }

    @Test
    void one_after_another_in_startup_order() {
        Manifest.Module first = module("zz").startupOrder(0);
        Scene scene = scene(LED, BUTTON, first)
                .board(old(running(first.spec())), old(running(LED.spec())), old(running(BUTTON.spec())));

        assertThat(scene.steps()).containsExactly("stop zz", "remove zz", "create zz", "start zz");
        assertThat(scene.busy("zz").gone("zz").steps()).isEmpty();
    }

    @Test
    void the_next_begins_when_the_one_before_it_is_up() {
        Scene scene =
                scene(LED, BUTTON).board(made(in(BUTTON.spec(), Container.State.CREATED)), old(running(LED.spec())));

        assertThat(scene.steps()).containsExactly("start button");
        assertThat(scene.board(made(running(BUTTON.spec()))).steps()).containsExactly(AGAIN);
    }

    @Test
    void one_that_failed_does_not_hold_up_the_others() {
        Scene scene = scene(LED, BUTTON)
                .board(made(in(BUTTON.spec(), Container.State.CREATED)), old(running(LED.spec())))
                .failed("button", ErrorCode.ENGINE_FAILED);

        assertThat(scene.steps()).containsExactly(AGAIN);
    }

    @Test
    void one_whose_renewal_failed_runs_on_and_waits() {
        assertThat(scene(LED)
                        .board(old(running(LED.spec())))
                        .failed("led", ErrorCode.ENGINE_FAILED)
                        .steps())
                .isEmpty();
    }

    @Test
    void not_before_the_hub_has_confirmed_the_deployment() {
        Scene scene = scene(LED, BUTTON).unconfirmed().board(old(running(LED.spec())), old(exited(BUTTON.spec(), 137)));

        assertThat(scene.cutOff("button").steps()).containsExactly("start button");
    }

    @Test
    void not_without_an_identity() {
        assertThat(scene(LED)
                        .unidentified("led")
                        .board(old(running(LED.spec())))
                        .steps())
                .isEmpty();
    }

    @Test
    void not_what_did_its_work_and_ended() {
        Manifest.Module job = LED.restartPolicy("on-failure");

        assertThat(scene(job).board(old(exited(job.spec(), 0))).steps()).isEmpty();
        assertThat(scene(job).board(old(running(job.spec()))).steps()).containsExactly(AGAIN);
    }

    @Test
    void what_is_to_be_started_is_made_anew_instead() {
        assertThat(scene(LED).board(old(exited(LED.spec(), 137))).cutOff("led").steps())
                .containsExactly("remove led", "create led", "start led");
    }

    @Test
    void what_is_to_be_stopped_stays_stopped() {
        Manifest.Module stopped = LED.status("stopped");

        assertThat(scene(stopped).board(old(exited(stopped.spec(), 0))).steps())
                .containsExactly("remove led", "create led");
    }

    @Test
    void not_while_an_update_is_on_probation() {
        Container after = old(running(LED.spec()));
        Scene scene = scene(LED)
                .updates(ROLLBACK)
                .board(setAside(running(LED.image("led:0").spec())), after);

        assertThat(scene.steps()).doesNotContain("create led");
    }

    @Test
    void not_what_an_update_was_rolled_back_to() {
        Scene scene =
                scene(LED).rejected("led").board(old(running(LED.image("led:0").spec())));

        assertThat(scene.steps()).isEmpty();
    }

    @Test
    void one_that_shares_the_network_of_another_follows_it_once() {
        Manifest.Module app = module("app").createOptions("{'HostConfig':{'NetworkMode':'container:vpn'}}");
        Manifest.Module vpn = module("vpn");
        Container standing = Containers.standingOn(old(running(app.spec())), "vpn=id-of-vpn");

        assertThat(scene(app, vpn).board(old(running(vpn.spec())), standing).steps())
                .containsExactly("stop vpn", "remove vpn", "create vpn", "start vpn");
        assertThat(scene(app, vpn)
                        .board(made(Containers.withId(running(vpn.spec()), "new")), standing)
                        .steps())
                .containsExactly("stop app", "remove app", "create app", "start app");
    }

    @Test
    void while_that_one_cannot_be_made_anew_it_is_restarted_as_ever() {
        Manifest.Module app = module("app").createOptions("{'HostConfig':{'NetworkMode':'container:vpn'}}");
        Manifest.Module vpn = module("vpn");
        Container standing = Containers.standingOn(old(exited(app.spec(), 137)), "vpn=id-of-vpn");

        assertThat(scene(app, vpn)
                        .unconfirmed()
                        .board(old(running(vpn.spec())), standing)
                        .cutOff("app")
                        .steps())
                .containsExactly("start app");
    }

    private static Scene scene(Manifest.Module... modules) {
        return Scene.of(modules).recipe(NOW);
    }

    private static Container old(Container container) {
        return madeBy(BEFORE.text(), container);
    }

    private static Container made(Container container) {
        return madeBy(NOW.text(), container);
    }
}
