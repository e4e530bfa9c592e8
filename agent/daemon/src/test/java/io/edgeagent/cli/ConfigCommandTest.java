package io.edgeagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
    private static final String DEVICE = "HostName=hub.example.net;DeviceId=board;SharedAccessKey=ZGV2aWNl";

    @TempDir
    private Path folder;

    private Path file;
    private String input = "";
    private Optional<Boolean> systemd = Optional.of(true);
    private int restarts;

    private record Run(int code, String out, String err) {}

    @BeforeEach
    void name_the_file() {
        file = folder.resolve("config.toml");
    }

    @Test
    void writes_the_connection_string_from_standard_input_and_says_what_comes_next() throws IOException {
        input = DEVICE + "\n";

        Run run = run("mp", "-o", file.toString());

        assertThat(run).isEqualTo(new Run(0, run.out(), ""));
        assertThat(run.out())
                .contains("device board on hub.example.net", "edge-agent config apply")
                .doesNotContain("ZGV2");
        assertThat(Files.readString(file)).contains(DEVICE);
    }

    @Test
    void warns_who_puts_the_key_on_the_command_line() {
        Run run = run("mp", "-o", file.toString(), "-c", DEVICE);

        assertThat(run.code()).isZero();
        assertThat(run.err()).contains("warning").doesNotContain("ZGV2");
    }

    @Test
    void import_takes_iot_edges_settings_over_once_and_says_what_comes_next() throws IOException {
        Path theirs = folder.resolve("aziot.toml");
        Files.writeString(
                theirs,
                "[provisioning]\nconnection_string = \"" + DEVICE + "\"\n[watchdog]\nmax_retries = \"infinite\"\n");

        Run check = run("import", "--check", "--from", theirs.toString(), "-o", file.toString());
        assertThat(check.code()).isZero();
        assertThat(check.err()).contains("warning: watchdog has no effect");
        assertThat(file).doesNotExist();

        Run first = run("import", "--from", theirs.toString(), "-o", file.toString());
        assertThat(first.code()).isZero();
        assertThat(first.out())
                .contains("Took " + theirs, "edge-agent config apply")
                .doesNotContain("ZGV2");
        assertThat(Files.readString(file)).contains(DEVICE);

        Run second = run("import", "--from", theirs.toString(), "-o", file.toString());
        assertThat(second.code()).isEqualTo(1);
        assertThat(second.err()).contains("--force");
    }

    @Test
    void import_writes_nothing_that_the_agent_cannot_use() throws IOException {
        Path theirs = folder.resolve("aziot.toml");
        Files.writeString(theirs, """
                [provisioning]
                source = "dps"
                id_scope = "0ne1"
                attestation = { method = "tpm", registration_id = "x" }
                """);

        Run run = run("import", "--from", theirs.toString(), "-o", file.toString());

        assertThat(run.code()).isEqualTo(78);
        assertThat(run.err()).contains("\"tpm\"", "Nothing was written.");
        assertThat(file).doesNotExist();
    }

    @Test
    void replaces_a_device_only_when_forced() throws IOException {
        run("mp", "-o", file.toString(), "-c", DEVICE);
        Path other = Files.writeString(folder.resolve("key.txt"), DEVICE.replace("board", "other"));

        Run refused = run("mp", "-o", file.toString(), "--connection-string-file", other.toString());
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("--force");
        assertThat(Files.readString(file)).contains("board");

        Run forced = run("mp", "-o", file.toString(), "--connection-string-file", other.toString(), "--force");
        assertThat(forced.code()).isZero();
        assertThat(Files.readString(file)).contains("other").doesNotContain("board");
        assertThat(folder.resolve("config.toml.bak")).content().contains("board");
    }

    @Test
    void a_bad_connection_string_leaves_the_file_as_it_was() {
        input = "HostName=hub.example.net;SharedAccessKeyName=iothubowner;SharedAccessKey=c2VydmljZQ==";

        Run run = run("mp", "-o", file.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("iothubowner").doesNotContain("c2Vydmlj");
        assertThat(file).doesNotExist();
    }

    @Test
    void applies_good_settings_by_a_restart() {
        run("mp", "-o", file.toString(), "-c", DEVICE);

        Run run = run("apply", "-c", file.toString(), "--to", file.toString());

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("in order", "Restarted");
        assertThat(restarts).isEqualTo(1);
    }

    @Test
    void puts_another_file_in_place_and_restarts_nothing_where_that_is_not_wanted() {
        Path other = folder.resolve("new.toml");
        run("mp", "-o", other.toString(), "-c", DEVICE);

        Run run = run("apply", "-c", other.toString(), "--to", file.toString(), "--no-restart");

        assertThat(run.code()).isZero();
        assertThat(file).content().contains(DEVICE);
        assertThat(restarts).isZero();
    }

    @Test
    void bad_settings_are_named_and_not_applied() throws IOException {
        Files.writeString(file, "[update]\nstrategy = 'x'\n[logs]\nmax_size = 'y'\n");

        Run run = run(
                "apply",
                "-c",
                file.toString(),
                "--to",
                folder.resolve("live.toml").toString());

        assertThat(run.code()).isEqualTo(78);
        assertThat(run.err()).contains("update.strategy", "logs.max_size", "there is no connection string", "3 errors");
        assertThat(folder.resolve("live.toml")).doesNotExist();
        assertThat(restarts).isZero();
        assertThat(run("apply", "-c", file.toString(), "-o", "json").out()).contains("\"errors\"");
    }

    @Test
    void a_restart_that_fails_is_told() {
        run("mp", "-o", file.toString(), "-c", DEVICE);
        systemd = Optional.of(false);

        Run run = run("apply", "-c", file.toString(), "--to", file.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("sudo systemctl restart edge-agent");
    }

    private Optional<Boolean> restart() {
        restarts++;
        return systemd;
    }

    private Run run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        InputStream in = System.in;
        ByteArrayOutputStream newOut = new ByteArrayOutputStream();
        ByteArrayOutputStream newErr = new ByteArrayOutputStream();
        try {
            System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
            System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
            String[] line = new String[arguments.length + 1];
            line[0] = "config";
            System.arraycopy(arguments, 0, line, 1, arguments.length);
            int code = CommandLineInterface.run(
                    line, (config, state, version) -> 1, new ConfigCommand(verb -> restart(), Map.of()));
            return new Run(code, newOut.toString(StandardCharsets.UTF_8), newErr.toString(StandardCharsets.UTF_8));
        } finally {
            System.setIn(in);
            System.setOut(out);
            System.setErr(err);
        }
    }
}
