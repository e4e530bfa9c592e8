package io.edgeagent.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The dashboard for Grafana asks for what the agent tells. */
class DashboardTest {
    private static final Path DASHBOARD = Path.of("..", "..", "docs", "grafana", "edge-agent.json");
    private static final Path SOURCES = Path.of("src", "main", "java", "io", "edgeagent");
    private static final Pattern NAME = Pattern.compile("\\b(?:edgehub|edgeAgent|edge_agent)_\\w+");

    @Test
    void asks_for_no_metric_that_the_agent_does_not_have() throws IOException {
        Set<String> written = literals();

        assertThat(asked()).hasSizeGreaterThan(30).allMatch(name -> isWritten(name, written));
    }

    @Test
    void each_panel_has_a_place_and_a_question() throws IOException {
        for (JsonNode panel : Json.MAPPER.readTree(DASHBOARD.toFile()).path("panels")) {
            assertThat(panel.path("gridPos").path("w").asInt()).isPositive();
            if (!panel.path("type").asText().equals("row")) {
                assertThat(panel.path("targets"))
                        .as(panel.path("title").asText())
                        .isNotEmpty();
            }
        }
    }

    private static Set<String> asked() throws IOException {
        Set<String> names = new TreeSet<>();
        for (JsonNode expression : Json.MAPPER.readTree(DASHBOARD.toFile()).findValues("expr")) {
            NAME.matcher(expression.asText()).results().map(MatchResult::group).forEach(names::add);
        }
        return names;
    }

    /** All texts of the program. */
    private static Set<String> literals() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(DashboardTest::literals)
                    .collect(Collectors.toSet());
        }
    }

    private static Stream<String> literals(Path file) {
        try {
            return Pattern.compile("\"(\\w+)\"")
                    .matcher(Files.readString(file))
                    .results()
                    .map(found -> found.group(1))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whole, or without what {@link io.edgeagent.runtime.Metrics} and AgentMetrics add to it. */
    private static boolean isWritten(String name, Set<String> literals) {
        String core = name.replaceFirst("^(?:edgehub|edgeAgent)_", "");
        return Stream.of(name, core, core.replaceFirst("_total$", ""), core.replaceFirst("^module_(\\w+)_total$", "$1"))
                .anyMatch(literals::contains);
    }
}
