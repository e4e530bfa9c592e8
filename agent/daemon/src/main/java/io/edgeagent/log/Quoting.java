package io.edgeagent.log;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.stream.Stream;
import org.slf4j.helpers.MessageFormatter;

/** The message of an event, with quotes in its values escaped as logfmt has it: what others sent cannot end a value of ours. */
final class Quoting extends ClassicConverter {
    @Override
    public String convert(ILoggingEvent event) {
        Object[] values = event.getArgumentArray();
        if (values == null) {
            return event.getMessage();
        }
        Object[] escaped = Stream.of(values).map(Quoting::escaped).toArray();
        return MessageFormatter.arrayFormat(event.getMessage(), escaped).getMessage();
    }

    private static String escaped(Object value) {
        return String.valueOf(value).replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
