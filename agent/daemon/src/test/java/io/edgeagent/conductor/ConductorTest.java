package io.edgeagent.conductor;

import static io.edgeagent.fake.Manifest.json;
import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.fake.FakeInventory;
import io.edgeagent.fake.Manifest;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.reconcile.Container;
import io.edgeagent.testing.LoggedLines;
import io.edgeagent.testing.Warns;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The agent whole, but for its adapters: what a change in the cloud or on the board leads to. */
class ConductorTest {
    private static final Manifest.Module LED = module("led").image("acr.example.io/led:1");
    private static final Manifest.Module BUTTON = module("button").image("acr.example.io/button:1");

    private final Rig rig = new Rig();

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void before_the_hub_was_heard_nothing_is_reported() {
        rig.settle();

        assertThat(rig.link.patches()).isEmpty();
    }

    @Test
    @Warns("WARN event=deployment_refused")
    void an_empty_twin_is_417() {
        rig.link.twin(json("{'$version':1}"));

        rig.untilStatus(417, 1);
        assertThat(rig.description()).contains("no deployment yet");
        assertThat(rig.engine.calls()).isEmpty();
    }

    @Test
    void a_deployment_is_applied_and_reported_with_200() {
        rig.deploy(Manifest.version(5).with(LED));

        rig.untilStatus(200, 5);
        assertThat(rig.engine.calls()).containsExactly("pull acr.example.io/led:1", "create led", "start led");
        assertThat(rig.registry.calls()).containsExactly("create led", "keys led");
        rig.until(() -> rig.moduleReport("led", "runtimeStatus").equals("running"));
        assertThat(rig.engine.bodyOf("led").path("Env").toString()).contains("IOTEDGE_MODULEGENERATIONID=637");
    }

    @Test
    void a_change_of_one_module_touches_only_that_one() {
        rig.deploy(Manifest.version(1).with(LED, BUTTON));
        rig.untilStatus(200, 1);
        rig.engine.forgetCalls();

        rig.deploy(Manifest.version(2).with(LED.image("acr.example.io/led:2"), BUTTON));

        rig.untilStatus(200, 2);
        assertThat(rig.engine.calls())
                .containsExactly("pull acr.example.io/led:2", "stop led", "remove led", "create led", "start led");
    }

    @Test
    void a_removed_module_goes_with_its_container_and_its_identity() {
        rig.deploy(Manifest.version(1).with(LED, BUTTON));
        rig.untilStatus(200, 1);

        rig.deploy(Manifest.version(2).with(LED));

        rig.untilStatus(200, 2);
        rig.until(() -> rig.registry.calls().contains("delete button"));
        rig.until(() -> !rig.link.reported("/modules").has("button"));
        assertThat(rig.engine.stateOf("button")).isEmpty();
        assertThat(rig.engine.stateOf("led")).contains(Container.State.RUNNING);
    }

    @Test
    @Warns("WARN event=deployment_refused")
    void a_bad_manifest_is_refused_and_the_old_one_stays_in_force() {
        rig.deploy(Manifest.version(1).with(LED));
        rig.untilStatus(200, 1);
        ObjectNode bad = Manifest.version(2).with(BUTTON).json();
        bad.withObject("/runtime").put("type", "podman");
        rig.engine.forgetCalls();

        rig.link.twin(bad);

        rig.untilStatus(400, 2);
        assertThat(rig.description()).contains("runtime.type");
        assertThat(rig.engine.calls()).isEmpty();
        rig.engine.exit("led", 1);
        rig.passUntil(() -> rig.engine.calls().contains("start led"));
        assertThat(rig.link.reported("/lastDesiredStatus/code").asInt()).isEqualTo(400);
    }

    @Test
    @Warns("WARN event=module_entry_refused")
    void a_module_whose_entry_is_wrong_stays_as_it_was_and_the_others_follow_the_manifest() {
        rig.deploy(Manifest.version(1).with(LED, BUTTON));
        rig.untilStatus(200, 1);
        rig.engine.forgetCalls();

        rig.link.twin(Manifest.version(2)
                .with(
                        LED.image("docker pull acr/led:2"),
                        BUTTON.status("stopped"),
                        module("fan").image("FAN"))
                .json());

        rig.untilStatus(400, 2);
        rig.until(() -> rig.engine.calls().contains("stop button"));
        assertThat(rig.description())
                .contains(
                        "led: modules.led.settings.image: \"docker pull acr/led:2\"",
                        "fan: modules.fan.settings.image");
        assertThat(rig.engine.calls()).noneMatch(call -> call.contains("led")).noneMatch(call -> call.contains("fan"));
        rig.until(() -> rig.link
                .reported("/modules/led/statusDescription")
                .asText()
                .contains("its entry in the deployment was not applied: modules.led.settings.image"));
        assertThat(rig.link.reported("/modules/fan/runtimeStatus").asText()).isEqualTo("failed");
        assertThat(rig.registry.calls()).doesNotContain("create fan", "delete led");
        // it is looked after as before
        rig.engine.exit("led", 1);
        rig.passUntil(() -> rig.engine.calls().contains("start led"));

        rig.deploy(Manifest.version(3).with(LED.image("acr.example.io/led:2"), BUTTON.status("stopped")));
        rig.untilStatus(200, 3);
        assertThat(rig.engine.calls()).contains("pull acr.example.io/led:2");
    }

    @Test
    @Warns("WARN event=module_entry_refused")
    void a_module_whose_entry_was_never_good_for_this_agent_is_started_again_when_it_crashes() {
        rig.deploy(Manifest.version(1).with(LED, BUTTON));
        rig.untilStatus(200, 1);
        rig.stop();
        rig.store.loseDesired();
        rig.restart();
        rig.link.twin(Manifest.version(2)
                .with(LED.image("docker pull acr/led:2"), BUTTON)
                .json());
        rig.untilStatus(400, 2);
        Optional<String> container = rig.engine.idOfContainer("led");

        rig.engine.exit("led", 1);

        rig.until(() -> rig.moduleReport("led", "statusDescription")
                .startsWith("exited with 1; started again within 10 s; its entry in the deployment was not applied"));
        rig.passUntil(() -> rig.engine.stateOf("led").equals(Optional.of(Container.State.RUNNING)));
        rig.passUntil(() -> rig.moduleReport("led", "statusDescription").startsWith("left as it is: "));
        assertThat(rig.engine.idOfContainer("led")).isEqualTo(container);
    }

    @Test
    @Warns("WARN event=deployment_refused")
    void a_schema_that_is_too_new_is_412() {
        rig.link.twin(Manifest.version(3).json().put("schemaVersion", "1.2"));

        rig.untilStatus(412, 3);
    }

    @Test
    void the_next_patch_is_applied_without_asking_for_the_twin() {
        rig.deploy(Manifest.version(1).with(LED));
        rig.untilStatus(200, 1);

        rig.link.patch("{'modules':{'led':{'status':'stopped'}},'$version':2}");

        rig.untilStatus(200, 2);
        assertThat(rig.engine.stateOf("led")).contains(Container.State.EXITED);
        assertThat(rig.link.requests()).isZero();
        rig.link.patch("{'modules':{'led':{'status':'running'}},'$version':3}");
        rig.untilStatus(200, 3);
        rig.untilRunning("led");
    }

    @Test
    void a_gap_in_the_versions_asks_for_the_twin() {
        rig.deploy(Manifest.version(1).with(LED));
        rig.untilStatus(200, 1);

        rig.link.patch("{'modules':{'led':null},'$version':3}");

        rig.until(() -> rig.link.requests() == 1);
        rig.settle();
        assertThat(rig.engine.stateOf("led")).contains(Container.State.RUNNING);
    }

    @Test
    void tells_its_supervisor_that_it_turns_how_things_stand_and_that_it_stops() {
        rig.deploy(Manifest.version(1).with(LED));
        rig.untilStatus(200, 1);
        rig.supervisor.told.clear();
        rig.pass(Duration.ofSeconds(61));
        assertThat(rig.supervisor.told).hasSize(3).containsOnly("ready; connected to the hub; deployment 1: 200");
        rig.stop();
        assertThat(rig.supervisor.told).last().isEqualTo("stopping");
    }

    @Test
    @Warns("WARN event=engine_away")
    void an_engine_that_goes_away_is_reported_and_nothing_is_recreated_when_it_is_back() {
        rig.deploy(Manifest.version(1).with(LED));
        rig.untilStatus(200, 1);
        Optional<String> container = rig.engine.idOfContainer("led");
        rig.engine.forgetCalls();

        rig.engine.setAway(true);
        rig.passUntil(() -> rig.link.reported("/lastDesiredStatus/code").asInt() == 500);
        assertThat(rig.description()).contains("engine does not answer");
        rig.engine.setAway(false);
        rig.passUntil(() -> rig.link.reported("/lastDesiredStatus/code").asInt() == 200);

        assertThat(rig.engine.calls()).isEmpty();
        assertThat(rig.engine.idOfContainer("led")).isEqualTo(container);
    }

    @Test
    @Warns("WARN event=engine_away")
    void an_engine_that_is_missing_at_first_is_waited_for() {
        rig.engine.setAway(true);
        rig.deploy(Manifest.version(1).with(LED));
        rig.passUntil(() -> rig.link.reported("/lastDesiredStatus/code").asInt() == 500);

        rig.engine.setAway(false);

        rig.passUntil(() -> rig.link.reported("/lastDesiredStatus/code").asInt() == 200);
        rig.untilRunning("led");
    }

    @Test
    @Warns("WARN event=pull_failed_local_image_used")
    void a_pull_that_fails_goes_on_with_the_local_image() {
        rig.engine.load("acr.example.io/led:1");

        rig.link.twin(Manifest.version(1).with(LED).json());

        rig.untilStatus(200, 1);
        rig.untilRunning("led");
    }

    @Test
    @Warns("WARN event=step_failed")
    void a_missing_image_is_500_with_module_and_step_and_the_others_run() {
        rig.engine.push("acr.example.io/button:1");

        rig.link.twin(Manifest.version(1).with(LED, BUTTON).json());

        rig.untilStatus(500, 1);
        rig.untilRunning("button");
        assertThat(rig.description()).startsWith("led: pull: ");
        rig.until(() -> rig.moduleReport("led", "runtimeStatus").equals("backoff"));
        assertThat(rig.moduleReport("led", "statusDescription")).contains("tried again every");

        rig.engine.push("acr.example.io/led:1");
        rig.passUntil(() -> rig.link.reported("/lastDesiredStatus/code").asInt() == 200);
        rig.untilRunning("led");
    }

    @Test
    @Warns("WARN event=step_failed")
    void a_name_that_a_foreign_container_has_is_reported_and_the_foreign_one_left_alone() {
        rig.engine.addForeign("led");

        rig.deploy(Manifest.version(1).with(LED, BUTTON));

        rig.untilStatus(500, 1);
        rig.untilRunning("button");
        assertThat(rig.description()).contains("led: create: the name is taken");
        assertThat(rig.engine.calls()).doesNotContain("stop led", "remove led");
    }

    @Test
    void an_agent_that_starts_again_adopts_what_runs() {
        rig.deploy(Manifest.version(1).with(LED, BUTTON));
        rig.untilStatus(200, 1);
        rig.engine.forgetCalls();

        rig.restart();
        rig.settle();
        rig.link.twin(Manifest.version(1).with(LED, BUTTON).json());

        rig.untilStatus(200, 1);
        rig.settle();
        assertThat(rig.engine.calls()).isEmpty();
    }

    @Test
    void without_a_hub_the_last_deployment_is_followed() {
        rig.deploy(Manifest.version(1).with(LED, BUTTON));
        rig.untilStatus(200, 1);
        rig.stop();
        rig.engine.exit("led", 255);
        rig.engine.remove("button");
        rig.registry.refuse("list", ErrorCode.HUB_UNREACHABLE);

        rig.restart();

        rig.untilRunning("button");
        rig.passUntil(() -> rig.engine.stateOf("led").equals(Optional.of(Container.State.RUNNING)));
        assertThat(rig.link.patches()).isEmpty();
    }

    @Test
    void a_module_that_ended_is_started_again_and_counted() {
        rig.deploy(Manifest.version(1).with(LED.restartPolicy("always")));
        rig.untilStatus(200, 1);

        rig.engine.exit("led", 137);

        rig.until(() -> rig.moduleReport("led", "runtimeStatus").equals("backoff"));
        assertThat(rig.moduleReport("led", "statusDescription")).startsWith("exited with 137: killed");
        assertThat(rig.link.reported("/lastDesiredStatus/code").asInt()).isEqualTo(200);
        rig.pass(Duration.ofSeconds(8));
        assertThat(rig.engine.stateOf("led")).contains(Container.State.EXITED);
        rig.passUntil(() -> rig.moduleReport("led", "runtimeStatus").equals("running"));
        rig.until(() -> rig.moduleReport("led", "restartCount").equals("1"));
    }

    @Test
    void only_what_changed_is_reported() {
        rig.deploy(Manifest.version(1).with(LED.restartPolicy("never"), BUTTON));
        rig.untilStatus(200, 1);
        rig.until(() -> rig.moduleReport("led", "runtimeStatus").equals("running"));
        rig.settle();
        rig.link.forgetPatches();

        rig.engine.exit("led", 3);

        rig.until(() -> rig.moduleReport("led", "runtimeStatus").equals("failed"));
        assertThat(rig.link.patches()).singleElement().satisfies(patch -> {
            assertThat(patch.fieldNames()).toIterable().containsExactly("modules");
            assertThat(patch.path("modules").fieldNames()).toIterable().containsExactly("led");
            assertThat(patch.at("/modules/led").fieldNames())
                    .toIterable()
                    .containsExactlyInAnyOrder("runtimeStatus", "statusDescription", "exitCode", "lastExitTimeUtc");
        });
        rig.pass(Duration.ofSeconds(30));
        assertThat(rig.link.patches()).hasSize(1);
    }

    @Test
    @Warns("WARN event=report_failed")
    void a_report_that_the_hub_did_not_take_is_sent_again_after_a_while() {
        rig.link.refuseReports(2);

        rig.deploy(Manifest.version(1).with(LED));

        rig.untilRunning("led");
        rig.settle();
        assertThat(rig.link.patches()).isEmpty();
        rig.passUntil(() -> rig.link.reported("/lastDesiredStatus/code").asInt() == 200);
    }

    @Test
    @Warns("WARN event=link_lost")
    void while_the_link_is_down_nothing_is_reported_and_afterwards_all_that_changed() {
        rig.deploy(Manifest.version(1).with(LED.restartPolicy("never")));
        rig.untilStatus(200, 1);
        rig.link.lose();
        rig.settle();
        rig.link.forgetPatches();

        rig.engine.exit("led", 1);
        rig.settle();
        assertThat(rig.link.patches()).isEmpty();

        rig.link.twin(Manifest.version(1).with(LED.restartPolicy("never")).json());
        rig.until(() -> rig.moduleReport("led", "runtimeStatus").equals("failed"));
    }

    @Test
    @Warns("WARN event=identities_failed")
    void a_hub_that_gives_no_identity_is_reported_and_asked_again() {
        rig.registry.refuse("create led", ErrorCode.HUB_THROTTLED);

        rig.deploy(Manifest.version(1).with(LED));

        rig.untilStatus(500, 1);
        assertThat(rig.description()).contains("led: no identity", "create led");
        rig.until(() -> rig.moduleReport("led", "statusDescription").contains("no identity"));
        rig.registry.relent();
        rig.passUntil(() -> rig.link.reported("/lastDesiredStatus/code").asInt() == 200);
        rig.untilRunning("led");
    }

    @Test
    @Warns("WARN event=step_failed")
    void a_container_that_cannot_be_removed_is_reported_and_not_tried_in_a_tight_loop() {
        rig.deploy(Manifest.version(1).with(LED, BUTTON));
        rig.untilStatus(200, 1);
        rig.engine.refuse("remove button", ErrorCode.ENGINE_FAILED, "device or resource busy");

        rig.deploy(Manifest.version(2).with(LED));

        rig.untilStatus(500, 2);
        assertThat(rig.description()).contains("button: remove: device or resource busy");
        rig.settle();
        assertThat(rig.engine.calls().stream().filter("remove button"::equals)).hasSizeLessThan(3);
        rig.engine.relent("remove button");
        rig.passUntil(() -> rig.link.reported("/lastDesiredStatus/code").asInt() == 200);
    }

    @Test
    @Warns("ERROR event=not_saved")
    void a_disk_that_is_full_keeps_no_module_from_running() {
        rig.store.fill();

        rig.deploy(Manifest.version(1).with(LED));

        rig.untilStatus(500, 1);
        rig.untilRunning("led");
        assertThat(rig.description()).contains("state could not be written to the disk");

        rig.store.empty();
        rig.passUntil(() -> rig.link.reported("/lastDesiredStatus/code").asInt() == 200);
        assertThat(rig.store.lastGoodDesired()).isPresent();
        assertThat(rig.store.identities()).containsOnlyKeys("led");
        assertThat(rig.store.memories()).containsOnlyKeys("led");
        assertThat(rig.store.pulledImages()).hasSize(1);
    }

    @Test
    @Warns("ERROR event=not_saved")
    void writes_of_others_are_repeated_too_and_the_status_says_that_one_is_missing() {
        rig.deploy(Manifest.version(1).with(LED));
        rig.untilStatus(200, 1);
        rig.agentMemory.setFull(true);

        rig.own.keep(new ModuleIdentity("$edgeAgent", "7"));

        rig.passUntil(() -> rig.description().contains("state could not be written to the disk"));
        rig.agentMemory.setFull(false);
        rig.passUntil(() -> rig.agentMemory.agentIdentity().isPresent());
        rig.untilStatus(200, 1);
    }

    @Test
    void a_manifest_that_is_refused_is_said_once() {
        rig.deploy(Manifest.version(1).with(LED));
        rig.untilStatus(200, 1);
        try (LoggedLines log = LoggedLines.of("io.edgeagent")) {
            rig.link.twin(Manifest.version(2).with(LED).json().put("schemaVersion", "1.4"));
            rig.untilStatus(412, 2);
            rig.pass(Duration.ofMinutes(2));

            assertThat(log.lines()).hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void a_whole_twin_that_was_read_before_the_patch_that_came_first_changes_nothing() {
        rig.deploy(Manifest.version(5).with(LED));
        rig.untilStatus(200, 5);
        rig.link.patch("{'modules':{'led':{'status':'stopped'}},'$version':6}");
        rig.untilStatus(200, 6);

        rig.link.twin(Manifest.version(5).with(LED).json());
        rig.settle();
        rig.pass(Duration.ofSeconds(10));

        assertThat(rig.link.reported("/lastDesiredVersion").asLong()).isEqualTo(6);
        assertThat(rig.engine.stateOf("led")).contains(Container.State.EXITED);
    }

    @Test
    @Warns("WARN event=device_missing")
    void a_device_that_cannot_even_be_looked_for_stops_nothing_but_its_module() {
        Manifest.Module bad = module("bad")
                .image("acr.example.io/led:1")
                .createOptions("{'HostConfig':{'Devices':[{'PathOnHost':'" + FakeInventory.UNLUCKY + "'}]}}");
        rig.deploy(Manifest.version(1).with(bad, BUTTON));

        rig.untilRunning("button");
        rig.untilStatus(500, 1);
        assertThat(rig.description()).startsWith("bad: ");

        rig.deploy(Manifest.version(2).with(BUTTON));
        rig.untilStatus(200, 2);
    }
}
