package io.edgeagent.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * The last lines of the log, kept in memory for {@code edge-agent events}: a board may have no journal, or one that its user may not
 * read. Any thread.
 */
final class RecentEvents extends AppenderBase<ILoggingEvent> {
    static final int MOST = 200;
    static final int LONGEST = 500;

    private final EventText text;
    // guarded by itself
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long last;

    /**
     * One line of the log.
     *
     * @param number 1 for the first one since the agent's start
     * @param text without the exception; at most 500 characters
     */
    record Entry(long number, Instant time, String level, String text) {}

    RecentEvents(EventText text) {
        this.text = text;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().toInt() < Level.INFO_INT) {
            return;
        }
        String said = text.message(event);
        synchronized (entries) {
            if (entries.size() == MOST) {
                entries.remove();
            }
            entries.add(new Entry(
                    ++last,
                    event.getInstant(),
                    event.getLevel().toString(),
                    said.substring(0, Math.min(LONGEST, said.length()))));
        }
    }

    /** Those that came after this one, as {@code {"events":[{"number":7,"time":...,"level":"info","text":...}]}}. */
    ObjectNode json(long after) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode events = json.putArray("events");
        after(after)
                .forEach(entry -> events.addObject()
                        .put("number", entry.number())
                        .put("time", entry.time().toString())
                        .put("level", entry.level().toLowerCase(Locale.ROOT))
                        .put("text", entry.text()));
        return json;
    }

    /** Those that came after this one, oldest first. */
    List<Entry> after(long number) {
        synchronized (entries) {
            return entries.stream().filter(entry -> entry.number() > number).toList();
        }
    }
}
