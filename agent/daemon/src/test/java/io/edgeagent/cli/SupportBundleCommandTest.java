package io.edgeagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.ops.BundleRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupportBundleCommandTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    private Path folder;

    private final List<BundleRequest> requests = new ArrayList<>();
    private boolean diskFull;

    private record Run(int code, String out, String err) {}

    @Test
    void writes_a_file_for_its_owner_alone() throws IOException {
        Path file = folder.resolve("b.zip");

        Run run = run("support-bundle", "-o", file.toString(), "--since", "1h", "-u", "10m", "-e");

        assertThat(run.code).isZero();
        assertThat(run.out).isEqualTo("Wrote " + file + ", 0 kB.\n");
        assertThat(run.err).isEqualTo("  logs/led_log.txt\n");
        assertThat(Files.readString(file)).isEqualTo("zip");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(requests)
                .containsExactly(new BundleRequest(
                        Optional.of(NOW.minusSeconds(3600)),
                        Optional.of(NOW.minusSeconds(600)),
                        true,
                        Optional.empty()));
    }

    @Test
    void writes_nothing_but_the_zip_to_standard_output() {
        Run run = run("support-bundle", "-q", "-o", "-");

        assertThat(run.out).isEqualTo("zip");
        assertThat(run.err).isEmpty();
        assertThat(requests.get(0).since()).contains(NOW.minusSeconds(86_400));
    }

    @Test
    void never_overwrites_and_leaves_no_half_of_a_file() throws IOException {
        Path file = folder.resolve("b.zip");
        diskFull = true;
        assertThat(run("support-bundle", "-o", file.toString()).err).contains("could not be written: No space left");
        assertThat(file).doesNotExist();

        Files.writeString(file, "mine");
        Run run = run("support-bundle", "-o", file.toString());
        assertThat(run.code).isEqualTo(1);
        assertThat(run.err).contains("is there already");
        assertThat(file).hasContent("mine");
    }

    @Test
    void times_that_make_no_sense_are_wrong_usage() {
        assertThat(run("support-bundle", "--since", "yesterdayish").code).isEqualTo(2);
        Run upsideDown = run("support-bundle", "--since", "1h", "--until", "2h");
        assertThat(upsideDown.code).isEqualTo(2);
        assertThat(upsideDown.err).contains("--until is before --since");
        assertThat(requests).isEmpty();
    }

    private Run run(String... arguments) {
        BoardCommands board = new BoardCommands(
                Path.of("/nowhere"),
                () -> {
                    throw new IllegalStateException("the engine is not asked here");
                },
                Clock.fixed(NOW, ZoneOffset.UTC));
        PrintStream oldOut = System.out;
        PrintStream oldErr = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            int code = CommandLineInterface.run(
                    arguments,
                    (config, state, version) -> 0,
                    new SupportBundleCommand(board, (config, state, agent, version, progress) -> (to, request) -> {
                        requests.add(request);
                        if (diskFull) {
                            throw new IOException("No space left on device");
                        }
                        progress.accept("logs/led_log.txt");
                        to.write("zip".getBytes(StandardCharsets.UTF_8));
                    }));
            return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(oldOut);
            System.setErr(oldErr);
        }
    }
}
