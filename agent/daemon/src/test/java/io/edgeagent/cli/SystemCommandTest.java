package io.edgeagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SystemCommandTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final String STATUS = """
            {"version":"1.2.3","startTime":"2026-11-21T09:00:00Z","hub":"h.example","device":"porch","logLevel":"info",
             "ready":true,"roles":{"agent":{"up":true},"identity":{"up":true},
             "link":{"up":false,"reason":"no\\nroute"},"engine":{"up":true},
             "hub":{"up":true,"reason":"the deployment has none"}},"modules":{}}""";

    private final List<String> asked = new ArrayList<>();
    private Optional<Boolean> taken = Optional.of(true);

    private record Run(int code, String out, String err) {}

    private final class Service implements ServiceControl {
        @Override
        public Optional<Boolean> order(String verb) {
            asked.add(verb);
            return taken;
        }

        @Override
        public Optional<String> state() {
            return Optional.of("inactive");
        }

        @Override
        public Optional<Integer> journal(List<String> options) {
            asked.add("journal " + options);
            return Optional.of(7);
        }
    }

    private Run run(ServiceControl service, String... words) {
        BoardCommands board = new BoardCommands(
                Path.of("/nowhere/admin.sock"),
                () -> {
                    throw new IllegalStateException("the engine is not asked");
                },
                Clock.fixed(NOW, ZoneOffset.UTC));
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
            List<String> line = new ArrayList<>(List.of("system"));
            line.addAll(List.of(words));
            int code = CommandLineInterface.run(
                    line.toArray(new String[0]), (config, state, version) -> 99, new SystemCommand(board, service));
            return new Run(code, outBytes.toString(StandardCharsets.UTF_8), errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void status_has_a_line_for_each_role() {
        SystemStatus status = SystemStatus.of(json(STATUS), NOW);

        assertThat(status.text()).isEqualTo("""
                System roles:
                    agent     Running  edge-agent 1.2.3, up 3 hours, log level info
                    identity  Running  porch on h.example
                    link      Down     no route
                    engine    Running
                    hub       Running  the deployment has none

                Use 'edge-agent system logs' to see what the agent writes.
                Use 'sudo edge-agent check' to find what is wrong on the board.
                """);
        assertThat(status.isUp()).isFalse();
        assertThat(status.json().path("ready").asBoolean()).isTrue();
        assertThat(status.json().at("/roles/link/up").asBoolean(true)).isFalse();
    }

    @Test
    void status_of_an_agent_that_does_not_run_says_what_systemd_says() {
        Run run = run(new Service(), "status");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).startsWith("System roles:\n    agent  Down  inactive\n");
        assertThat(run.err()).contains("the agent does not run");
        assertThat(json(run(new Service(), "status", "-o", "json").out()))
                .isEqualTo(json("{\"ready\":false,\"roles\":{\"agent\":{\"up\":false,\"reason\":\"inactive\"}}}"));
    }

    @Test
    void restart_and_stop_are_orders_to_systemd() {
        assertThat(run(new Service(), "restart")).isEqualTo(new Run(0, "Restarted the service edge-agent.\n", ""));
        assertThat(run(new Service(), "stop").code()).isZero();
        taken = Optional.of(false);
        assertThat(run(new Service(), "stop").err()).contains("sudo systemctl stop edge-agent");
        assertThat(asked).containsExactly("restart", "stop", "stop");

        assertThat(run(ServiceControl.NONE, "restart"))
                .isEqualTo(new Run(
                        1,
                        "",
                        "there is no systemd here: use what started the agent, such as docker restart CONTAINER\n"));
    }

    @Test
    void logs_passes_options_on() {
        assertThat(run(new Service(), "logs", "-f", "-n", "5", "--since", "1 hour ago")
                        .code())
                .isEqualTo(7);
        assertThat(run(new Service(), "logs", "--", "-p", "warning").code()).isEqualTo(7);
        assertThat(run(new Service(), "logs").code()).isEqualTo(7);
        assertThat(asked)
                .containsExactly("journal [-f, -n, 5, --since, 1 hour ago]", "journal [-p, warning]", "journal []");
        assertThat(run(ServiceControl.NONE, "logs").err()).contains("there is no journal here");
        assertThat(run(ServiceControl.NONE, "logs", "--help").out()).startsWith("Shows the agent's own log.");
    }

    @Test
    void a_level_that_does_not_exist_is_refused_without_asking_the_agent() {
        Run run = run(ServiceControl.NONE, "set-log-level", "loud");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo("there is no level loud; there are fatal, error, warn, info, debug or verbose\n");
        assertThat(run(ServiceControl.NONE, "set-log-level", "debug").code()).isEqualTo(3);
        assertThat(run(ServiceControl.NONE, "reprovision").code()).isEqualTo(3);
    }
}
