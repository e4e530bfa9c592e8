package io.edgeagent.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemdServiceTest {
    @TempDir
    private Path folder;

    @Test
    void without_systemd_nothing_is_restarted() {
        assertThat(new SystemdService(folder.resolve("none"), "/bin/false").restart())
                .isEmpty();
    }

    @Test
    void restarts_the_unit() throws IOException {
        Path asked = folder.resolve("asked");
        Path program = folder.resolve("systemctl");
        Files.writeString(program, "#!/bin/sh\necho \"$@\" >" + asked + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));

        assertThat(new SystemdService(folder, program.toString()).restart()).contains(true);
        assertThat(asked).hasContent("restart edge-agent.service");
    }

    @Test
    void says_when_systemctl_failed_or_is_missing() {
        assertThat(new SystemdService(folder, "/bin/false").restart()).contains(false);
        assertThat(new SystemdService(folder, folder.resolve("none").toString()).restart())
                .contains(false);
    }
}
