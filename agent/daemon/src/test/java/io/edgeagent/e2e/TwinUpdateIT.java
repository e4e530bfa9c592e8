package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.command.InspectContainerResponse;
import io.edgeagent.simulator.hub.IdentityName;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a twin update does on the board: real hub protocol, real SDK, real engine, real registry. */
class TwinUpdateIT {
    @RegisterExtension
    private static final Lab lab = new Lab();

    @Test
    void reports_417_before_the_first_deployment_and_answers_ping() throws IOException {
        try (Device device = new Device(lab, "fresh")) {
            device.start();

            assertThat(device.awaitStatus(417)).contains("Set modules");
            assertThat(lab.hub()
                            .invokeMethod(
                                    IdentityName.module("fresh", "$edgeAgent"),
                                    "ping",
                                    NullNode.getInstance(),
                                    Duration.ofSeconds(10))
                            .status())
                    .isEqualTo(200);
            assertThat(lab.hub()
                            .invokeMethod(
                                    IdentityName.module("fresh", "$edgeAgent"),
                                    "dance",
                                    NullNode.getInstance(),
                                    Duration.ofSeconds(10))
                            .status())
                    .isEqualTo(400);
        }
    }

    @Test
    void pulls_with_the_login_of_the_manifest_and_runs_its_modules() throws IOException {
        try (Device device = new Device(lab, "walk")) {
            device.start();
            device.apply(Manifest.of(lab).module("walk-one", lab.image("1")).module("walk-two", lab.image("1")));

            assertThat(device.awaitStatus(200)).isEmpty();
            InspectContainerResponse one = lab.container("walk-one").orElseThrow();
            assertThat(one.getState().getRunning()).isTrue();
            assertThat(one.getConfig().getLabels())
                    .containsEntry("net.azure-devices.edge.owner", "Microsoft.Azure.Devices.Edge.Agent")
                    .containsEntry("net.azure-devices.edge.original-image", lab.image("1"));
            assertThat(one.getNetworkSettings().getNetworks()).containsOnlyKeys(lab.network);
            assertThat(List.of(one.getConfig().getEnv()))
                    .contains(
                            "IOTEDGE_DEVICEID=walk",
                            "IOTEDGE_MODULEID=walk-one",
                            "IOTEDGE_IOTHUBHOSTNAME=" + lab.hubAddress);
            assertThat(lab.runs("walk-two")).isTrue();
            assertThat(lab.hub().modules("walk")).contains("walk-one", "walk-two");

            assertThat(device.module("walk-one").path("runtimeStatus").asText()).isEqualTo("running");
            assertThat(device.module("walk-one")
                            .path("settings")
                            .path("imageHash")
                            .asText())
                    .startsWith("sha256:");
            assertThat(device.reported()
                            .path("systemModules")
                            .path("edgeHub")
                            .path("settings")
                            .path("image")
                            .asText())
                    .isEqualTo("mcr.microsoft.com/azureiotedge-hub:1.5");
            assertThat(device.reported().toString()).doesNotContain(lab.registryPassword);
            assertThat(device.agent().log()).doesNotContain(lab.registryPassword);
        }
    }

    @Test
    void recreates_only_the_module_whose_tag_changed() throws IOException {
        try (Device device = new Device(lab, "tag")) {
            device.start();
            device.apply(Manifest.of(lab).module("tag-kept", lab.image("1")).module("tag-changed", lab.image("1")));
            device.awaitStatus(200);
            InspectContainerResponse kept = lab.container("tag-kept").orElseThrow();
            String changed = lab.container("tag-changed").orElseThrow().getId();

            device.apply(Manifest.of(lab).module("tag-kept", lab.image("1")).module("tag-changed", lab.image("2")));
            device.awaitStatus(200);

            assertThat(lab.container("tag-changed").orElseThrow().getId()).isNotEqualTo(changed);
            InspectContainerResponse after = lab.container("tag-kept").orElseThrow();
            assertThat(after.getId()).isEqualTo(kept.getId());
            assertThat(after.getState().getStartedAt())
                    .isEqualTo(kept.getState().getStartedAt());
        }
    }

    @Test
    void a_null_in_a_twin_patch_removes_a_module_with_its_identity() throws IOException {
        try (Device device = new Device(lab, "patch")) {
            device.start();
            device.apply(Manifest.of(lab).module("patch-stays", lab.image("1")).module("patch-goes", lab.image("1")));
            device.awaitStatus(200);
            String stays = lab.container("patch-stays").orElseThrow().getId();

            ObjectNode patch = JsonNodeFactory.instance.objectNode();
            patch.putObject("modules").putNull("patch-goes");
            device.patchDesired(patch);
            device.awaitStatus(200);

            assertThat(lab.container("patch-goes")).isEmpty();
            assertThat(lab.container("patch-stays").orElseThrow().getId()).isEqualTo(stays);
            await().untilAsserted(() -> assertThat(lab.hub().modules("patch")).doesNotContain("patch-goes"));
            await().untilAsserted(() ->
                    assertThat(device.module("patch-goes").isMissingNode()).isTrue());
        }
    }

    @Test
    void adopts_running_modules_after_sigterm_and_after_kill_9() throws Exception {
        try (Device device = new Device(lab, "adopt")) {
            AgentProcess first = device.start();
            device.apply(Manifest.of(lab).module("adopted", lab.image("1")));
            device.awaitStatus(200);
            InspectContainerResponse before = lab.container("adopted").orElseThrow();

            assertThat(first.terminate()).isIn(0, 143);
            assertThat(lab.runs("adopted")).isTrue();
            assertThat(device.reported().path("lastDesiredStatus").path("code").asInt())
                    .isEqualTo(406);
            AgentProcess second = device.start();
            device.awaitStatus(200);
            second.kill();
            AgentProcess third = device.start();
            third.awaitLog("event=link_up");
            device.awaitStatus(200);

            InspectContainerResponse after = lab.container("adopted").orElseThrow();
            assertThat(after.getId()).isEqualTo(before.getId());
            assertThat(after.getState().getStartedAt())
                    .isEqualTo(before.getState().getStartedAt());
            assertThat(third.log()).doesNotContain("event=step_done");
        }
    }

    @Test
    void without_the_hub_the_modules_of_the_last_deployment_run() throws Exception {
        try (Device device = new Device(lab, "offline")) {
            device.start();
            device.apply(Manifest.of(lab).module("offline-one", lab.image("1")));
            device.awaitStatus(200);
            device.agent().kill();
            lab.stopHub();
            lab.docker.removeContainerCmd("offline-one").withForce(true).exec();

            device.start().awaitLog("event=link_lost");

            // the registry is not asked for what cannot be had: the image is on the board
            await().atMost(Duration.ofSeconds(30)).until(() -> lab.runs("offline-one"));
            lab.hub();
            device.awaitStatus(200);
        }
    }

    @Test
    void catches_up_with_what_it_missed_while_the_hub_was_away() throws Exception {
        try (Device device = new Device(lab, "cut")) {
            device.start();
            device.apply(Manifest.of(lab).module("cut-one", lab.image("1")));
            device.awaitStatus(200);

            lab.hub().faults(JsonNodeFactory.instance.objectNode().put("refuseConnections", true));
            lab.hub().disconnect(IdentityName.module("cut", "$edgeAgent"));
            device.agent().awaitLog("event=link_lost");
            device.apply(Manifest.of(lab).module("cut-one", lab.image("1")).module("cut-two", lab.image("1")));
            lab.hub().resetFaults();

            device.awaitStatus(200);
            assertThat(lab.runs("cut-two")).isTrue();
            // and hears again what comes afterwards: the SDK by itself would not
            device.apply(Manifest.of(lab).module("cut-one", lab.image("1")));
            device.awaitStatus(200);
            assertThat(lab.container("cut-two")).isEmpty();
        }
    }

    @Test
    void asks_again_when_an_answer_of_the_twin_is_lost() throws IOException {
        try (Device device = new Device(lab, "lossy")) {
            lab.hub().faults(JsonNodeFactory.instance.objectNode().put("loseTwinResponses", 2));
            device.start();
            device.apply(Manifest.of(lab).module("lossy-one", lab.image("1")));

            device.awaitStatus(200);
            assertThat(lab.runs("lossy-one")).isTrue();
        } finally {
            lab.hub().resetFaults();
        }
    }

    @Test
    void a_throttled_report_is_sent_later() throws IOException {
        try (Device device = new Device(lab, "slow")) {
            device.start();
            device.awaitStatus(417);
            lab.hub().faults(JsonNodeFactory.instance.objectNode().put("throttle", true));
            device.patchDesired(JsonNodeFactory.instance.objectNode().put("schemaVersion", "9.0"));
            device.agent().awaitLog("event=report_failed code=HUB_THROTTLED");
            lab.hub().resetFaults();

            device.awaitStatus(412);
        } finally {
            lab.hub().resetFaults();
        }
    }

    @Test
    void changes_status_without_recreating() throws IOException {
        try (Device device = new Device(lab, "stop")) {
            device.start();
            device.apply(Manifest.of(lab).module("stop-one", lab.image("1")));
            device.awaitStatus(200);
            String id = lab.container("stop-one").orElseThrow().getId();

            ObjectNode patch = JsonNodeFactory.instance.objectNode();
            patch.putObject("modules")
                    .putObject("stop-one")
                    .put("status", "stopped")
                    .put("version", "2.0");
            device.patchDesired(patch);
            device.awaitStatus(200);

            assertThat(lab.runs("stop-one")).isFalse();
            assertThat(lab.container("stop-one").orElseThrow().getId()).isEqualTo(id);
            await().untilAsserted(() -> assertThat(
                            device.module("stop-one").path("version").asText())
                    .isEqualTo("2.0"));
            assertThat(Map.of("stopped", 1, "failed", 1))
                    .containsKey(device.module("stop-one").path("runtimeStatus").asText());
        }
    }
}
