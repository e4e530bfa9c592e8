package io.edgeagent.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.edgeagent.model.LogLevel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgentLogTest {
    private final LoggerContext context = new LoggerContext();
    private final Logger ours = context.getLogger("io.edgeagent.any");
    private final AgentLog log = new AgentLog(context);
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();

    @BeforeEach
    void begin() {
        written.start();
        log.begin(written);
        log.configure(LogLevel.WARN, false);
    }

    private List<String> lines() {
        return written.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void the_deployment_changes_the_level_and_gives_it_back() {
        assertThat(ours.isInfoEnabled()).isFalse();

        log.follow(Optional.of("Debug"));
        log.follow(Optional.of("Debug"));
        assertThat(ours.isDebugEnabled()).isTrue();
        assertThat(log.level()).isEqualTo(LogLevel.DEBUG);

        log.follow(Optional.empty());
        assertThat(ours.isInfoEnabled()).isFalse();
        assertThat(ours.isWarnEnabled()).isTrue();
        assertThat(lines())
                .containsExactly(
                        "event=log_level level=debug by=\"the deployment\"",
                        "event=log_level level=warn by=\"the deployment\"");
    }

    @Test
    void a_person_goes_before_the_deployment_until_that_says_something_else() {
        log.follow(Optional.of("info"));

        log.level(LogLevel.VERBOSE);
        log.follow(Optional.of("info"));
        assertThat(ours.isTraceEnabled()).isTrue();

        log.follow(Optional.of("fatal"));
        assertThat(ours.isWarnEnabled()).isFalse();
        assertThat(ours.isErrorEnabled()).isTrue();
    }

    @Test
    void a_level_that_does_not_exist_is_said_once_and_the_settings_count() {
        log.follow(Optional.of("debug"));
        log.follow(Optional.of("loud\n\u001b[2J"));
        log.follow(Optional.of("loud\n\u001b[2J"));

        assertThat(log.level()).isEqualTo(LogLevel.WARN);
        assertThat(lines())
                .filteredOn(line -> line.contains("refused"))
                .containsExactly(
                        "event=log_level_refused level=\"loud??[2J\" reason=\"RuntimeLogLevel must be fatal, error,"
                                + " warn, info, debug or verbose\"");
    }

    @Test
    void what_is_a_secret_stands_in_no_event() {
        log.configure(LogLevel.INFO, false);
        log.hide(List.of("my-own-word"));
        ours.info("event=e text=\"{}\"", "all of my-own-word");

        assertThat(log.events(0).path("events").path(0).path("text").asText()).isEqualTo("event=e text=\"all of ***\"");
    }
}
