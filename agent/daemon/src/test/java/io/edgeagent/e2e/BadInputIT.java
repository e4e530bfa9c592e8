package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.SharedKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bad input ends in a status that says what to do; nothing else stops and the last good state stays. */
class BadInputIT {
    @RegisterExtension
    private static final Lab lab = new Lab();

    @Test
    void a_wrong_key_is_said_with_advice_and_tried_again() throws IOException {
        try (Device device = new Device(lab, "wrong-key")) {
            ConnectionString right = ConnectionString.parseDevice(device.connectionString);
            String wrong = new ConnectionString(
                            right.hostName(),
                            right.deviceId(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(SharedKey.of("not the key".getBytes(StandardCharsets.UTF_8))))
                    .toText();

            AgentProcess agent = device.start(wrong);
            agent.awaitLog("code=HUB_UNAUTHORIZED");

            assertThat(agent.log())
                    .contains("check the device's connection string")
                    .doesNotContain("SharedAccessKey=");
        }
    }

    @Test
    void an_unknown_device_is_said_with_advice() throws IOException {
        try (Device device = new Device(lab, "known")) {
            AgentProcess agent = device.start(device.connectionString.replace("DeviceId=known", "DeviceId=unknown"));

            agent.awaitLog("code=HUB_UNAUTHORIZED");
        }
    }

    @Test
    void a_service_connection_string_ends_the_agent_with_the_reason() throws Exception {
        try (Device device = new Device(lab, "service")) {
            AgentProcess agent = device.start(lab.hub().serviceConnectionString());

            assertThat(agent.awaitExit()).isEqualTo(78);
            assertThat(agent.log()).contains("too powerful");
        }
    }

    @Test
    void an_image_that_does_not_exist_is_named_and_the_others_run() throws IOException {
        try (Device device = new Device(lab, "no-image")) {
            device.start();
            device.apply(Manifest.of(lab)
                    .module("image-lost", lab.registry + "/nothing/here:9")
                    .module("image-found", lab.image("1")));

            assertThat(device.awaitStatus(500))
                    .contains("image-lost: pull:")
                    .contains("check the image's name and tag");
            await().atMost(Duration.ofSeconds(20)).until(() -> lab.runs("image-found"));
            await().untilAsserted(() -> assertThat(device.module("image-lost")
                            .path("statusDescription")
                            .asText())
                    .contains("tried again"));
        }
    }

    @Test
    void a_wrong_registry_password_is_said_without_the_password() throws IOException {
        lab.removeImages();
        try (Device device = new Device(lab, "no-login")) {
            device.start();
            device.apply(new Manifest()
                    .login(lab.registry, lab.registryUser, "wr0ng-passw0rd")
                    .module("locked-out", lab.image("2")));

            String description = device.awaitStatus(500);
            assertThat(description).contains("locked-out").contains("registryCredentials");
            assertThat(device.reported().toString()).doesNotContain("wr0ng-passw0rd");
            assertThat(device.agent().log()).doesNotContain("wr0ng-passw0rd");

            device.apply(Manifest.of(lab).module("locked-out", lab.image("2")));
            device.awaitStatus(200);
        }
    }

    @Test
    void create_options_that_are_no_json_leave_the_last_good_deployment_running() throws IOException {
        try (Device device = new Device(lab, "no-json")) {
            device.start();
            device.apply(Manifest.of(lab).module("json-good", lab.image("1")));
            device.awaitStatus(200);
            String id = lab.container("json-good").orElseThrow().getId();

            device.apply(Manifest.of(lab).module("json-good", lab.image("1"), "{\"HostConfig\": {"));

            assertThat(device.awaitStatus(400))
                    .contains("modules.json-good.settings.createOptions")
                    .contains("not valid JSON");
            assertThat(lab.container("json-good").orElseThrow().getId()).isEqualTo(id);
            assertThat(lab.runs("json-good")).isTrue();
        }
    }

    @Test
    void a_missing_chunk_of_create_options_is_named() throws IOException {
        try (Device device = new Device(lab, "no-chunk")) {
            device.start();
            Manifest manifest = Manifest.of(lab);
            manifest.settings("chunky", lab.image("1"))
                    .put("createOptions", "{")
                    .put("createOptions02", "}");
            device.apply(manifest);

            assertThat(device.awaitStatus(400)).contains("createOptions01 is missing");
        }
    }

    @Test
    void an_unsupported_schema_is_412() throws IOException {
        try (Device device = new Device(lab, "schema")) {
            device.start();
            Manifest manifest = Manifest.of(lab);
            manifest.json()
                    .withObject("/modulesContent/$edgeAgent/properties.desired")
                    .put("schemaVersion", "2.0");
            device.apply(manifest);

            assertThat(device.awaitStatus(412)).contains("2.0").contains("1.1");
        }
    }

    @Test
    void a_device_that_is_not_on_the_host_is_named_and_the_others_run() throws IOException {
        try (Device device = new Device(lab, "no-device")) {
            device.start();
            device.apply(Manifest.of(lab)
                    .module(
                            "needs-bus",
                            lab.image("1"),
                            "{\"Cmd\":[\"sleep\",\"1000\"],\"HostConfig\":{\"Devices\":[{\"PathOnHost\":\"/dev/i2c-99\","
                                    + "\"PathInContainer\":\"/dev/i2c-99\",\"CgroupPermissions\":\"mrw\"}]}}")
                    .module("needs-nothing", lab.image("1")));

            assertThat(device.awaitStatus(500)).contains("needs-bus").contains("/dev/i2c-99 is not there");
            // what is missing is known before anything is pulled
            await("the other module").atMost(Duration.ofSeconds(30)).until(() -> lab.runs("needs-nothing"));
        }
    }

    @Test
    void a_foreign_container_of_the_same_name_is_left_alone() throws IOException {
        try (Device device = new Device(lab, "foreign")) {
            device.start();
            device.apply(Manifest.of(lab).module("pulls-the-image", lab.image("1")));
            device.awaitStatus(200);
            String foreign = lab.docker
                    .createContainerCmd(lab.image("1"))
                    .withName("taken-name")
                    .withCmd("sleep", "1000")
                    .exec()
                    .getId();
            try {
                device.apply(Manifest.of(lab)
                        .module("pulls-the-image", lab.image("1"))
                        .module("taken-name", lab.image("1")));

                assertThat(device.awaitStatus(500)).contains("taken-name").contains("not ours");
                assertThat(lab.container("taken-name").orElseThrow().getId()).isEqualTo(foreign);

                lab.docker.removeContainerCmd(foreign).exec();
                device.awaitStatus(200);
                assertThat(lab.runs("taken-name")).isTrue();
            } finally {
                lab.container("taken-name")
                        .filter(left -> left.getId().equals(foreign))
                        .ifPresent(left -> lab.docker
                                .removeContainerCmd(foreign)
                                .withForce(true)
                                .exec());
            }
        }
    }
}
