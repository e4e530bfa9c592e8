package io.edgeagent.reconcile;

import static io.edgeagent.fake.Containers.exited;
import static io.edgeagent.fake.Containers.running;
import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Manifest;
import io.edgeagent.model.Hardware;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.RuntimeStatus;
import io.edgeagent.runtime.Backoff;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules that need devices, which come and go. */
class PlannerDevicesTest {
    private static final Manifest.Module LED = module("led");
    private static final Manifest.Module BUTTON = module("button");
    private static final Hardware.Granted BUS = bus("c 89:1");

    @Test
    void a_module_whose_device_is_missing_gets_its_image_but_no_container() {
        Scene scene = Scene.of(LED, BUTTON).missing("led", false);
        assertThat(scene.steps()).containsExactly("pull button", "pull led");

        scene.pulled("led", "button");
        assertThat(scene.steps()).containsExactly("create button", "start button");
        assertThat(scene.plan().unsettled()).contains("led");
    }

    @Test
    void when_the_device_is_there_the_module_is_created_with_it() {
        Scene scene = Scene.of(LED).pulled("led").granted("led", BUS);

        assertThat(scene.steps()).containsExactly("create led", "start led");
        assertThat(scene.plan().steps().get(0)).isEqualTo(new Step.Create(scene.spec("led"), BUS, ""));
    }

    @Test
    void modules_of_later_groups_do_not_wait_for_a_device() {
        Scene scene = Scene.of(LED.startupOrder(0), BUTTON.startupOrder(1))
                .pulled("led", "button")
                .missing("led", false);

        assertThat(scene.steps()).containsExactly("create button", "start button");
    }

    @Test
    void modules_of_later_groups_do_not_wait_for_one_that_the_policy_refuses() {
        Scene scene = Scene.of(LED.startupOrder(0), BUTTON.startupOrder(1))
                .pulled("led", "button")
                .refused("led");

        assertThat(scene.steps()).containsExactly("create button", "start button");
    }

    @Test
    void a_container_that_runs_goes_on_when_its_device_vanishes() {
        Scene scene = Scene.of(LED).missing("led", false);

        scene.board(made(running(scene.spec("led")), BUS));

        assertThat(scene.steps()).isEmpty();
    }

    @Test
    void it_is_stopped_where_its_label_says_so_and_not_started_before_the_device_is_back() {
        Scene gone = Scene.of(LED).missing("led", true);
        gone.board(made(running(gone.spec("led")), BUS));
        assertThat(gone.steps()).containsExactly("stop led");

        Scene down = Scene.of(LED).missing("led", true);
        down.board(made(exited(down.spec("led"), 143), BUS)).halted("led");
        assertThat(down.steps()).isEmpty();

        Scene back = Scene.of(LED).granted("led", BUS);
        back.board(made(exited(back.spec("led"), 143), BUS)).halted("led");
        assertThat(back.steps()).containsExactly("start led");
    }

    @Test
    void one_that_ended_is_not_started_again_without_its_device() {
        Scene scene = Scene.of(LED.restartPolicy("always")).missing("led", false);

        scene.board(made(exited(scene.spec("led"), 1), BUS)).later(Backoff.RESTART.after(9, 0));

        assertThat(scene.steps()).isEmpty();
    }

    @Test
    void one_that_is_to_be_stopped_is_stopped_with_or_without_its_device() {
        Scene scene = Scene.of(LED.status("stopped")).missing("led", false);

        scene.board(made(running(scene.spec("led")), BUS));

        assertThat(scene.steps()).containsExactly("stop led");
    }

    @Test
    void other_numbers_make_the_container_anew_and_the_same_do_not() {
        Scene same = Scene.of(LED).granted("led", BUS).pulled("led");
        same.board(made(running(same.spec("led")), BUS));
        assertThat(same.steps()).isEmpty();

        Scene other = Scene.of(LED).granted("led", bus("c 89:7"));
        other.board(made(running(other.spec("led")), BUS)).pulled("led");
        assertThat(other.steps()).containsExactly("stop led", "remove led", "create led", "start led");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_update_waits_for_the_device_and_what_ran_before_goes_on(boolean stop) {
        Scene scene = Scene.of(LED).missing("led", stop).pulled("led");

        scene.board(running(LED.image("registry.example.io/led:0").spec()));

        assertThat(scene.steps()).isEqualTo(stop ? List.of("stop led") : List.of());
    }

    @Test
    void an_update_that_was_rolled_back_is_not_tried_again_because_a_device_came_back() {
        Scene scene = Scene.of(LED.rollingBack()).granted("led", BUS).rejected("led");

        scene.board(running(LED.image("registry.example.io/led:0").spec()));

        assertThat(scene.steps()).isEmpty();
    }

    @Test
    void the_status_says_what_is_missing_and_that_the_module_waits_for_it() {
        Scene scene = Scene.of(LED).missing("led", false);

        var status = StatusRule.of(scene.spec("led"), scene.situation());

        assertThat(status.runtimeStatus()).isEqualTo(RuntimeStatus.BACKOFF);
        assertThat(status.description()).isEqualTo("/dev/i2c-1 is not there; it starts when the device appears");
    }

    @Test
    void the_status_says_that_a_module_runs_without_its_device() {
        Scene scene = Scene.of(LED).missing("led", false);
        scene.board(made(running(scene.spec("led")), BUS));

        var status = StatusRule.of(scene.spec("led"), scene.situation());

        assertThat(status.runtimeStatus()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(status.description()).isEqualTo("/dev/i2c-1 is not there; it runs without it");
    }

    @Test
    void the_status_says_that_privilege_was_taken_away() {
        Hardware.Granted narrowed = new Hardware.Granted(List.of(), List.of(998), Map.of(), true);
        Scene scene = Scene.of(LED).granted("led", narrowed);
        scene.board(made(running(scene.spec("led")), narrowed));

        assertThat(StatusRule.of(scene.spec("led"), scene.situation()).description())
                .startsWith("running; this device's policy gives it only its devices");
    }

    private static Hardware.Granted bus(String number) {
        return new Hardware.Granted(
                List.of(new Hardware.Node("/dev/i2c-1", "/dev/i2c-1", "rw", number)),
                List.of(998),
                Map.of("EDGE_DEVICE_I2C_1", "/dev/i2c-1"),
                false);
    }

    /** The container as it is when it was made with these devices. */
    private static Container made(Container container, Hardware.Granted devices) {
        ModuleSpec spec = LED.spec();
        String suffix = devices.fingerprint(spec).substring(spec.fingerprint().length());
        return new Container(
                container.id(),
                container.module(),
                container.name(),
                container.fingerprint() + suffix,
                "",
                container.recipe(),
                container.imageId(),
                container.state(),
                container.health(),
                container.exitCode(),
                container.startedAt(),
                container.finishedAt(),
                container.outOfMemory(),
                container.error());
    }
}
