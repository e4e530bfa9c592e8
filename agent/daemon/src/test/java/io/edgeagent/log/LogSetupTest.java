package io.edgeagent.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
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
import org.slf4j.Logger;

class LogSetupTest {
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
