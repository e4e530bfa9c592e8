package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CommandLineTest {
    @TempDir
    private Path state;

    @Test
    void a_session_from_the_first_device_to_its_twin() throws Exception {
        try (SimulatorProcess.Running hub = SimulatorProcess.start(state)) {
            assertThat(hub.readyLine()).startsWith("READY host=127.0.0.1 ca=" + state.resolve("ca.pem"));
            assertThat(run("device", "create", "porch", "--edge").out())
                    .startsWith("HostName=127.0.0.1;DeviceId=porch;SharedAccessKey=");
            assertThat(run("device", "create", "porch"))
                    .isEqualTo(new SimulatorProcess.Result(1, "", "error: 409 Device porch is already registered.\n"));
            Path manifest = Files.writeString(
                    state.resolve("m.json"),
                    "{\"modulesContent\":{\"led\":{\"properties.desired\":{\"color\":\"red\"}}}}");
            assertThat(run("apply", "porch", manifest.toString()).exitCode()).isZero();
            assertThat(run("twin-update", "porch", "led", "{\"speed\":2}").out())
                    .contains("\"speed\" : 2");
            assertThat(run("twin", "porch", "led").out()).contains("\"color\" : \"red\"", "\"speed\" : 2");
            assertThat(run("device", "list").out()).isEqualTo("""
                    ID                KIND    STATUS   CONNECTION
                    porch             edge    enabled  Disconnected
                    porch/$edgeAgent  module  enabled  Disconnected
                    porch/$edgeHub    module  enabled  Disconnected
                    porch/led         module  enabled  Disconnected
                    """);
            assertThat(run("method", "porch", "led", "blink", "--timeout", "5").err())
                    .isEqualTo("error: 404 Timed out waiting for device to connect.\n");
            assertThat(run("connection-string", "porch", "led").err()).contains("no keys yet");
            assertThat(run("events")).isEqualTo(new SimulatorProcess.Result(0, "", ""));
            assertThat(run("messages", "--device", "porch", "--module", "led", "--output", "json"))
                    .isEqualTo(new SimulatorProcess.Result(0, "", ""));
        }
    }

    @Test
    void an_operator_disables_rekeys_and_deletes() throws Exception {
        TestCertificate own = TestCertificate.selfSigned("cellar");
        Path certificate = Files.writeString(state.resolve("cellar.pem"), own.pem());
        try (SimulatorProcess.Running hub = SimulatorProcess.start(state)) {
            assertThat(hub.process().isAlive()).isTrue();
            String first = here("device", "create", "porch", "--edge").out();
            assertThat(here("device", "new-keys", "porch", "--only", "secondary")
                            .out())
                    .isEqualTo(first);
            assertThat(here("device", "new-keys", "porch").out())
                    .startsWith("HostName=127.0.0.1;DeviceId=porch;SharedAccessKey=")
                    .isNotEqualTo(first);
            assertThat(here("device", "disable", "porch").out()).isEqualTo("disabled porch\n");
            assertThat(here("device", "create", "cellar", "--certificate", certificate.toString())
                            .out())
                    .isEqualTo("HostName=127.0.0.1;DeviceId=cellar;x509=true\n");
            assertThat(here("device", "list").out()).contains("porch             edge    disabled", "cellar");
            assertThat(here("device", "enable", "porch").out()).isEqualTo("enabled porch\n");
            assertThat(here("device", "delete", "cellar").out()).isEqualTo("deleted cellar\n");
            assertThat(here("device", "disable", "cellar").err())
                    .isEqualTo("error: 404 Device cellar is not registered.\n");
        }
    }

    @Test
    void a_group_of_boards_is_enrolled() throws Exception {
        Path ca = Files.writeString(
                state.resolve("factory.pem"), TestCertificate.ca("factory").pem());
        try (SimulatorProcess.Running hub = SimulatorProcess.start(state)) {
            assertThat(hub.readyLine()).containsPattern(" scope=0ne[0-9A-F]{8}$");
            String scope = hub.readyLine().replaceAll(".* scope=", "");
            Path key = Files.writeString(state.resolve("group.key"), "c2VjcmV0\n");
            assertThat(here("enrollment", "add", "boards", "--group", "--edge", "--key-file", key.toString())
                            .out())
                    .isEqualTo("idScope=" + scope + "\ngroup=boards\ngroupKey=c2VjcmV0\n");
            assertThat(here("enrollment", "device-key", "boards", "porch").out().strip())
                    .hasSize(44);
            assertThat(here("enrollment", "add", "signed", "--group", "--certificate", ca.toString())
                            .out())
                    .isEqualTo("idScope=" + scope + "\ngroup=signed\n");
            assertThat(here("enrollment", "list").out())
                    .contains("boards  group  symmetricKey  edge     enabled  migrate", "x509");
            assertThat(here("enrollment", "remove", "boards").out()).isEqualTo("removed boards\n");
            assertThat(here("ca", "add", "factory", ca.toString()).out()).isEqualTo("trusts factory\n");
            assertThat(here("ca", "list").out()).isEqualTo("factory\n");
            assertThat(here("ca", "remove", "factory").exitCode()).isZero();
        }
    }

    @Test
    void secrets_are_for_their_owner_only_and_sigterm_ends_it_within_a_second() throws Exception {
        try (SimulatorProcess.Running hub = SimulatorProcess.start(state)) {
            for (String file : new String[] {
                "iothubowner.sas", "iothubowner.connection-string", "ca.key.pem", "hub.json", "provisioning.json"
            }) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve(file))))
                        .as(file)
                        .isEqualTo("rw-------");
            }
            hub.process().destroy();
            assertThat(hub.process().waitFor(1, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(run("device", "list").err()).contains("is it running?");
    }

    @Test
    void wrong_usage_is_told_from_failure() throws Exception {
        assertThat(run("no-such-command").exitCode()).isEqualTo(2);
        assertThat(run("twin-update", "porch").exitCode()).isEqualTo(2);
        assertThat(run("device", "list")).satisfies(result -> {
            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.err()).contains("start it with the command run");
        });
        assertThat(run("method", "--help").out()).contains("Examples:", "--timeout");
    }

    private SimulatorProcess.Result run(String... arguments) throws IOException, InterruptedException {
        return SimulatorProcess.run(state, arguments);
    }

    /** Without a process of its own, which takes a second. */
    private SimulatorProcess.Result here(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.concat(Stream.of(arguments), Stream.of("--state", state.toString()))
                        .toArray(String[]::new));
        return new SimulatorProcess.Result(exitCode, out.toString(), err.toString());
    }
}
