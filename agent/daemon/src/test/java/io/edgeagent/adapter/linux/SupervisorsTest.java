package io.edgeagent.adapter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.edgeagent.runtime.Supervisor;
import io.edgeagent.testing.Warns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorsTest {
    @TempDir
    private Path folder;

    @Test
    void tells_systemd_that_it_lives_in_one_line_that_holds_no_other_assignment() throws IOException {
        Path said = folder.resolve("said");
        Path program = folder.resolve("systemd-notify");
        Files.writeString(
                program, "#!/bin/sh\nprintf '[%s]' \"$@\" > " + said + ".new && mv " + said + ".new " + said + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));

        new SystemdNotify(program.toString(), Duration.ofSeconds(1)).alive("fine\nMAINPID=1" + "x".repeat(300));

        await().until(() -> Files.exists(said));
        assertThat(Files.readString(said))
                .startsWith("[READY=1][WATCHDOG=1][STATUS=fine MAINPID=1xxx")
                .hasSizeLessThan(250);
    }

    @Test
    @Warns("ERROR event=notify_failed")
    void goes_on_without_the_program() {
        new SystemdNotify(folder.resolve("not-there").toString(), Duration.ofSeconds(1)).alive("fine");
    }

    @Test
    void is_heard_three_times_in_the_time_of_the_watchdog() {
        assertThat(period("30000000")).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void is_heard_every_minute_where_nobody_watches_or_the_time_is_no_number() {
        assertThat(List.of("", "0", "-5", "soon", "9".repeat(40)))
                .allSatisfy(watchdog -> assertThat(period(watchdog)).isEqualTo(Duration.ofMinutes(1)));
    }

    private static Duration period(String watchdog) {
        return SystemdNotify.of(Map.of("NOTIFY_SOCKET", "/run/systemd/notify", "WATCHDOG_USEC", watchdog))
                .orElseThrow()
                .period();
    }

    @Test
    void nobody_is_told_outside_of_systemd_and_containers() {
        assertThat(SystemdNotify.of(Map.of("NOTIFY_SOCKET", ""))).isEmpty();
        assertThat(HeartbeatFile.of(Map.of("EDGE_AGENT_HEARTBEAT", ""))).isEmpty();
    }

    @Test
    void keeps_its_heartbeat_file_young_and_takes_it_away_at_the_end() throws IOException {
        Path file = folder.resolve("heartbeat");
        Supervisor heartbeat = HeartbeatFile.of(Map.of("EDGE_AGENT_HEARTBEAT", file.toString()))
                .orElseThrow();
        heartbeat.alive("not ready: engine away\nready");
        assertThat(file).hasContent("not ready: engine away ready");
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        heartbeat.alive("fine");
        assertThat(Files.getLastModifiedTime(file).toMillis()).isPositive();
        heartbeat.stopping();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    @Warns("WARN event=heartbeat_failed")
    void goes_on_where_the_heartbeat_cannot_be_written() {
        HeartbeatFile.of(Map.of(
                        "EDGE_AGENT_HEARTBEAT", folder.resolve("no/such/folder").toString()))
                .orElseThrow()
                .alive("fine");
    }
}
