package io.edgeagent.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class InboxTest {
    /** A link that is closed while it signs in does this at each stop. */
    @Test
    void one_who_is_stopped_while_posting_raises_no_alarm() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Inbox.class);
        logger.addAppender(log);
        log.start();
        try {
            Thread.currentThread().interrupt();
            new Inbox().post(new Event.Stop());

            assertThat(Thread.interrupted()).isTrue();
            assertThat(log.list).isEmpty();
        } finally {
            logger.detachAppender(log);
        }
    }
}
