package io.edgeagent.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import io.edgeagent.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;

class LogSetupTest {
    private static final LogSetup JSON =
            new LogSetup(Map.of("EDGE_AGENT_LOG_FORMAT", "json"), Path.of("/proc/self/fd/1"));
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";

    @Test
    void an_event_is_one_line_with_the_time_in_utc() {
        assertThat(lines(log -> log.info("event=ready version={}", "1")))
                .singleElement()
                .asString()
                .matches(TIME + " INFO  event=ready version=1");
    }

    @Test
    void line_breaks_in_what_others_sent_do_not_look_like_lines_of_ours() {
        List<String> lines = lines(log -> log.warn(
                "event=step_failed reason=\"{}\"",
                "no\r\n2026-01-01T00:00:00.000Z ERROR event=fake\u2028\u0085\u000b\fx"));

        assertThat(lines).singleElement().asString().matches(TIME + " WARN  event=step_failed reason=\"no .*");
    }

    @Test
    void quotes_in_what_others_sent_do_not_end_a_value_of_ours() {
        assertThat(lines(log -> log.warn("event=step_failed reason=\"{}\" step={}", "a\" event=ready b=\"\\", 7)))
                .singleElement()
                .asString()
                .endsWith("event=step_failed reason=\"a\\\" event=ready b=\\\"\\\\\" step=7");
    }

    @Test
    void terminal_commands_in_what_others_sent_are_not_carried_out() {
        assertThat(lines(log -> log.warn("a\u001b[2Jb\u0007\u0000")))
                .singleElement()
                .asString()
                .doesNotContainPattern("\\p{Cntrl}");
    }

    @Test
    void an_exception_is_on_the_same_line() {
        List<String> lines =
                lines(log -> log.error("event=conductor_failed", new IllegalStateException("a\nb ERROR event=fake")));

        assertThat(lines)
                .singleElement()
                .asString()
                .contains("event=conductor_failed | java.lang.IllegalStateException: a | b ERROR event=fake | ")
                .contains("LogSetupTest");
    }

    @Test
    void debug_is_off_and_libraries_are_silent() {
        assertThat(lines(log -> log.debug("x"))).isEmpty();
        LoggerContext context = new LoggerContext();
        new LogSetup().configure(context);
        assertThat(context.getLogger("com.microsoft.azure.sdk.iot").isErrorEnabled())
                .isFalse();
        assertThat(context.getLogger("com.github.dockerjava.core").isErrorEnabled())
                .isFalse();
    }

    @Test
    void lines_for_the_journal_begin_with_their_priority(@TempDir Path folder) throws IOException {
        Path stream = Files.createFile(folder.resolve("stream"));
        Map<String, String> environment = Map.of(
                "JOURNAL_STREAM",
                Files.getAttribute(stream, "unix:dev") + ":" + Files.getAttribute(stream, "unix:ino"),
                "EDGE_AGENT_LOG",
                "debug");
        Consumer<Logger> say = log -> {
            log.error("a\nb");
            log.warn("c");
            log.info("d");
            log.debug("e");
        };

        assertThat(lines(new LogSetup(environment, stream), say))
                .map(line -> line.replaceFirst(TIME, ""))
                .containsExactly("<3> ERROR a | b", "<4> WARN  c", "<6> INFO  d", "<7> DEBUG e");
        // the journal is another stream, such as the one that a parent had
        assertThat(lines(new LogSetup(environment, Files.createFile(folder.resolve("other"))), say))
                .allMatch(line -> line.matches(TIME + ".*"));
        assertThat(lines(new LogSetup(environment, folder.resolve("none")), say))
                .allMatch(line -> line.matches(TIME + ".*"));
    }

    @ParameterizedTest
    @MethodSource("io.edgeagent.fake.SecretLines#all")
    void no_secret_is_in_a_line_whether_the_agent_says_it_a_value_or_an_exception(String text) {
        // a word in quotes that nothing says is a secret stays
        String said = text.replace("token 'HIDDEN'", "");
        Consumer<Logger> say = log -> {
            log.warn(said);
            log.warn("event=step_failed module={} reason=\"{}\"", "led", said);
            log.error("event=conductor_failed", new IllegalStateException(said));
        };

        assertThat(lines(say)).hasSize(3).noneMatch(line -> line.contains("HIDDEN"));
        assertThat(lines(JSON, say)).hasSize(3).noneMatch(line -> line.contains("HIDDEN"));
    }

    @Test
    void a_line_has_a_bounded_length_whatever_others_sent() {
        assertThat(lines(log -> log.warn("event=x reason=\"{}\"", "password=".repeat(1_000_000))))
                .singleElement()
                .asString()
                .hasSizeLessThan(EventText.LONGEST + 100);
        assertThat(lines(log -> log.warn("event=x reason=\"{}\"", "\\\"".repeat(1_000_000))))
                .singleElement()
                .asString()
                .hasSizeLessThan(EventText.LONGEST + 100);
    }

    @Test
    void a_line_is_a_json_object_where_that_is_wanted() throws IOException {
        List<String> lines = lines(JSON, log -> {
            log.info("event=ready version={} name=\"{}\"", 1, "a\nb\u00fc");
            log.error("event=conductor_failed", new IllegalStateException("a\nb"));
        });

        assertThat(Json.MAPPER.readTree(lines.get(0)).properties())
                .extracting(Map.Entry::getKey)
                .containsExactly("time", "level", "logger", "message");
        assertThat(Json.MAPPER.readTree(lines.get(0)).path("time").asText()).matches(TIME);
        assertThat(Json.MAPPER.readTree(lines.get(0)).path("level").asText()).isEqualTo("info");
        assertThat(Json.MAPPER.readTree(lines.get(0)).path("logger").asText()).isEqualTo("io.edgeagent.test");
        assertThat(Json.MAPPER.readTree(lines.get(0)).path("message").asText())
                .isEqualTo("event=ready version=1 name=\"a | b\u00fc\"");
        assertThat(Json.MAPPER.readTree(lines.get(1)).path("error").asText())
                .startsWith("java.lang.IllegalStateException: a | b | at ");
        assertThat(lines).hasSize(2);
    }

    @Test
    void the_same_line_again_and_again_is_left_out() {
        assertThat(lines(log -> {
                    for (int i = 0; i < 1000; i++) {
                        log.warn("event=step_failed module={} try={}", "led", i);
                    }
                }))
                .hasSize(BurstLimiter.BURST + 1)
                .last()
                .asString()
                .contains("event=similar_lines_left_out lines=980")
                .endsWith("last=\"event=step_failed module=led try=999\"");
    }

    private static List<String> lines(Consumer<Logger> say) {
        return lines(new LogSetup(Map.of(), Path.of("/proc/self/fd/1")), say);
    }

    private static List<String> lines(LogSetup setup, Consumer<Logger> say) {
        PrintStream out = System.out;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
            LoggerContext context = new LoggerContext();
            // which SLF4J does for the one of the process
            context.setMDCAdapter(new LogbackMDCAdapter());
            setup.configure(context);
            say.accept(context.getLogger("io.edgeagent.test"));
            context.stop();
        } finally {
            System.setOut(out);
        }
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
