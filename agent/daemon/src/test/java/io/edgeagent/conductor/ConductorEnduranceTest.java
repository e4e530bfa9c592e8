package io.edgeagent.conductor;

import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Manifest;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.ElevationPolicy;
import io.edgeagent.reconcile.UpdatePolicy;
import io.edgeagent.testing.Warns;
import io.edgeagent.twin.MethodAnswer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent whole, but for its adapters: updates that go back, reboots, restarts, and what is remembered. */
class ConductorEnduranceTest {
    private static final Manifest.Module LED = module("led").image("acr.example.io/led:1");
    private static final Manifest.Module BUTTON = module("button").image("acr.example.io/button:1");

    private static final String CRASHES = "{'Cmd':['sh','-c','exit 3'],'Labels':{'io.edge-agent.update':'rollback'}}";
    private static final String RESTART_LED = "{\"schemaVersion\":\"1.0\",\"id\":\"led\"}";

    private final Rig rig = new Rig();

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    @Warns("WARN event=update_rejected")
    void an_update_that_fails_goes_back_and_is_not_tried_again_by_an_agent_that_starts_again() {
        Manifest.Module old = LED.rollingBack();
        rig.deploy(Manifest.version(1).with(old));
        rig.untilStatus(200, 1);
        Optional<String> before = rig.engine.idOfContainer("led");
        Manifest bad = Manifest.version(2).with(LED.createOptions(CRASHES));

        rig.deploy(bad);

        rig.untilStatus(500, 2);
        assertThat(rig.description()).contains("led: the update was rolled back: exited with 3");
        rig.untilRunning("led");
        rig.until(() -> rig.engine.idOfContainer("led").equals(before));
        rig.until(() -> rig.moduleReport("led", "statusDescription").contains("tried again when the manifest changes"));
        assertThat(rig.engine.stateOf("edge-agent.previous.led")).isEmpty();

        rig.engine.forgetCalls();
        rig.restart();
        rig.link.twin(bad.json());
        rig.untilStatus(500, 2);
        rig.pass(Duration.ofSeconds(60));
        assertThat(rig.engine.calls()).isEmpty();

        rig.deploy(Manifest.version(3).with(old));
        rig.untilStatus(200, 3);
        assertThat(rig.engine.calls()).isEmpty();
    }

    @Test
    void the_log_follows_the_deployment_and_after_a_restart_before_the_hub_has_spoken() {
        rig.deploy(Manifest.version(1).with(LED));
        rig.untilStatus(200, 1);
        assertThat(rig.logFollows)
                .hasValueSatisfying(
                        deployment -> assertThat(deployment.version()).isEqualTo(1));

        rig.restart();
        rig.until(() -> rig.logFollows.isPresent());
    }

    @Test
    @Warns({"WARN event=step_failed", "WARN event=engine_away"})
    void an_update_whose_start_fails_because_the_engine_ends_is_tried_again_by_the_next_engine() {
        rig.deploy(Manifest.version(1).with(LED.rollingBack()));
        rig.untilStatus(200, 1);
        rig.engine.endDuring("start led");

        rig.deploy(Manifest.version(2).with(LED.image("acr.example.io/led:2").rollingBack()));
        rig.until(() -> rig.engine.calls().contains("start led")
                && rig.engine.stateOf("led").equals(Optional.of(Container.State.CREATED)));
        rig.settle();
        rig.engine.restart(0);

        rig.passUntil(() -> rig.link.reported("/lastDesiredStatus/code").asInt() == 200
                && rig.link.reported("/lastDesiredVersion").asInt() == 2);
        assertThat(rig.engine.bodyOf("led").path("Image").asText()).isEqualTo("acr.example.io/led:2");
    }

    @Test
    @Warns("WARN event=step_failed")
    void an_update_that_the_engine_fails_to_start_once_gets_a_second_container() {
        rig.deploy(Manifest.version(1).with(LED.rollingBack()));
        rig.untilStatus(200, 1);
        rig.engine.refuse("start led", ErrorCode.ENGINE_FAILED, "task 93b6f32f89c6: already exists");

        rig.deploy(Manifest.version(2).with(LED.image("acr.example.io/led:2").rollingBack()));
        rig.until(() -> rig.moduleReport("led", "statusDescription").contains("already exists"));
        Optional<String> first = rig.engine.idOfContainer("led");
        rig.engine.relent("start led");

        rig.passUntil(() -> rig.link.reported("/lastDesiredStatus/code").asInt() == 200
                && rig.link.reported("/lastDesiredVersion").asInt() == 2);
        assertThat(rig.engine.idOfContainer("led")).isPresent().isNotEqualTo(first);
        assertThat(rig.engine.stateOf("edge-agent.previous.led")).isEmpty();
    }

    @Test
    @Warns({"WARN event=step_failed", "WARN event=update_rejected"})
    void an_update_that_the_engine_fails_to_start_twice_goes_back() {
        rig.deploy(Manifest.version(1).with(LED.rollingBack()));
        rig.untilStatus(200, 1);
        rig.engine.refuse("start led", ErrorCode.ENGINE_FAILED, "exec: \"nothing\": not found");

        rig.deploy(Manifest.version(2).with(LED.image("acr.example.io/led:2").rollingBack()));

        rig.passUntil(() -> rig.description().contains("led: the update was rolled back"));
        rig.engine.relent("start led");
        rig.passUntil(() -> rig.engine.stateOf("led").equals(Optional.of(Container.State.RUNNING)));
        assertThat(rig.engine.bodyOf("led").path("Image").asText()).isEqualTo("acr.example.io/led:1");
    }

    @Test
    void an_update_that_lasts_removes_the_old_container_after_the_settle_time() {
        rig.deploy(Manifest.version(1).with(LED.rollingBack()));
        rig.untilStatus(200, 1);

        rig.deploy(Manifest.version(2).with(LED.image("acr.example.io/led:2").rollingBack()));

        rig.until(() -> rig.moduleReport("led", "statusDescription").contains("must prove itself"));
        rig.pass(Duration.ofSeconds(29));
        assertThat(rig.engine.stateOf("edge-agent.previous.led")).contains(Container.State.EXITED);
        rig.passUntil(() -> rig.link.reported("/lastDesiredStatus/code").asInt() == 200
                && rig.link.reported("/lastDesiredVersion").asInt() == 2);
        assertThat(rig.engine.stateOf("edge-agent.previous.led")).isEmpty();
    }

    @Test
    @Warns("WARN event=step_failed")
    void an_update_that_waits_for_all_pulls_touches_nothing_while_an_image_is_missing() {
        rig.deploy(Manifest.version(1).with(LED, BUTTON));
        rig.untilStatus(200, 1);
        rig.engine.forgetCalls();
        rig.engine.push("acr.example.io/led:2");
        Manifest manifest = Manifest.version(2)
                .waitingForAllPulls()
                .with(LED.image("acr.example.io/led:2"), BUTTON.image("acr.example.io/button:2"));

        rig.link.twin(manifest.json());

        rig.untilStatus(500, 2);
        rig.settle();
        assertThat(rig.engine.calls()).containsOnly("pull acr.example.io/led:2", "pull acr.example.io/button:2");
        rig.engine.push("acr.example.io/button:2");
        rig.passUntil(() -> rig.link.reported("/lastDesiredStatus/code").asInt() == 200);
    }

    @Test
    @Warns("WARN event=identities_failed")
    void after_a_reboot_modules_are_started_in_order_without_a_wait_and_without_counting() {
        Manifest manifest =
                Manifest.version(1).with(LED.restartPolicy("on-failure").startupOrder(1), BUTTON.startupOrder(0));
        rig.deploy(manifest);
        rig.untilStatus(200, 1);
        rig.engine.forgetCalls();
        rig.registry.refuse("list", ErrorCode.HUB_UNREACHABLE);

        rig.reboot(0);

        rig.untilRunning("button", "led");
        assertThat(rig.engine.calls()).containsExactly("start button", "start led");
        rig.link.twin(manifest.json());
        rig.until(() -> rig.moduleReport("led", "restartCount").equals("0"));
    }

    @Test
    void a_module_that_had_ended_well_before_a_reboot_is_left_alone() {
        rig.deploy(Manifest.version(1).with(LED.restartPolicy("on-failure"), BUTTON));
        rig.untilStatus(200, 1);
        rig.engine.exit("led", 0);
        rig.until(() -> rig.moduleReport("led", "runtimeStatus").equals("stopped"));
        rig.settle();

        rig.reboot(0);

        rig.untilRunning("button");
        rig.pass(Duration.ofSeconds(60));
        assertThat(rig.engine.stateOf("led")).contains(Container.State.EXITED);
    }

    @Test
    @Warns("WARN event=engine_away")
    void an_engine_that_restarts_and_stops_its_containers_finds_them_started_again() {
        rig.deploy(Manifest.version(1).with(LED.restartPolicy("on-failure")));
        rig.untilStatus(200, 1);
        rig.settle();

        rig.engine.setAway(true);
        rig.engine.cutOff(0);
        rig.passUntil(() -> rig.link.reported("/lastDesiredStatus/code").asInt() == 500);
        rig.engine.setAway(false);

        rig.passUntil(() -> rig.engine.stateOf("led").equals(Optional.of(Container.State.RUNNING)));
        rig.until(() -> rig.moduleReport("led", "restartCount").equals("0"));
    }

    @Test
    void restarts_are_counted_over_a_restart_of_the_agent() {
        rig.deploy(Manifest.version(1).with(LED.restartPolicy("always")));
        rig.untilStatus(200, 1);
        rig.engine.exit("led", 1);
        rig.passUntil(() -> rig.moduleReport("led", "restartCount").equals("1"));
        rig.settle();

        rig.restart();
        rig.link.twin(Manifest.version(1).with(LED.restartPolicy("always")).json());
        rig.untilStatus(200, 1);
        rig.engine.exit("led", 1);

        rig.until(() -> rig.moduleReport("led", "statusDescription").contains("again within 20 s"));
        rig.passUntil(() -> rig.moduleReport("led", "restartCount").equals("2"));
    }

    @Test
    void what_the_policy_refuses_is_named_and_not_created() {
        rig.restart(UpdatePolicy.REPLACE, ElevationPolicy.REFUSE_ALL);

        rig.deploy(Manifest.version(1).with(LED.createOptions("{'HostConfig':{'Privileged':true}}"), BUTTON));

        rig.untilStatus(500, 1);
        rig.untilRunning("button");
        assertThat(rig.description()).contains("led: this device's policy refuses privileged");
        rig.until(() -> rig.moduleReport("led", "runtimeStatus").equals("failed"));
        assertThat(rig.moduleReport("led", "statusDescription")).contains("privileged");
        assertThat(rig.engine.calls()).noneMatch(call -> call.endsWith("led:1") || call.endsWith(" led"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'HostConfig':{'Privileged':true}}", "{'HostConfig':{'Mounts':'no list'}}"})
    @Warns("WARN event=module_entry_refused")
    void an_update_that_is_refused_leaves_the_module_as_it_was_restarts_and_reboots_included(String refused) {
        rig.restart(UpdatePolicy.REPLACE, ElevationPolicy.REFUSE_ALL);
        rig.deploy(Manifest.version(1).with(LED.restartPolicy("on-failure"), BUTTON));
        rig.untilStatus(200, 1);
        Optional<String> container = rig.engine.idOfContainer("led");
        Manifest update =
                Manifest.version(2).with(LED.restartPolicy("on-failure").createOptions(refused), BUTTON);
        rig.deploy(update);
        rig.until(() -> rig.link.reported("/lastDesiredVersion").asInt() == 2);

        rig.engine.exit("led", 1);

        rig.until(() -> rig.moduleReport("led", "statusDescription").contains("started again within 10 s"));
        rig.passUntil(() -> rig.engine.stateOf("led").equals(Optional.of(Container.State.RUNNING)));
        rig.until(() -> rig.moduleReport("led", "runtimeStatus").equals("running"));
        rig.settle();
        rig.reboot(137);
        rig.link.twin(update.json());
        rig.passUntil(() -> rig.engine.stateOf("led").equals(Optional.of(Container.State.RUNNING)));
        rig.until(() -> rig.moduleReport("led", "runtimeStatus").equals("running"));
        rig.engine.exit("led", 1);
        rig.passUntil(() -> rig.engine.stateOf("led").equals(Optional.of(Container.State.RUNNING)));
        assertThat(rig.engine.idOfContainer("led")).isEqualTo(container);
    }

    @Test
    void a_policy_that_is_switched_on_ends_what_runs_against_it_and_nobody_can_restart_it() {
        Manifest manifest = Manifest.version(1).with(LED.createOptions("{'HostConfig':{'Privileged':true}}"), BUTTON);
        rig.deploy(manifest);
        rig.untilStatus(200, 1);

        rig.restart(UpdatePolicy.REPLACE, ElevationPolicy.REFUSE_ALL);
        rig.link.twin(manifest.json());

        rig.until(() -> rig.engine.stateOf("led").equals(Optional.of(Container.State.EXITED)));
        rig.untilStatus(500, 1);
        rig.until(() -> rig.moduleReport("led", "statusDescription").startsWith("not started: this device's policy"));
        MethodAnswer answer = rig.link.call("RestartModule", RESTART_LED);
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.payload().toString()).contains("not restarted: this device's policy refuses privileged");
        rig.settle();
        assertThat(rig.engine.stateOf("led")).contains(Container.State.EXITED);
        rig.untilRunning("button");
    }

    @Test
    @Warns("WARN event=step_failed")
    void a_leftover_that_was_set_aside_and_cannot_be_removed_is_not_tried_in_a_tight_loop() {
        rig.deploy(Manifest.version(1).with(LED.rollingBack(), BUTTON));
        rig.untilStatus(200, 1);
        rig.deploy(Manifest.version(2).with(LED.image("acr.example.io/led:2").rollingBack(), BUTTON));
        rig.until(() -> rig.engine.stateOf("edge-agent.previous.led").isPresent());
        rig.engine.refuse("remove edge-agent.previous.led", ErrorCode.ENGINE_FAILED, "device or resource busy");

        rig.deploy(Manifest.version(3).with(BUTTON));

        rig.untilStatus(500, 3);
        rig.settle();
        assertThat(rig.engine.calls().stream().filter("remove edge-agent.previous.led"::equals))
                .hasSizeLessThan(3);
        rig.engine.relent("remove edge-agent.previous.led");
        rig.passUntil(() -> rig.link.reported("/lastDesiredStatus/code").asInt() == 200);
        assertThat(rig.engine.stateOf("edge-agent.previous.led")).isEmpty();
    }

    @Test
    @Warns("WARN event=container_vanished")
    void a_container_that_somebody_renamed_is_a_leftover_and_the_module_is_made_anew() {
        rig.deploy(Manifest.version(1).with(LED));
        rig.untilStatus(200, 1);
        Optional<String> renamed = rig.engine.idOfContainer("led");

        rig.engine.rename("led", "led-old");

        rig.until(() -> rig.engine.idOfContainer("led").isPresent()
                && rig.engine.idOfContainer("led-old").isEmpty());
        assertThat(rig.engine.idOfContainer("led")).isNotEqualTo(renamed);
        rig.untilRunning("led");
    }

    @Test
    @Warns("WARN event=step_failed")
    void a_stop_that_the_engine_refused_does_not_count_as_ours_for_ever() {
        rig.deploy(Manifest.version(1).with(LED.restartPolicy("on-failure")));
        rig.untilStatus(200, 1);
        rig.engine.refuse(
                "stop led", ErrorCode.ENGINE_FAILED, "tried to kill container, but did not receive an exit event");
        rig.link.patch("{'modules':{'led':{'status':'stopped'}},'$version':2}");
        rig.untilStatus(500, 2);
        rig.engine.relent("stop led");
        rig.link.patch("{'modules':{'led':{'status':'running'}},'$version':3}");
        rig.passUntil(() -> rig.link.reported("/lastDesiredVersion").asInt() == 3);

        rig.engine.exit("led", 0);

        rig.until(() -> rig.moduleReport("led", "runtimeStatus").equals("stopped"));
        rig.pass(Duration.ofSeconds(60));
        assertThat(rig.engine.stateOf("led")).contains(Container.State.EXITED);
    }

    @Test
    void a_restart_that_somebody_asks_for_is_done_at_once_and_answered_when_it_is_done() {
        rig.deploy(Manifest.version(1).with(LED.restartPolicy("always"), BUTTON));
        rig.untilStatus(200, 1);
        rig.engine.forgetCalls();

        assertThat(rig.link.call("RestartModule", RESTART_LED).status()).isEqualTo(200);

        assertThat(rig.engine.calls()).containsExactly("stop led", "start led");
        rig.until(() -> rig.moduleReport("led", "runtimeStatus").equals("running"));
        assertThat(rig.moduleReport("led", "restartCount")).isEqualTo("0");
    }

    @Test
    void the_roles_without_a_container_begin_anew_with_the_whole_agent_and_modules_are_left_alone() {
        rig.deploy(Manifest.version(1).with(LED));
        rig.untilStatus(200, 1);
        rig.engine.forgetCalls();

        assertThat(rig.link
                        .call("RestartModule", "{\"schemaVersion\":\"1.0\",\"id\":\"edgeAgent\"}")
                        .status())
                .isEqualTo(200);
        assertThat(rig.link
                        .call("RestartModule", "{\"schemaVersion\":\"1.0\",\"id\":\"edgeHub\"}")
                        .status())
                .isEqualTo(200);

        assertThat(rig.restartsOfAgent).hasValue(2);
        assertThat(rig.engine.calls()).isEmpty();
    }

    @Test
    void it_clears_the_wait_of_a_module_in_backoff() {
        rig.deploy(Manifest.version(1).with(LED.restartPolicy("always")));
        rig.untilStatus(200, 1);
        rig.engine.exit("led", 1);
        rig.until(() -> rig.moduleReport("led", "runtimeStatus").equals("backoff"));

        assertThat(rig.link.call("restartmodule", RESTART_LED).status()).isEqualTo(200);

        rig.untilRunning("led");
    }

    @Test
    @Warns("WARN event=step_failed")
    void one_that_fails_says_why() {
        rig.deploy(Manifest.version(1).with(LED));
        rig.untilStatus(200, 1);
        rig.engine.refuse("start led", ErrorCode.PORT_TAKEN, "port 80 is taken");

        MethodAnswer result = rig.link.call("RestartModule", RESTART_LED);

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.payload().path("message").asText()).contains("port 80 is taken");
        rig.engine.relent("start led");
        rig.passUntil(() -> rig.engine.stateOf("led").equals(Optional.of(Container.State.RUNNING)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"schemaVersion":"1.0","id":"gone"} | 500 | gone not found
        {"schemaVersion":"2.0","id":"led"}  | 400 | schemaVersion
        {"id":"led"}                        | 400 | schemaVersion
        {"schemaVersion":"1.0"}             | 400 | id must be
        null                                | 400 | schemaVersion
        {"schemaVersion                     | 400 | not valid JSON
        """)
    void one_that_makes_no_sense_is_refused(String payload, int status, String message) {
        rig.deploy(Manifest.version(1).with(LED));
        rig.untilStatus(200, 1);
        rig.engine.forgetCalls();

        MethodAnswer result = rig.link.call("RestartModule", payload);

        assertThat(result.status()).isEqualTo(status);
        assertThat(result.payload().path("message").asText()).contains(message);
        assertThat(rig.engine.calls()).isEmpty();
    }

    @Test
    void sockets_are_open_before_a_module_is_made_and_their_folders_go_with_it() {
        rig.engine.push("acr.example.io/led:1").push("acr.example.io/button:1");
        rig.deploy(Manifest.version(1).with(LED, BUTTON));
        rig.untilStatus(200, 1);
        assertThat(rig.sockets.open()).containsExactlyInAnyOrder("led", "button");

        rig.deploy(Manifest.version(2).with(LED));

        rig.untilStatus(200, 2);
        rig.passUntil(() -> rig.sockets.folders().equals(Set.of("led")));
        rig.restart();
        rig.until(() -> rig.sockets.open().equals(Set.of("led")));
    }

    @Test
    void sockets_that_cannot_be_opened_are_tried_again_ever_more_seldom() {
        rig.sockets.setBroken(true);
        rig.deploy(Manifest.version(1).with(LED));
        rig.untilStatus(200, 1);
        int before = rig.sockets.calls();

        rig.passUntil(() -> rig.sockets.calls() - before >= 4);
        int soFar = rig.sockets.calls();
        rig.pass(Duration.ofMinutes(20));

        assertThat(rig.sockets.calls() - soFar).isLessThan(15);
        rig.sockets.setBroken(false);
        rig.passUntil(() -> rig.sockets.open().contains("led"));
    }

    @Test
    void nothing_is_written_while_nothing_happens() {
        rig.deploy(Manifest.version(1).with(LED, BUTTON));
        rig.untilStatus(200, 1);
        rig.pass(Duration.ofMinutes(1));
        int writes = rig.store.memoryWrites();

        rig.pass(Duration.ofMinutes(2));

        assertThat(rig.store.memoryWrites()).isEqualTo(writes);
    }
}
