package io.edgeagent.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * An event as one line: text, or a JSON object with {@code time}, {@code level}, {@code logger}, {@code message} and, with an
 * exception, {@code error}. For the journal it begins with syslog's priority, {@code <4>}, which the journal takes off and keeps:
 * sd-daemon(3).
 */
final class LineLayout extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final int LEVEL_WIDTH = 5;

    private final AgentLog log;
    private final boolean isForJournal;

    LineLayout(AgentLog log, boolean isForJournal) {
        this.log = log;
        this.isForJournal = isForJournal;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        String line = log.isJson() ? json(event) : text(event);
        return isForJournal ? "<" + priority(event.getLevel()) + ">" + line + "\n" : line + "\n";
    }

    private String text(ILoggingEvent event) {
        String level = event.getLevel().toString();
        String error = log.text().error(event);
        return TIME.format(event.getInstant()) + " " + level
                + " ".repeat(Math.max(0, LEVEL_WIDTH - level.length())) + " "
                + log.text().message(event)
                + (error.isEmpty() ? "" : " | " + error);
    }

    private String json(ILoggingEvent event) {
        ObjectNode line = JsonNodeFactory.instance
                .objectNode()
                .put("time", TIME.format(event.getInstant()))
                .put("level", event.getLevel().toString().toLowerCase(Locale.ROOT))
                .put("logger", event.getLoggerName())
                .put("message", log.text().message(event));
        String error = log.text().error(event);
        return (error.isEmpty() ? line : line.put("error", error)).toString();
    }

    private static int priority(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> 3;
            case Level.WARN_INT -> 4;
            case Level.INFO_INT -> 6;
            default -> 7;
        };
    }
}
