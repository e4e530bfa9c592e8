package io.edgeagent.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemdServiceTest {
    @TempDir
    private Path folder;

    private Path asked() {
        return folder.resolve("asked");
    }

    /** A program that keeps how it was called. */
    private String program(String name, String then) throws IOException {
        Path program = folder.resolve(name);
        Files.writeString(program, "#!/bin/sh\nprintf '%s ' \"$@\" >" + asked() + "\n" + then + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return program.toString();
    }

    @Test
    void without_systemd_nothing_is_done() {
        SystemdService service = new SystemdService(folder.resolve("none"), "/bin/false", "/bin/false");

        assertThat(service.order("restart")).isEmpty();
        assertThat(service.state()).isEmpty();
        assertThat(service.journal(List.of())).isEmpty();
    }

    @Test
    void orders_are_for_the_unit() throws IOException {
        SystemdService service = new SystemdService(folder, program("systemctl", ""), "/bin/false");

        assertThat(service.order("restart")).contains(true);
        assertThat(asked()).hasContent("restart edge-agent.service ");
        assertThat(service.order("stop")).contains(true);
        assertThat(asked()).hasContent("stop edge-agent.service ");
    }

    @Test
    void says_in_which_state_the_unit_is() throws IOException {
        assertThat(new SystemdService(folder, program("systemctl", "echo failed; exit 3"), "/bin/false").state())
                .contains("failed");
    }

    @Test
    void the_journal_gets_all_options_and_its_exit_code_comes_back() throws IOException {
        SystemdService service = new SystemdService(folder, "/bin/false", program("journalctl", "exit 7"));

        assertThat(service.journal(List.of("-n", "5", "--since", "1 hour ago"))).contains(7);
        assertThat(asked()).hasContent("-u edge-agent.service -n 5 --since 1 hour ago ");
    }

    @Test
    void says_when_systemctl_failed_or_is_missing() {
        String none = folder.resolve("none").toString();

        assertThat(new SystemdService(folder, "/bin/false", none).order("restart"))
                .contains(false);
        assertThat(new SystemdService(folder, none, none).order("restart")).contains(false);
        assertThat(new SystemdService(folder, none, none).state()).isEmpty();
        assertThat(new SystemdService(folder, none, none).journal(List.of())).isEmpty();
    }
}
