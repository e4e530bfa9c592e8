package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.Mount;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A module that runs is not changed while it says so, nor out of the maintenance window. */
class UpdateLocksIT {
    private static final String MODULE = "lk-worker";

    @RegisterExtension
    private static final Lab lab = new Lab();

    @Test
    void an_update_waits_for_the_modules_lock_over_a_restart_of_the_agent_and_then_for_the_window() throws Exception {
        try (Device device = new Device(lab, "lk-device")) {
            device.start();
            device.apply(Manifest.of(lab).module(MODULE, lab.image("1")));
            device.awaitStatus(200);
            long first = device.desiredVersion();
            InspectContainerResponse before = lab.container(MODULE).orElseThrow();
            assertThat(lock(before, "PUT")).contains("\"held\":true,\"seconds\":600,");

            device.apply(Manifest.of(lab).module(MODULE, lab.image("2")));
            awaitDescription(device, "running; an update waits: it holds its update lock");
            assertThat(device.reported().path("lastDesiredVersion").asLong()).isEqualTo(first);
            assertThat(device.reported().at("/lastDesiredStatus/description").asText())
                    .isEqualTo("deployment " + device.desiredVersion() + " waits: " + MODULE
                            + ": it holds its update lock");
            // ahead of the update
            await().atMost(Duration.ofSeconds(30)).until(() -> hasImage(lab.image("2")));
            assertThat(CommandRun.of(lab, device.state(), "list").out())
                    .contains("an update waits: it holds its update lock");
            assertThat(lock(before, "GET")).contains("\"updateWaits\":true");

            device.agent().kill();
            device.start()
                    .awaitLog("event=deployment_status version=" + first + " code=200 description=\"deployment "
                            + device.desiredVersion() + " waits: " + MODULE);
            assertThat(lab.container(MODULE).orElseThrow().getId()).isEqualTo(before.getId());

            assertThat(lock(before, "DELETE")).contains("\"held\":false");
            device.awaitStatus(200);
            InspectContainerResponse after = lab.container(MODULE).orElseThrow();
            assertThat(after.getId()).isNotEqualTo(before.getId());

            device.apply(inWindow(dayAfterTomorrow() + " 01:00-02:00", lab.image("1")));
            awaitDescription(
                    device,
                    "running; an update waits: the maintenance window " + dayAfterTomorrow()
                            + " 01:00-02:00, which opens " + dayAfterTomorrow() + " 01:00");
            assertThat(lab.container(MODULE).orElseThrow().getId()).isEqualTo(after.getId());

            device.apply(inWindow("00:00-24:00", lab.image("1")));
            device.awaitStatus(200);
            assertThat(lab.container(MODULE).orElseThrow().getId()).isNotEqualTo(after.getId());
        }
    }

    private static String dayAfterTomorrow() {
        return DateTimeFormatter.ofPattern("EEE", Locale.ROOT)
                .format(LocalDate.now(ZoneId.systemDefault()).plusDays(2));
    }

    private static Manifest inWindow(String window, String image) {
        Manifest manifest = Manifest.of(lab).module(MODULE, image);
        manifest.json()
                .withObject("/modulesContent/$edgeAgent/properties.desired/systemModules/edgeAgent/env")
                .set("UpdateWindow", JsonNodeFactory.instance.objectNode().put("value", window));
        return manifest;
    }

    private static boolean hasImage(String name) {
        try {
            return lab.docker.inspectImageCmd(name).exec().getId() != null;
        } catch (NotFoundException e) {
            return false;
        }
    }

    private static void awaitDescription(Device device, String text) {
        await("the module's description")
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(
                                device.module(MODULE).path("statusDescription").asText())
                        .isEqualTo(text));
    }

    /** From the module's side: busybox has no client for Unix sockets, so through the folder that its container has mounted. */
    private static String lock(InspectContainerResponse container, String method) throws IOException {
        String folder = container.getMounts().stream()
                .filter(mount -> mount.getDestination() != null
                        && mount.getDestination().getPath().equals("/var/run/iotedge"))
                .map(Mount::getSource)
                .findFirst()
                .orElseThrow();
        return EngineText.ask(
                folder + "/workload.sock",
                method + " /modules/" + MODULE + "/update-lock?api-version=2018-06-28 HTTP/1.1\r\nHost: x\r\n\r\n");
    }
}
