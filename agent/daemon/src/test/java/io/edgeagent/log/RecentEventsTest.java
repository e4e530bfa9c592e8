package io.edgeagent.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecentEventsTest {
    private final LoggerContext context = new LoggerContext();
    private final RecentEvents recent = new RecentEvents(new EventText());
    private final Logger logger = context.getLogger("any");

    @BeforeEach
    void start() {
        recent.setContext(context);
        recent.start();
        logger.addAppender(recent);
        logger.setLevel(Level.DEBUG);
    }

    @Test
    void only_the_last_ones_are_kept_under_their_numbers() {
        for (int i = 1; i <= RecentEvents.MOST + 5; i++) {
            logger.info("event=e n={}", i);
        }

        List<RecentEvents.Entry> all = recent.after(0);
        assertThat(all).hasSize(RecentEvents.MOST);
        assertThat(all.get(0).number()).isEqualTo(6);
        assertThat(recent.after(RecentEvents.MOST + 4))
                .singleElement()
                .satisfies(entry -> assertThat(entry.text()).isEqualTo("event=e n=" + (RecentEvents.MOST + 5)));
        assertThat(recent.after(RecentEvents.MOST + 5)).isEmpty();
    }

    @Test
    void a_long_line_is_cut_quotes_are_escaped_and_debug_is_left_out() {
        logger.debug("event=detail");
        logger.warn("event=w reason=\"{}\"", "say \"x\"" + "y".repeat(RecentEvents.LONGEST));

        assertThat(recent.after(0)).singleElement().satisfies(entry -> {
            assertThat(entry.level()).isEqualTo("WARN");
            assertThat(entry.text())
                    .startsWith("event=w reason=\"say \\\"x\\\"y")
                    .hasSize(RecentEvents.LONGEST);
        });
    }
}
