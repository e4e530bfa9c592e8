package io.edgeagent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
    private static final String DEVICE = "HostName=hub.example.net;DeviceId=board;SharedAccessKey=ZGV2aWNl";

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void there_is_no_file_yet() {
        file = folder.resolve("config.toml");
    }

    @Test
    void a_new_file_is_for_its_owner_alone() throws IOException {
        assertThat(new ConfigFile(file).setConnectionString(DEVICE)).isEmpty();

        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(deviceIn(file)).isEqualTo("board");
    }

    @Test
    void a_new_file_in_a_folder_of_the_services_group_can_be_read_by_the_service() throws IOException {
        GroupPrincipal group =
                folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName("nogroup");
        PosixFileAttributeView view = Files.getFileAttributeView(folder, PosixFileAttributeView.class);
        assumeThatCode(() -> view.setGroup(group)).as("only root gives groups").doesNotThrowAnyException();

        assertThat(new ConfigFile(file).setConnectionString(DEVICE)).isEmpty();

        assertThat(mode(file)).isEqualTo("rw-r-----");
        assertThat(Files.getAttribute(file, "posix:group")).isEqualTo(group);
    }

    @Test
    void keeps_mode_and_comments_and_all_other_settings() throws IOException {
        Files.writeString(file, """
                # mine
                allow_elevated_docker_permissions = false

                [provisioning]
                source = "dps"
                [provisioning.attestation]
                method = "tpm"

                # the engine
                [moby_runtime]
                network = "lan" # ours
                """);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        Optional<Path> kept = new ConfigFile(file).setConnectionString(DEVICE);

        assertThat(Files.readString(file))
                .startsWith("# mine\nallow_elevated_docker_permissions = false\n")
                .contains("[moby_runtime]\nnetwork = \"lan\" # ours\n")
                .doesNotContain("dps", "tpm");
        assertThat(deviceIn(file)).isEqualTo("board");
        assertThat(mode(file)).isEqualTo("rw-r-----");
        assertThat(Files.readString(kept.orElseThrow())).contains("tpm");
        assertThat(mode(kept.get())).isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "provisioning = { source = 'manual' }\n",
                "provisioning.source = 'manual'\n",
                "a = \"\"\"\n[provisioning]\n\"\"\"\n"
            })
    void does_not_touch_what_it_cannot_change_safely(String text) throws IOException {
        Files.writeString(file, text);

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> new ConfigFile(file).setConnectionString(DEVICE))
                .withMessageContaining("with an editor");
        assertThat(Files.readString(file)).isEqualTo(text);
    }

    @Test
    void a_folder_that_is_not_there_is_named() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> new ConfigFile(folder.resolve("no/config.toml")).setConnectionString(DEVICE))
                .withMessageContaining("cannot write " + folder.resolve("no/config.toml"));
    }

    private static String deviceIn(Path file) {
        return ((DeviceConfig.Manual)
                        AgentConfig.load(file, Optional.empty(), Map.of()).device())
                .deviceId();
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
