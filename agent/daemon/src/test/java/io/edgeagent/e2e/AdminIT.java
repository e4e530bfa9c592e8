package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The command on the board beside a running agent, and after it was killed: all of them processes of their own. */
class AdminIT {
    private static final String TALKER =
            "{\"Cmd\":[\"sh\",\"-c\",\"echo hello; exec sleep 100000\"],\"StopSignal\":\"SIGKILL\"}";

    @RegisterExtension
    private static final Lab lab = new Lab();

    private static String connectionString = "";

    private record Run(int code, String out, String err) {}

    @Test
    void list_status_logs_and_restart_work_beside_the_agent_and_without_it() throws IOException, InterruptedException {
        try (Device device = new Device(lab, "admin")) {
            device.start();
            device.apply(Manifest.of(lab).module("admin-talker", lab.image("1"), TALKER));
            assertThat(device.awaitStatus(200)).isEmpty();
            connectionString = device.connectionString;

            Run status = command("status");
            assertThat(status.code()).as(status.toString()).isZero();
            assertThat(status.out()).contains("device      admin on ", "hub link    up", "3 of 3 as they should be");
            JsonNode json = Json.MAPPER.readTree(command("status", "-o", "json").out());
            assertThat(json.at("/deployment/code").asInt()).isEqualTo(200);
            Run list = command("list");
            assertThat(list.code()).isZero();
            assertThat(list.out())
                    .containsPattern("NAME +STATUS +DESCRIPTION +CONFIG")
                    .containsPattern("admin-talker +running +Up .*" + lab.image("1"))
                    .containsPattern("edgeAgent +running")
                    .containsPattern("edgeHub +running");
            assertThat(command("logs", "admin-talker", "--tail", "5").out()).isEqualTo("hello\n");

            String started = startedAt();
            Run restarted = command("restart", "admin-talker");
            assertThat(restarted.code()).as(restarted.toString()).isZero();
            assertThat(restarted.out()).isEqualTo("Restarted admin-talker\n");
            assertThat(startedAt()).isNotEqualTo(started);
            refusesWhatIsNoModule();

            checkFindsTheBoardInOrder();

            lab.docker.stopContainerCmd("admin-talker").withTimeout(0).exec();
            await("status to see it")
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(command("status").code()).isEqualTo(1));

            device.agent().kill();
            worksWithoutTheAgent();
        }
    }

    /** Ports of the hub may belong to other tests of this machine, and its disk may be full. */
    private static void checkFindsTheBoardInOrder() throws IOException, InterruptedException {
        JsonNode checks = checks();
        for (String id : List.of(
                "config-well-formed",
                "container-engine-uri",
                "host-connect-iothub-mqtt",
                "host-connect-iothub-mqttws",
                "host-connect-iothub-https",
                "host-local-time",
                "container-connect-iothub",
                "device-identity",
                "agent-running",
                "hub-link",
                "last-deployment")) {
            assertThat(checks.path(id).at("/result/result").asText())
                    .as(id + " " + checks.path(id))
                    .isEqualTo("ok");
        }
        assertThat(lab.docker.listContainersCmd().withShowAll(true).exec())
                .noneMatch(container -> container.getNames()[0].startsWith("/edge-agent-check"));
    }

    private static JsonNode checks() throws IOException, InterruptedException {
        Path state = lab.folder.resolve("state-admin");
        Run run = command(
                "check",
                "-o",
                "json",
                "--state",
                state.toString(),
                "--config",
                state.resolve("config.toml").toString());
        return Json.MAPPER.readTree(run.out()).path("checks");
    }

    private static void refusesWhatIsNoModule() throws IOException, InterruptedException {
        for (String builtIn : List.of("edgeAgent", "edgeHub")) {
            Run run = command("restart", builtIn);
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).contains("there is no container " + builtIn, "sudo systemctl restart edge-agent");
            assertThat(command("logs", builtIn).err()).contains("journalctl -u edge-agent");
        }
        Run unknown = command("restart", "admin-nobody");
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("admin-nobody");
        assertThat(unknown.out()).isEmpty();
        assertThat(command("restart").code()).isEqualTo(2);
        assertThat(command("list", "--colour").code()).isEqualTo(2);
    }

    private static void worksWithoutTheAgent() throws IOException, InterruptedException {
        Run status = command("status");
        assertThat(status.code()).isEqualTo(3);
        assertThat(status.err()).contains("the agent does not");
        JsonNode checks = checks();
        assertThat(checks.at("/agent-running/result/result").asText()).isEqualTo("error");
        assertThat(checks.at("/last-deployment/result/result").asText()).isEqualTo("skipped");
        assertThat(checks.at("/device-identity/result/result").asText()).isEqualTo("ok");
        Run list = command("list");
        assertThat(list.code()).isZero();
        assertThat(list.out()).contains("admin-talker");
        Run restarted = command("restart", "admin-talker");
        assertThat(restarted.code()).as(restarted.toString()).isZero();
        assertThat(restarted.out()).contains("Restarted admin-talker without the agent");
        assertThat(lab.runs("admin-talker")).isTrue();
        assertThat(command("logs", "admin-talker").out()).startsWith("hello\nhello\n");
    }

    private static String startedAt() {
        return lab.container("admin-talker").orElseThrow().getState().getStartedAt();
    }

    private static Run command(String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile(lab.folder, "command", ".out");
        Path err = Files.createTempFile(lab.folder, "command", ".err");
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.edgeagent.Main"),
                        Stream.of(arguments))
                .toList());
        builder.environment().put("EDGE_AGENT_ENGINE", lab.engineUri);
        builder.environment().put("EDGE_AGENT_NETWORK", lab.network);
        builder.environment().put("CONNECTION_STRING", connectionString);
        builder.environment()
                .put("EDGE_AGENT_TRUST_BUNDLE", lab.folder.resolve("hub/ca.pem").toString());
        builder.environment()
                .put(
                        "EDGE_AGENT_ADMIN_SOCKET",
                        lab.folder.resolve("state-admin/admin.sock").toString());
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(String.join(" ", arguments) + " did not end");
        }
        return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
