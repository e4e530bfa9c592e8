package io.edgeagent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.x509.OpenSsl;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole files as IoT Edge 1.4 to 1.6 has them: they work after a copy, and after an import. */
class IotEdgeFilesTest {
    @TempDir
    static Path iotEdge;

    @TempDir
    Path ours;

    @BeforeAll
    static void there_is_an_iot_edge() throws IOException {
        OpenSsl openSsl = new OpenSsl(iotEdge);
        openSsl.run("req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=root -keyout root.key -out root.pem");
        openSsl.run(
                "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=porch -keyout identity.key -out identity.pem");
        openSsl.run("req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=ca -addext keyUsage=keyCertSign"
                + " -keyout edge-ca.key -out edge-ca.pem");
        Files.writeString(iotEdge.resolve("device-id.key"), "device");
        Files.writeString(iotEdge.resolve("payload.json"), "{\"site\":5}");
    }

    @ParameterizedTest
    @CsvSource({
        "manual-connection-string-1.4, 6",
        "manual-sas-1.5, 1",
        "manual-x509-1.6, 1",
        "dps-symmetric-key-1.5, 2",
        "dps-x509-1.4, 0"
    })
    void works_after_a_copy_and_names_what_has_no_effect(String name, int withoutEffect) throws IOException {
        Path copy = file(name);

        Findings findings = AgentConfig.check(copy, Map.of());

        assertThat(findings.errors()).isEmpty();
        assertThat(findings.warnings())
                .filteredOn(warning -> warning.contains("has no effect"))
                .as(findings.warnings().toString())
                .hasSizeGreaterThanOrEqualTo(withoutEffect);
        assertThat(findings.warnings()).noneMatch(warning -> warning.contains("check its spelling"));
        assertThat(load(copy).device().proof()).isNotNull();
    }

    @Test
    void what_is_not_supported_is_named_at_once_with_what_to_use() throws IOException {
        Findings findings = AgentConfig.check(file("refused-dps-tpm-est-1.5"), Map.of());

        assertThat(findings.errors())
                .anyMatch(error -> error.contains("\"tpm\"") && error.contains("symmetric_key"))
                .noneMatch(error -> error.contains("parent_hostname"))
                .anyMatch(error -> error.startsWith("aziot_keys:"))
                .anyMatch(error -> error.startsWith("preloaded_keys:"))
                .anyMatch(error -> error.startsWith("manifest_trust_bundle_cert:"))
                .anyMatch(error -> error.contains("edge_ca.method is \"est\""))
                .noneMatch(error -> error.contains("1234"));
        assertThat(findings.warnings())
                .anyMatch(warning -> warning.startsWith("cert_issuance"))
                .anyMatch(warning -> warning.startsWith("tpm"));
    }

    @ParameterizedTest
    @CsvSource({
        "manual-connection-string-1.4, 0",
        "manual-sas-1.5, 1",
        "manual-x509-1.6, 5",
        "dps-symmetric-key-1.5, 1",
        "dps-x509-1.4, 5"
    })
    void an_import_takes_the_files_along(String name, int files) throws IOException {
        Path source = file(name);
        Path target = ours.resolve("config.toml");

        IotEdgeImport.Result done = new IotEdgeImport(source, target).run();

        assertThat(done.files()).hasSize(files);
        done.files().forEach((from, to) -> {
            assertThat(to).hasSameBinaryContentAs(from).hasParent(ours.resolve("secrets"));
            assertThat(mode(to)).isEqualTo("rw-r-----");
        });
        assertThat(Files.readString(target)).doesNotContain(iotEdge.toString() + "/");
        assertThat(AgentConfig.check(target, Map.of()).errors()).isEmpty();
        DeviceConfig before = load(source).device();
        DeviceConfig after = load(target).device();
        if (before.proof() instanceof DeviceConfig.CertificateFiles) {
            assertThat(after.proof())
                    .isEqualTo(new DeviceConfig.CertificateFiles(
                            ours.resolve("secrets/identity.pem"), ours.resolve("secrets/identity.key")));
        } else {
            assertThat(after).isEqualTo(before);
        }
        assertThat(mode(target)).isEqualTo("rw-------");
    }

    @Test
    void two_files_of_one_name_stay_two() throws IOException {
        Path other = Files.createDirectories(iotEdge.resolve("other"));
        Files.copy(iotEdge.resolve("root.pem"), other.resolve("identity.pem"));
        Path source = ours.resolve("source.toml");
        Files.writeString(
                source,
                text("manual-x509-1.6")
                        .replace(
                                iotEdge + "/root.pem",
                                other.resolve("identity.pem").toString()));

        IotEdgeImport.Result done = new IotEdgeImport(source, ours.resolve("config.toml")).run();

        assertThat(done.files().values()).doesNotHaveDuplicates().hasSize(5);
        assertThat(AgentConfig.check(ours.resolve("config.toml"), Map.of()).errors())
                .isEmpty();
    }

    @Test
    void settings_that_are_replaced_are_kept_beside() throws IOException {
        Path target = ours.resolve("config.toml");
        String before = "[provisioning]\nconnection_string = 'HostName=h;DeviceId=d;SharedAccessKey=ZGV2aWNl'\n";
        Files.writeString(target, before);
        IotEdgeImport settings = new IotEdgeImport(file("manual-sas-1.5"), target);

        assertThat(settings.wouldReplace()).isTrue();
        assertThat(settings.run().former()).contains(ours.resolve("config.toml.bak"));
        assertThat(Files.readString(ours.resolve("config.toml.bak"))).isEqualTo(before);
    }

    @Test
    void a_file_that_is_not_there_changes_nothing() throws IOException {
        Path source = ours.resolve("source.toml");
        Files.writeString(source, text("manual-sas-1.5").replace("device-id.key", "gone.key"));

        assertThat(new IotEdgeImport(source, ours.resolve("config.toml"))
                        .check()
                        .errors())
                .singleElement()
                .asString()
                .contains("gone.key, which is not there");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> new IotEdgeImport(source, ours.resolve("config.toml")).run())
                .withMessageContaining("the settings stay as they were");
        assertThat(ours.resolve("config.toml")).doesNotExist();
    }

    @Test
    void where_there_is_no_iot_edge_that_is_said() {
        assertThat(new IotEdgeImport(ours.resolve("none.toml"), ours.resolve("config.toml"))
                        .check()
                        .errors())
                .singleElement()
                .asString()
                .contains("is IoT Edge configured here?");
    }

    private Path file(String name) throws IOException {
        return Files.writeString(ours.resolve(name + ".toml"), text(name));
    }

    private static String text(String name) throws IOException {
        try (InputStream in = IotEdgeFilesTest.class.getResourceAsStream("/iot-edge/" + name + ".toml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("DIR", iotEdge.toString());
        }
    }

    private static AgentConfig load(Path file) {
        return AgentConfig.load(file, Optional.empty(), Map.of());
    }

    private static String mode(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
