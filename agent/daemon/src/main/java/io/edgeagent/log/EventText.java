package io.edgeagent.log;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.edgeagent.model.Redactor;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.helpers.MessageFormatter;

/**
 * What an event says: one line of bounded length without secrets. Values of others can neither end a quotation nor look like a line
 * of ours, in exceptions neither. Any thread.
 */
final class EventText {
    static final int LONGEST = 8 << 10;
    /** Longer, so that no half of a secret is left at the end. */
    private static final int READ = 2 * LONGEST;

    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]+");

    private final ThrowableProxyConverter thrown = new ThrowableProxyConverter();
    // commands log nothing, and need no patterns
    private volatile Optional<Redactor> redactor = Optional.empty();

    EventText() {
        thrown.setOptionList(List.of("short"));
        thrown.start();
    }

    void redactWith(Redactor other) {
        redactor = Optional.of(other);
    }

    /** Its values have their quotes escaped as logfmt has it. */
    String message(ILoggingEvent event) {
        Object[] values = event.getArgumentArray();
        if (values == null) {
            return line(event.getMessage());
        }
        Object[] escaped = Stream.of(values).map(EventText::escaped).toArray();
        return line(MessageFormatter.arrayFormat(event.getMessage(), escaped).getMessage());
    }

    /** The exception and where it came from; empty if there is none. */
    String error(ILoggingEvent event) {
        return event.getThrowableProxy() == null
                ? ""
                : line(thrown.convert(event).strip());
    }

    private static String escaped(Object value) {
        return String.valueOf(value).replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private String line(String text) {
        String read = text.substring(0, Math.min(READ, text.length()));
        String clean = redactor.orElse(Redactor.BY_LOOKS).text(read);
        String line = CONTROL.matcher(clean).replaceAll(" | ");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
    }
}
