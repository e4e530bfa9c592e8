package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
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
            assertThat(run("method", "porch", "led", "blink", "--timeout", "1").err())
                    .isEqualTo("error: 404 Timed out waiting for device to connect.\n");
            assertThat(run("connection-string", "porch", "led").err()).contains("no keys yet");
            assertThat(run("events")).isEqualTo(new SimulatorProcess.Result(0, "", ""));
        }
    }

    @Test
    void secrets_are_for_their_owner_only_and_sigterm_ends_it_within_a_second() throws Exception {
        try (SimulatorProcess.Running hub = SimulatorProcess.start(state)) {
            for (String file :
                    new String[] {"iothubowner.sas", "iothubowner.connection-string", "ca.key.pem", "hub.json"}) {
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
}
