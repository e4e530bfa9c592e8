package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.x509.OpenSsl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Devices that come with a certificate or through the provisioning service, and what the cloud may do to them later. */
class ProvisioningIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    private static final Lab lab = new Lab();

    @AfterEach
    void heal() throws IOException {
        lab.hub().resetFaults();
    }

    @Test
    void a_device_with_a_certificate_works_and_takes_a_renewed_one_without_a_restart() throws IOException {
        OpenSsl openSsl = new OpenSsl(lab.folder);
        List<String> thumbprints = List.of(certificate(openSsl, "cert-1"), certificate(openSsl, "cert-2"));
        lab.hub().identities().createX509Device("cert-board", true, thumbprints);
        try (Device device = new Device(lab, "cert-board", Map.of())) {
            write(device, """
                    [provisioning]
                    source = "manual"
                    iothub_hostname = "%s"
                    device_id = "cert-board"
                    [provisioning.authentication]
                    method = "x509"
                    identity_cert = "file://%s"
                    identity_pk = "file://%s"
                    """.formatted(
                            lab.hubAddress, lab.folder.resolve("cert-1.pem"), lab.folder.resolve("cert-1.key")));
            device.start();
            device.apply(Manifest.of(lab).module("cert-m", lab.image("1")));
            assertThat(device.awaitStatus(200)).isEmpty();

            Files.move(
                    lab.folder.resolve("cert-2.key"),
                    lab.folder.resolve("cert-1.key"),
                    StandardCopyOption.REPLACE_EXISTING);
            Files.move(
                    lab.folder.resolve("cert-2.pem"),
                    lab.folder.resolve("cert-1.pem"),
                    StandardCopyOption.REPLACE_EXISTING);
            device.apply(Manifest.of(lab).module("cert-m", lab.image("1")).module("cert-n", lab.image("1")));

            assertThat(device.awaitStatus(200)).isEmpty();
            assertThat(device.agent().log().split("event=device_certificate_read", -1))
                    .hasSize(3);
            assertThat(lab.hub().modules("cert-board")).contains("cert-m", "cert-n");
        }
    }

    @Test
    void a_device_registers_when_it_is_let_in_and_boots_without_a_network_after_that()
            throws IOException, InterruptedException {
        enroll(
                "dps-board",
                JsonNodeFactory.instance.objectNode().put("iotEdge", true).put("enabled", false));
        try (Device device = new Device(lab, "dps-board", dps("dps-board"))) {
            device.start().awaitLog("event=provisioning_failed code=PROVISIONING_REFUSED");
            assertThat(device.agent().log()).contains("disabled").contains("continues by itself");

            enroll("dps-board", JsonNodeFactory.instance.objectNode().put("iotEdge", true));
            device.agent().close();
            device.start().awaitLog("event=provisioned device=dps-board");
            device.apply(Manifest.of(lab).module("dps-m", lab.image("1")));
            assertThat(device.awaitStatus(200)).isEmpty();

            device.agent().terminate();
            assertThat(everythingIn(device.state())).doesNotContain("cXk5Nk1oTjRaS3dYb1Yzd", "qy96MhN4ZKwXoV3t");
            lab.docker.killContainerCmd("dps-m").exec();
            lab.stopHub();
            device.start().awaitLog("event=ready");
            await("the module").atMost(PATIENCE).until(() -> lab.runs("dps-m"));
            assertThat(device.agent().log()).doesNotContain("event=provisioned ");
            lab.hub();
            device.agent().awaitLog("event=link_up");
        }
    }

    @Test
    void a_device_that_was_deleted_registers_again_and_its_modules_get_new_identities() throws IOException {
        enroll("lost-board", JsonNodeFactory.instance.objectNode().put("iotEdge", true));
        try (Device device = new Device(lab, "lost-board", dps("lost-board"))) {
            device.start().awaitLog("event=link_up");
            Manifest manifest = Manifest.of(lab).module("lost-m", lab.image("1"));
            device.apply(manifest);
            assertThat(device.awaitStatus(200)).isEmpty();
            String container = lab.container("lost-m").orElseThrow().getId();
            String generation = generation("lost-board", "lost-m");

            lab.hub().identities().delete(IdentityName.device("lost-board"));

            device.agent().awaitLog("event=provisioned_again");
            device.agent().awaitLog("event=device_made_again");
            device.apply(manifest);
            assertThat(device.awaitStatus(200)).isEmpty();
            await("the module's new identity")
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(
                            () -> assertThat(generation("lost-board", "lost-m")).isNotEqualTo(generation));
            assertThat(lab.container("lost-m").orElseThrow().getId()).isEqualTo(container);
        }
    }

    @Test
    void a_device_that_is_given_another_name_goes_on_under_it_and_leaves_nothing_behind() throws IOException {
        enroll(
                "moved",
                JsonNodeFactory.instance.objectNode().put("iotEdge", true).put("deviceId", "moved-1"));
        try (Device device = new Device(lab, "moved-1", dps("moved"));
                Device later = new Device(lab, "moved-2", Map.of())) {
            device.start().awaitLog("event=link_up");
            device.apply(Manifest.of(lab).module("moved-m", lab.image("1")));
            assertThat(device.awaitStatus(200)).isEmpty();

            enroll(
                    "moved",
                    JsonNodeFactory.instance.objectNode().put("iotEdge", true).put("deviceId", "moved-2"));
            lab.hub().identities().delete(IdentityName.device("moved-1"));
            device.agent().awaitLog("event=device_moved");
            device.agent().awaitLog("event=container_of_former_device_removed name=moved-m");
            later.apply(Manifest.of(lab).module("moved-m", lab.image("2")));

            assertThat(later.awaitStatus(200)).isEmpty();
            assertThat(lab.container("moved-m").orElseThrow().getConfig().getLabels())
                    .containsEntry("io.edge-agent.device", lab.hubAddress + "/moved-2");
        }
    }

    @Test
    void a_device_that_is_disabled_goes_on_working_and_comes_back_when_it_is_enabled() throws IOException {
        try (Device device = new Device(lab, "shut")) {
            device.start();
            device.apply(Manifest.of(lab).module("shut-m", lab.image("1")));
            assertThat(device.awaitStatus(200)).isEmpty();

            lab.hub().identities().enable(IdentityName.device("shut"), false);
            device.agent().awaitLog("is enabled in the hub");
            assertThat(lab.runs("shut-m")).isTrue();
            lab.hub().identities().enable(IdentityName.device("shut"), true);

            await("the link")
                    .atMost(PATIENCE)
                    .until(() -> lab.hub().isConnected(IdentityName.module("shut", "$edgeAgent")));
            assertThat(lab.runs("shut-m")).isTrue();
        }
    }

    @Test
    void identities_that_were_deleted_or_changed_in_the_hub_are_put_right() throws IOException {
        try (Device device = new Device(lab, "changed")) {
            device.start();
            device.apply(Manifest.of(lab).module("changed-a", lab.image("1")).module("changed-b", lab.image("1")));
            assertThat(device.awaitStatus(200)).isEmpty();
            String key = key("changed", "changed-b");

            lab.hub().identities().delete(IdentityName.module("changed", "changed-a"));
            ObjectNode other = JsonNodeFactory.instance.objectNode();
            other.putObject("authentication")
                    .put("type", "sas")
                    .putObject("symmetricKey")
                    .put("primaryKey", "b3RoZXI=")
                    .put("secondaryKey", "b3RoZXI=");
            lab.hub().identities().update(IdentityName.module("changed", "changed-b"), other);
            lab.hub().identities().update(IdentityName.module("changed", "$edgeAgent"), other);

            device.agent().awaitLog("event=agent_key_set_again");
            device.agent().awaitLog("event=module_identity_made_again module=changed-a");
            device.agent().awaitLog("event=module_key_set_again module=changed-b");
            assertThat(key("changed", "changed-b")).isEqualTo(key);
        }
    }

    @Test
    void a_hub_whose_registry_is_throttled_does_not_keep_a_known_device_or_its_modules_waiting()
            throws IOException, InterruptedException {
        try (Device device = new Device(lab, "busy")) {
            device.start();
            device.apply(Manifest.of(lab).module("busy-m", lab.image("1")));
            assertThat(device.awaitStatus(200)).isEmpty();
            device.agent().terminate();
            lab.docker.killContainerCmd("busy-m").exec();

            lab.hub().faults(JsonNodeFactory.instance.objectNode().put("throttle", true));
            device.start();

            await("the module").atMost(PATIENCE).until(() -> lab.runs("busy-m"));
            // signed in without the registry, and only then held up
            device.agent().awaitLog("reason=\"read the twin: the hub asked for fewer calls\"");

            lab.hub().faults(JsonNodeFactory.instance.objectNode().put("throttle", false));
            device.agent().awaitLog("event=link_up");
        }
    }

    private static String certificate(OpenSsl openSsl, String name) {
        openSsl.run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3 -subj /CN=cert-board -keyout "
                + name + ".key -out " + name + ".pem");
        String printed = openSsl.run("x509 -noout -fingerprint -sha256 -in " + name + ".pem");
        return printed.substring(printed.indexOf('=') + 1)
                .strip()
                .replace(":", "")
                .toUpperCase(Locale.ROOT);
    }

    private static Map<String, String> dps(String registrationId) throws IOException {
        return Map.of(
                "EDGE_AGENT_DPS_ENDPOINT",
                "https://" + lab.hubAddress,
                "EDGE_AGENT_DPS_ID_SCOPE",
                lab.hub().dps().idScope(),
                "EDGE_AGENT_DPS_REGISTRATION_ID",
                registrationId,
                "EDGE_AGENT_DPS_SYMMETRIC_KEY",
                "cXk5Nk1oTjRaS3dYb1YzdA==");
    }

    private static String everythingIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
            return all.toString();
        }
    }

    private static void enroll(String id, ObjectNode enrollment) throws IOException {
        enrollment
                .putObject("attestation")
                .put("type", "symmetricKey")
                .put("primaryKey", "cXk5Nk1oTjRaS3dYb1YzdA==")
                .put("secondaryKey", "c2Vjb25k");
        lab.hub().dps().enroll(id, enrollment);
    }

    private static void write(Device device, String toml) throws IOException {
        Path folder = Files.createDirectories(device.state());
        Files.writeString(folder.resolve("config.toml"), toml);
    }

    private static String generation(String device, String module) throws IOException {
        return lab.hub()
                .identity(IdentityName.module(device, module))
                .path("generationId")
                .asText();
    }

    private static String key(String device, String module) throws IOException {
        return lab.hub()
                .identity(IdentityName.module(device, module))
                .at("/authentication/symmetricKey/primaryKey")
                .asText();
    }
}
