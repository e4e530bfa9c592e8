package io.edgeagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineInterfaceTest {
    private final List<String> started = new ArrayList<>();

    private record Run(int code, String out, String err) {}

    @ParameterizedTest
    @ValueSource(strings = {"", "help", "--help", "-h"})
    void helps_whoever_asks_and_whoever_says_nothing(String argument) {
        Run run = argument.isEmpty() ? run() : run(argument);

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("Usage: edge-agent", "run", "version", "Examples:", "Exit codes:");
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "version"})
    void every_command_has_help_of_its_own(String command) {
        assertThat(run(command, "--help").out()).contains("Usage: edge-agent " + command);
        assertThat(run("help", command).out()).contains("Usage: edge-agent " + command);
        assertThat(started).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rum", "--no-such-option", "start"})
    void an_unknown_command_ends_with_2_and_shows_the_usage(String argument) {
        Run run = run(argument);

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(argument);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void wrong_options_of_a_command_end_with_2() {
        assertThat(run("run", "--config").code()).isEqualTo(2);
        assertThat(run("run", "extra").code()).isEqualTo(2);
        assertThat(started).isEmpty();
    }

    @Test
    void prints_its_version() {
        assertThat(run("version").out()).matches("edge-agent \\S+\\R");
        assertThat(run("--version").out()).matches("edge-agent \\S+\\R");
    }

    @Test
    void prints_its_version_for_programs_too() throws JsonProcessingException {
        JsonNode json = Json.MAPPER.readTree(run("version", "--output", "json").out());

        assertThat(json.path("version").asText()).isEqualTo("dev");
        assertThat(json.path("java").asText()).isEqualTo(System.getProperty("java.version"));
        assertThat(json.path("architecture").asText()).isNotEmpty();
        assertThat(run("version", "-o", "xml").code()).isEqualTo(2);
    }

    @Test
    void prints_what_bash_completes() {
        Run run = run("generate-completion");

        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("#!/usr/bin/env bash").contains("complete -F _complete_edge-agent");
        assertThat(run("help").out()).doesNotContain("generate-completion");
    }

    @Test
    void runs_the_daemon_with_its_options_and_ends_with_its_code() {
        assertThat(run("run").code()).isEqualTo(78);
        run("run", "--config", "/c.toml", "--state", "/s");

        assertThat(started)
                .containsExactly("/etc/edge-agent/config.toml Optional.empty dev", "/c.toml Optional[/s] dev");
    }

    private int daemon(Path config, Optional<Path> state, String version) {
        started.add(config + " " + state + " " + version);
        return 78;
    }

    private Run run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream newOut = new ByteArrayOutputStream();
        ByteArrayOutputStream newErr = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
            int code = CommandLineInterface.run(arguments, this::daemon);
            return new Run(code, newOut.toString(StandardCharsets.UTF_8), newErr.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }
}
