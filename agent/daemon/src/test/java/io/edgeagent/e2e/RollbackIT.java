package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.command.InspectContainerResponse;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An update that does not prove itself goes back to the container before it. */
class RollbackIT {
    private static final String UNHEALTHY =
            "\"Healthcheck\":{\"Test\":[\"CMD\",\"false\"],\"Interval\":500000000,\"Retries\":1}";
    private static final String HEALTHY =
            "\"Healthcheck\":{\"Test\":[\"CMD\",\"true\"],\"Interval\":500000000,\"Retries\":1}";

    @RegisterExtension
    private static final Lab lab = new Lab();

    private static String options(String command, String more) {
        return "{\"Cmd\":" + command + ",\"StopSignal\":\"SIGKILL\","
                + "\"Labels\":{\"io.edge-agent.update\":\"rollback\",\"io.edge-agent.settle\":\"3s\"}"
                + (more.isEmpty() ? "" : "," + more) + "}";
    }

    private static String stays(String more) {
        return options("[\"sleep\",\"100000\"]", more);
    }

    private InspectContainerResponse deployed(Device device, String module) throws IOException {
        device.start();
        device.apply(Manifest.of(lab).module(module, lab.image("1"), stays("")));
        device.awaitStatus(200);
        return lab.container(module).orElseThrow();
    }

    @Test
    void goes_back_when_the_new_container_exits() throws IOException {
        try (Device device = new Device(lab, "rb-exit")) {
            String before = deployed(device, "rb-exits").getId();

            device.apply(Manifest.of(lab).module("rb-exits", lab.image("2"), options("[\"false\"]", "")));

            assertThat(device.awaitStatus(500))
                    .contains("rb-exits")
                    .contains("rolled back")
                    .contains("exited with 1");
            await().atMost(Duration.ofSeconds(20)).until(() -> lab.runs("rb-exits"));
            assertThat(lab.container("rb-exits").orElseThrow().getId()).isEqualTo(before);
            assertThat(lab.container("edge-agent.previous.rb-exits")).isEmpty();
        }
    }

    @Test
    void goes_back_when_the_healthcheck_fails_and_does_not_try_it_again() throws Exception {
        try (Device device = new Device(lab, "rb-sick")) {
            String before = deployed(device, "rb-sickens").getId();
            Manifest sick = Manifest.of(lab).module("rb-sickens", lab.image("2"), stays(UNHEALTHY));

            device.apply(sick);
            assertThat(device.awaitStatus(500)).contains("its HEALTHCHECK fails");
            await().atMost(Duration.ofSeconds(20)).until(() -> lab.runs("rb-sickens"));
            assertThat(lab.container("rb-sickens").orElseThrow().getId()).isEqualTo(before);

            device.agent().kill();
            device.start().awaitLog("event=link_up");
            device.apply(sick);
            device.awaitStatus(500);
            assertThat(lab.container("rb-sickens").orElseThrow().getId()).isEqualTo(before);
            assertThat(device.agent().log()).doesNotContain("step=create");

            device.apply(Manifest.of(lab).module("rb-sickens", lab.image("2"), stays(HEALTHY)));
            device.awaitStatus(200);
            assertThat(lab.container("rb-sickens").orElseThrow().getId()).isNotEqualTo(before);
            assertThat(lab.container("edge-agent.previous.rb-sickens")).isEmpty();
        }
    }

    @Test
    void goes_back_when_the_new_container_cannot_be_started() throws IOException {
        try (Device device = new Device(lab, "rb-dev")) {
            String before = deployed(device, "rb-device").getId();

            device.apply(Manifest.of(lab)
                    .module(
                            "rb-device",
                            lab.image("2"),
                            stays("\"HostConfig\":{\"Devices\":[{\"PathOnHost\":\"/dev/i2c-98\","
                                    + "\"PathInContainer\":\"/dev/i2c-98\",\"CgroupPermissions\":\"rw\"}]}")));

            assertThat(device.awaitStatus(500)).contains("/dev/i2c-98 is not there");
            await().atMost(Duration.ofSeconds(20)).until(() -> lab.runs("rb-device"));
            assertThat(lab.container("rb-device").orElseThrow().getId()).isEqualTo(before);
        }
    }

    @Test
    void keeps_the_new_container_once_it_has_run_for_the_settle_time() throws IOException {
        try (Device device = new Device(lab, "rb-good")) {
            String before = deployed(device, "rb-settles").getId();

            device.apply(Manifest.of(lab).module("rb-settles", lab.image("2"), stays("")));
            device.awaitStatus(200);

            assertThat(lab.container("rb-settles").orElseThrow().getId()).isNotEqualTo(before);
            assertThat(lab.container("edge-agent.previous.rb-settles")).isEmpty();
        }
    }

    @Test
    void waits_for_all_pulls_before_it_touches_a_module_if_the_manifest_says_so() throws IOException {
        try (Device device = new Device(lab, "rb-pulls")) {
            device.start();
            device.apply(Manifest.of(lab).module("rb-waits", lab.image("1")));
            device.awaitStatus(200);
            String before = lab.container("rb-waits").orElseThrow().getId();

            Manifest manifest = Manifest.of(lab)
                    .module("rb-waits", lab.image("2"))
                    .module("rb-missing", lab.registry + "/nothing/here:9");
            ObjectNode mode = JsonNodeFactory.instance.objectNode().put("value", "WaitForAllPulls");
            manifest.json()
                    .withObject("/modulesContent/$edgeAgent/properties.desired/systemModules/edgeAgent/env")
                    .set("ModuleUpdateMode", mode);
            device.apply(manifest);

            assertThat(device.awaitStatus(500)).contains("rb-missing: pull");
            assertThat(lab.container("rb-waits").orElseThrow().getId()).isEqualTo(before);
            assertThat(lab.runs("rb-waits")).isTrue();
        }
    }
}
