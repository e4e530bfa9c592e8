package io.edgeagent.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BurstLimiterTest {
    private final LoggerContext context = new LoggerContext();
    private final Logger logger = context.getLogger("any");
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();
    private long now = Long.MAX_VALUE - 5;
    private final BurstLimiter limiter = new BurstLimiter(new EventText(), () -> now);

    @BeforeEach
    void start() {
        written.start();
        limiter.setContext(context);
        limiter.to(written);
        limiter.start();
        logger.addAppender(limiter);
        logger.setLevel(Level.DEBUG);
    }

    private List<String> lines() {
        return written.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void a_module_that_crashes_every_second_writes_two_lines_a_minute_and_how_many_there_were() {
        for (int second = 0; second < 3600; second++) {
            logger.warn("event=exited module={} code={}", "led", second % 3);
            pass(Duration.ofSeconds(1));
        }

        assertThat(lines()).hasSizeBetween(BurstLimiter.BURST + 2 * 58, BurstLimiter.BURST + 4 * 60);
        assertThat(lines())
                .filteredOn(line -> line.contains("left_out"))
                .hasSizeGreaterThan(50)
                .allMatch(
                        line -> line.matches(
                                "WARN event=similar_lines_left_out lines=\\d\\d seconds=6\\d last=\"event=exited module=led code=\\d\""));
    }

    @Test
    void a_module_does_not_take_the_room_of_another_one() {
        for (int i = 0; i < 1000; i++) {
            logger.info("event=step_done step={} module={}", "start", "led");
        }
        written.list.clear();

        logger.info("event=step_done step={} module={}", "start", "button");
        logger.info("event=other module={}", "led");

        assertThat(lines())
                .containsExactly("INFO event=step_done step=start module=button", "INFO event=other module=led");
    }

    @Test
    void an_error_that_was_left_out_is_told_with_the_next_line_of_anything_or_when_somebody_asks() {
        for (int i = 0; i <= BurstLimiter.BURST; i++) {
            logger.error("event=failed number={}", i);
        }
        written.list.clear();
        pass(Duration.ofSeconds(59));
        limiter.sayWhatIsDue();
        assertThat(lines()).isEmpty();

        pass(Duration.ofSeconds(11));
        limiter.sayWhatIsDue();
        limiter.sayWhatIsDue();

        assertThat(lines())
                .containsExactly(
                        "ERROR event=similar_lines_left_out lines=1 seconds=70 last=\"event=failed number=20\"");
    }

    @Test
    void what_was_left_out_is_told_at_the_end() {
        for (int i = 0; i < 100; i++) {
            logger.warn("event=w");
        }

        limiter.stop();

        assertThat(lines()).hasSize(BurstLimiter.BURST + 1).last().asString().contains("lines=80 seconds=0");
    }

    @Test
    void details_that_somebody_asked_for_are_not_limited() {
        for (int i = 0; i < 100; i++) {
            logger.debug("event=detail");
        }

        assertThat(written.list).hasSize(100);
    }

    @Test
    void kinds_without_end_need_bounded_memory_and_lose_no_count() {
        for (int i = 0; i < 100; i++) {
            logger.warn("event=w module={}", "first");
        }
        for (int i = 0; i < 10 * BurstLimiter.KINDS; i++) {
            logger.warn("event=w module={}", i);
        }

        assertThat(lines())
                .hasSize(BurstLimiter.BURST + 1 + 10 * BurstLimiter.KINDS)
                .filteredOn(line -> line.contains("left_out"))
                .singleElement()
                .asString()
                .contains("lines=80");
    }
}
