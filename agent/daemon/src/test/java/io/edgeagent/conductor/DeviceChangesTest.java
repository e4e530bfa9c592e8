package io.edgeagent.conductor;

import static io.edgeagent.fake.FakeInventory.i2c;
import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.device.DevicePolicy;
import io.edgeagent.fake.Manifest;
import io.edgeagent.reconcile.Container;
import io.edgeagent.runtime.Pulse;
import io.edgeagent.testing.Warns;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole agent on a board whose devices come and go. */
@Warns("WARN event=device_missing")
class DeviceChangesTest {
    private static final Manifest.Module OTHER = module("other");

    private final Rig rig = new Rig();

    @BeforeEach
    void board() {
        rig.devices.board("Raspberry Pi 3 Model B Rev 1.2");
        rig.engine.plugIn("/dev/i2c-1");
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void a_module_whose_device_is_missing_says_so_and_all_others_run() {
        rig.deploy(Manifest.version(1).with(sensor(""), OTHER));

        rig.untilRunning("other");
        rig.until(() -> rig.moduleReport("sensor", "runtimeStatus").equals("backoff"));
        assertThat(rig.moduleReport("sensor", "statusDescription"))
                .startsWith("/dev/i2c-1 is not there: enable I2C with \"sudo raspi-config nonint do_i2c 0\"")
                .endsWith("it starts when the device appears");
        rig.until(() -> rig.description().startsWith("sensor: /dev/i2c-1 is not there"));
        assertThat(rig.engine.calls()).doesNotContain("create sensor");
    }

    @Test
    void it_starts_when_the_device_appears_without_any_time_passing() {
        rig.deploy(Manifest.version(1).with(sensor(""), OTHER));
        rig.untilRunning("other");
        rig.engine.forgetCalls();

        rig.devices.plug(i2c(1));

        rig.untilRunning("sensor");
        rig.untilStatus(200, 1);
        assertThat(rig.engine.calls()).containsExactly("create sensor", "start sensor");
        assertThat(rig.engine.bodyOf("sensor").path("Env").toString()).contains("EDGE_DEVICE_I2C_1=/dev/i2c-1");
    }

    @Test
    void a_module_that_is_stopped_on_unplug_comes_back_with_the_device_as_the_same_container() {
        started("stop");
        String container = rig.engine.idOfContainer("sensor").orElseThrow();

        rig.devices.unplug("/dev/i2c-1");
        rig.until(() -> rig.engine.stateOf("sensor").equals(Optional.of(Container.State.EXITED)));
        rig.pass(Duration.ofMinutes(2));
        assertThat(rig.engine.stateOf("sensor")).contains(Container.State.EXITED);

        rig.devices.plug(i2c(1));
        rig.untilRunning("sensor");
        assertThat(rig.engine.idOfContainer("sensor")).contains(container);
        assertThat(rig.engine.calls()).containsExactly("stop sensor", "start sensor");
    }

    @Test
    void a_module_that_is_restarted_on_unplug_goes_on_and_is_restarted_when_the_device_is_back() {
        started("restart");

        rig.devices.unplug("/dev/i2c-1");
        rig.until(() -> rig.moduleReport("sensor", "statusDescription").endsWith("it runs without it"));
        assertThat(rig.engine.calls()).isEmpty();

        rig.devices.plug(i2c(1));
        rig.until(() -> rig.engine.calls().size() == 2);
        assertThat(rig.engine.calls()).containsExactly("stop sensor", "start sensor");
        rig.untilStatus(200, 1);
    }

    @Test
    void a_device_that_was_gone_too_shortly_to_be_missed_restarts_those_that_held_it() {
        rig.devices.plug(i2c(1));
        rig.deploy(Manifest.version(1)
                .with(
                        sensor("restart"),
                        raw("raw", "restart"),
                        raw("stopped", "stop"),
                        raw("ignores", "ignore"),
                        OTHER));
        rig.untilStatus(200, 1);
        rig.engine.forgetCalls();

        rig.devices.plug(i2c(1));

        rig.until(() -> rig.engine.calls().size() == 6);
        rig.settle();
        assertThat(rig.engine.calls())
                .containsExactlyInAnyOrder(
                        "stop sensor", "start sensor", "stop raw", "start raw", "stop stopped", "start stopped");
    }

    @Test
    void a_device_of_HostConfig_that_comes_back_restarts_its_module() {
        rig.devices.plug(i2c(1));
        rig.deploy(Manifest.version(1).with(raw("raw", "restart")));
        rig.untilStatus(200, 1);
        rig.engine.forgetCalls();

        rig.devices.unplug("/dev/i2c-1");
        rig.until(() -> rig.moduleReport("raw", "statusDescription").endsWith("it runs without it"));
        rig.devices.plug(i2c(1));

        rig.until(() -> rig.engine.calls().size() == 2);
        assertThat(rig.engine.calls()).containsExactly("stop raw", "start raw");
    }

    @Test
    void a_device_that_was_replaced_while_the_agent_was_away_restarts_those_that_held_it() {
        started("restart");

        rig.stop();
        rig.devices.plug(i2c(1));
        rig.restart();
        rig.link.twin(Manifest.version(1).with(sensor("restart")).json());

        rig.until(() -> rig.engine.calls().size() == 2);
        assertThat(rig.engine.calls()).containsExactly("stop sensor", "start sensor");
    }

    @Test
    void any_other_module_goes_on_and_is_left_alone_when_the_device_is_back() {
        started("ignore");

        rig.devices.unplug("/dev/i2c-1");
        rig.until(() -> rig.moduleReport("sensor", "statusDescription").endsWith("it runs without it"));
        rig.devices.plug(i2c(1));
        rig.untilStatus(200, 1);
        rig.settle();

        assertThat(rig.engine.calls()).isEmpty();
    }

    @Test
    void one_that_ended_with_its_device_is_started_as_soon_as_it_is_back() {
        started("ignore");

        rig.devices.unplug("/dev/i2c-1");
        rig.until(() -> rig.moduleReport("sensor", "statusDescription").endsWith("it runs without it"));
        rig.engine.exit("sensor", 5);
        rig.pass(Duration.ofMinutes(1));
        assertThat(rig.engine.calls()).isEmpty();

        rig.devices.plug(i2c(1));
        rig.untilRunning("sensor");
    }

    @Test
    void a_device_with_another_number_makes_the_container_anew() {
        started("ignore");

        rig.devices.plug(i2c(1, 42));

        rig.until(() -> rig.engine.calls().contains("start sensor"));
        assertThat(rig.engine.calls()).containsExactly("stop sensor", "remove sensor", "create sensor", "start sensor");
    }

    @Test
    void devices_that_nobody_asked_for_change_nothing() {
        started("ignore");

        rig.devices.plug(i2c(7), i2c(8)).unplug("/dev/i2c-7");
        rig.settle();

        assertThat(rig.engine.calls()).isEmpty();
    }

    @Test
    void a_restart_of_the_agent_leaves_modules_with_devices_alone() {
        started("stop");

        rig.restart();
        rig.link.twin(Manifest.version(1).with(sensor("stop")).json());
        rig.untilStatus(200, 1);

        assertThat(rig.engine.calls()).isEmpty();
    }

    @Test
    void privileged_is_narrowed_and_the_report_says_so() {
        rig.devices.plug(i2c(1));
        rig.restart(new DevicePolicy(DevicePolicy.Privileged.NARROW, Map.of(), Set.of()));
        rig.deploy(Manifest.version(1)
                .with(module("sensor")
                        .createOptions("{'HostConfig':{'Privileged':true,'Devices':[{'PathOnHost':'/dev/i2c-1',"
                                + "'PathInContainer':'/dev/i2c-1','CgroupPermissions':'mrw'}]}}")));

        rig.untilStatus(200, 1);

        assertThat(rig.engine.bodyOf("sensor").at("/HostConfig/Privileged").asBoolean(true))
                .isFalse();
        assertThat(rig.engine.bodyOf("sensor").at("/HostConfig/GroupAdd").toString())
                .contains("998");
        rig.until(() ->
                rig.moduleReport("sensor", "statusDescription").contains("only its devices instead of Privileged"));
    }

    @Test
    void the_board_is_reported_in_short_and_the_command_sees_who_uses_what() {
        started("ignore");

        rig.until(() -> rig.link.reported("/hardware/i2c").asText().equals("i2c-1 (bcm2835 (i2c@7e804000))"));
        assertThat(rig.link.reported("/hardware/board").asText()).startsWith("Raspberry Pi 3");
        assertThat(rig.status().at("/modules/sensor/devices").toString()).isEqualTo("[\"/dev/i2c-1\"]");

        rig.devices.unplug("/dev/i2c-1");
        rig.until(() -> rig.link.reported("/hardware/i2c").isMissingNode());
    }

    private void started(String onUnplug) {
        rig.devices.plug(i2c(1));
        rig.deploy(Manifest.version(1).with(sensor(onUnplug)));
        rig.untilStatus(200, 1);
        rig.engine.forgetCalls();
    }

    private static Manifest.Module raw(String name, String onUnplug) {
        return module(name)
                .createOptions("{'Labels':{'io.edge-agent.on-unplug':'" + onUnplug
                        + "'},'HostConfig':{'Devices':[{'PathOnHost':'/dev/i2c-1'}]}}");
    }

    @Test
    @Warns("WARN event=devices_not_seen")
    void while_the_board_cannot_be_looked_at_modules_without_devices_run_and_the_others_say_why() {
        rig.devices.onLook(() -> {
            throw new IllegalStateException("injected: /sys is not there");
        });
        rig.restart();

        rig.deploy(Manifest.version(1).with(sensor(""), OTHER));

        rig.untilRunning("other");
        rig.until(() -> rig.moduleReport("sensor", "statusDescription")
                .startsWith("the board's devices cannot be looked at: IllegalStateException: injected: /sys"));
        assertThat(rig.engine.calls()).doesNotContain("create sensor");

        rig.devices.onLook(() -> {}).plug(i2c(1));
        rig.passUntil(() -> rig.engine.stateOf("sensor").equals(Optional.of(Container.State.RUNNING)));
        rig.untilStatus(200, 1);
    }

    @Test
    @Warns("ERROR event=stalled")
    void a_look_at_the_board_that_never_ends_holds_up_nothing_else() {
        CountDownLatch end = new CountDownLatch(1);
        rig.devices.onLook(() -> awaitQuietly(end));
        try {
            rig.restart();
            rig.deploy(Manifest.version(1).with(sensor(""), OTHER));

            rig.passUntil(() -> rig.engine.stateOf("other").equals(Optional.of(Container.State.RUNNING)));
            rig.until(() -> rig.moduleReport("sensor", "statusDescription").contains("the look takes very long"));
            rig.supervisor.told.clear();
            rig.clock.advance(Pulse.TOO_LONG.plusSeconds(1));
            rig.settle();
            rig.passUntil(() -> !rig.supervisor.told.isEmpty());
        } finally {
            end.countDown();
        }
        rig.devices.plug(i2c(1));
        rig.passUntil(() -> rig.engine.stateOf("sensor").equals(Optional.of(Container.State.RUNNING)));
    }

    @Test
    @Warns("WARN event=devices_not_seen")
    void a_module_that_runs_with_its_device_is_left_alone_when_the_next_agent_cannot_look_at_first() {
        rig.devices.plug(i2c(1));
        rig.deploy(Manifest.version(1).with(sensor("restart"), OTHER));
        rig.untilStatus(200, 1);
        rig.settle();
        rig.engine.forgetCalls();
        rig.devices.onLook(() -> {
            throw new IllegalStateException("injected");
        });
        rig.restart();
        rig.until(() -> rig.status().at("/modules/sensor/description").asText().endsWith("it runs without it"));

        rig.devices.onLook(() -> {});

        rig.passUntil(
                () -> rig.status().at("/modules/sensor/description").asText().equals("running"));
        assertThat(rig.engine.calls()).isEmpty();
    }

    @Test
    @Warns("WARN event=devices_not_seen")
    void devices_that_cannot_be_watched_are_used_all_the_same_and_the_watch_is_tried_again() {
        rig.devices.onWatch(() -> {
            throw new IllegalStateException("injected: no watches left");
        });
        rig.devices.plug(i2c(1));
        rig.restart();
        rig.deploy(Manifest.version(1).with(sensor(""), OTHER));
        rig.untilStatus(200, 1);
        rig.devices.onWatch(() -> {});

        rig.passUntil(rig.devices::isWatched);
        rig.devices.unplug("/dev/i2c-1");

        rig.until(() -> rig.moduleReport("sensor", "statusDescription").startsWith("/dev/i2c-1 is not there"));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Manifest.Module sensor(String onUnplug) {
        return module("sensor")
                .restartPolicy("always")
                .createOptions(
                        "{'Labels':{'io.edge-agent.devices':'i2c:1','io.edge-agent.on-unplug':'" + onUnplug + "'}}");
    }
}
