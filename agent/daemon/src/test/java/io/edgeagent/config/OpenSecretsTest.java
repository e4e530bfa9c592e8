package io.edgeagent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenSecretsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {"CONNECTION_STRING=HostName=a", "# x\n  connection_string = \"HostName=a\"", "symmetric_key='x'"
            })
    void a_secret_that_everybody_may_read_is_named_with_its_file_and_never_with_its_value(String text)
            throws IOException {
        Path file = file(text, "rw-r--r--");

        assertThat(OpenSecrets.warnings(file))
                .containsExactly(file + " holds a secret and everybody may read it: sudo chmod o-rwx " + file);
    }

    @Test
    void files_without_a_secret_or_that_few_may_read_are_in_order() throws IOException {
        List<String> warnings = OpenSecrets.warnings(
                file("CONNECTION_STRING=HostName=a", "rw-r-----"),
                file("#CONNECTION_STRING=HostName=a\nCONNECTION_STRING=\nEDGE_AGENT_LOG=debug", "rw-r--r--"),
                folder.resolve("missing"),
                folder);

        assertThat(warnings).isEmpty();
    }

    private Path file(String text, String mode) throws IOException {
        Path file = Files.writeString(Files.createTempFile(folder, "settings", ""), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
