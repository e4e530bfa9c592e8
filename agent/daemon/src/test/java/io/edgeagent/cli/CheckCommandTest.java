package io.edgeagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.check.Check;
import io.edgeagent.check.Verdict;
import io.edgeagent.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckCommandTest {
    private final List<CheckCommand.Request> requests = new ArrayList<>();
    private final List<Check> checks = new ArrayList<>(List.of(
            check("config-well-formed", "Configuration checks", "the settings can be used", ok("/etc/config.toml")),
            check(
                    "hostname",
                    "Configuration checks",
                    "modules reach the host by its name",
                    new Verdict(
                            Verdict.Level.WARNING,
                            "The host has no name of its own.\n\u001b[31mred",
                            Optional.of("sudo hostnamectl set-hostname NAME"),
                            List.of())),
            check("hidden", "Configuration checks", "there is nothing to ask", verdict(Verdict.Level.IGNORED, "none")),
            check(
                    "host-connect",
                    "Connectivity checks",
                    "the host reaches the hub by MQTT",
                    new Verdict(
                            Verdict.Level.ERROR,
                            "hub.example.net, port 8883: the connection was refused by somebody on the way",
                            Optional.of("open port 8883"),
                            List.of("tried for 10 s"))),
            check("identity", "Connectivity checks", "the hub knows it", verdict(Verdict.Level.SKIPPED, "no hub"))));

    private record Run(int code, String out, String err) {}

    @Test
    void writes_sections_glyphs_and_summary_as_iotedge_does() {
        Run run = run("check");

        assertThat(run.code).isEqualTo(1);
        assertThat(run.out).isEqualTo("""
            Configuration checks
            --------------------
            √ the settings can be used - OK
            ‼ modules reach the host by its name - Warning
                The host has no name of its own.
                [31mred
                Try: sudo hostnamectl set-hostname NAME

            Connectivity checks
            -------------------
            × the host reaches the hub by MQTT - Error
                hub.example.net, port 8883: the connection was refused by somebody on the way
                Try: open port 8883

            1 check(s) succeeded.
            1 check(s) raised warnings. Re-run with --verbose for more details.
            1 check(s) raised errors. Re-run with --verbose for more details.
            1 check(s) were skipped due to errors from other checks. Re-run with --verbose for more details.
            """);
    }

    @Test
    void says_more_when_asked() {
        assertThat(run("check", "--verbose").out)
                .contains("√ the settings can be used - OK\n    /etc/config.toml\n")
                .contains("    Try: open port 8883\n    tried for 10 s\n")
                .contains("‼ the hub knows it - Warning\n    skipped: no hub\n")
                .endsWith("1 check(s) were skipped due to errors from other checks.\n");
    }

    @Test
    void breaks_lines_at_blanks_on_a_terminal_of_40_columns() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CheckReport.AsText report =
                new CheckReport.AsText(new PrintStream(out, true, StandardCharsets.UTF_8), false, true, 40);
        checks.subList(3, 4).forEach(check -> report.answered(check, answer(check)));
        report.end();

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("""
            \u001b[31m× the host reaches the hub by MQTT -
              Error\u001b[0m
                hub.example.net, port 8883: the
                connection was refused by somebody
                on the way
                Try: open port 8883

            \u001b[32m0 check(s) succeeded.\u001b[0m
            \u001b[31m1 check(s) raised errors. Re-run with
            --verbose for more details.\u001b[0m
            """);
    }

    @Test
    void gives_programs_what_iotedge_gives_them_and_the_fix_beside() throws Exception {
        JsonNode json = Json.MAPPER.readTree(run("check", "-o", "json").out);

        assertThat(json.at("/checks/config-well-formed"))
                .isEqualTo(Json.MAPPER.readTree(
                        "{\"result\":{\"result\":\"ok\"},\"additional_info\":{\"details\":[\"/etc/config.toml\"]}}"));
        assertThat(json.at("/checks/host-connect/result"))
                .isEqualTo(Json.MAPPER.readTree("{\"result\":\"error\",\"details\":[\"hub.example.net, port 8883: the"
                        + " connection was refused by somebody on the way\"],\"fix\":\"open port 8883\"}"));
        assertThat(json.at("/checks/identity/result/result").asText()).isEqualTo("skipped");
        assertThat(json.at("/checks/hidden/result/result").asText()).isEqualTo("ignored");
        assertThat(json.at("/additional_info/version").asText()).isNotEmpty();
    }

    @Test
    void leaves_out_what_is_not_wanted_and_then_ends_well() {
        Run run = run("check", "--dont-run", "host-connect", "no-such-check", "--verbose");

        assertThat(run.code).isZero();
        assertThat(run.out).doesNotContain("MQTT");
        assertThat(run.err).contains("there are no checks no-such-check");
        assertThat(run("check", "--dont-run=host-connect", "--warnings-as-errors").code)
                .isEqualTo(1);
        assertThat(run("check", "--dont-run", "host-connect hostname", "--warnings-as-errors").code)
                .isZero();
    }

    @Test
    void lists_the_checks() {
        assertThat(run("check-list").out).isEqualTo("""
            CATEGORY              ID                  DESCRIPTION
            Configuration checks  config-well-formed  the settings can be used
            Configuration checks  hostname            modules reach the host by its name
            Configuration checks  hidden              there is nothing to ask
            Connectivity checks   host-connect        the host reaches the hub by MQTT
            Connectivity checks   identity            the hub knows it
            """);
    }

    @Test
    void looks_at_another_agent_where_it_is_told_to() {
        run("check", "--config", "/x/config.toml", "--state", "/x", "--iothub-hostname", "h.example.net");

        CheckCommand.Request request = requests.get(0);
        assertThat(request.config()).isEqualTo(Path.of("/x/config.toml"));
        assertThat(request.state()).contains(Path.of("/x"));
        assertThat(request.hub()).contains("h.example.net");
    }

    private static Check check(String id, String section, String description, Verdict verdict) {
        return new Check(id, section, description, Duration.ofSeconds(20), () -> verdict);
    }

    private static Verdict ok(String detail) {
        return new Verdict(Verdict.Level.OK, "", Optional.empty(), List.of(detail));
    }

    private static Verdict verdict(Verdict.Level level, String text) {
        return new Verdict(level, text, Optional.empty(), List.of());
    }

    private static Verdict answer(Check check) {
        try {
            return check.question().ask();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Run run(String... arguments) {
        BoardCommands board = new BoardCommands(
                Path.of("/nowhere"),
                () -> {
                    throw new IllegalStateException("the engine is not asked here");
                },
                Clock.systemUTC());
        CheckCommand.Checks all = request -> {
            requests.add(request);
            return checks;
        };
        PrintStream oldOut = System.out;
        PrintStream oldErr = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            int code = CommandLineInterface.run(
                    arguments, (config, state, version) -> 0, new CheckCommand(board, all), new CheckListCommand(all));
            return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(oldOut);
            System.setErr(oldErr);
        }
    }
}
