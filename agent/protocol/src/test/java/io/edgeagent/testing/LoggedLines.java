package io.edgeagent.testing;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What a logger and those below it said while this is open. */
public final class LoggedLines implements AutoCloseable {
    private static final Queue<LoggedLines> OPEN = new ConcurrentLinkedQueue<>();

    private final Logger logger;
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    private LoggedLines(Logger logger) {
        this.logger = logger;
        appender.start();
        logger.addAppender(appender);
        OPEN.add(this);
    }

    /** Whether a test looks at the lines of this logger, so that its warnings are no surprise. */
    static boolean watched(String logger) {
        return OPEN.stream().anyMatch(open -> (logger + ".").startsWith(open.logger.getName() + "."));
    }

    public static LoggedLines of(String logger) {
        return new LoggedLines((Logger) LoggerFactory.getLogger(logger));
    }

    public List<String> lines() {
        return List.copyOf(appender.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Override
    public void close() {
        OPEN.remove(this);
        logger.detachAppender(appender);
    }
}
