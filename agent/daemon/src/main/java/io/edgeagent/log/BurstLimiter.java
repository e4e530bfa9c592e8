package io.edgeagent.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Lets a burst of similar lines through, and then one now and then, so that what fails again and again does not wear out a memory
 * card. Similar are lines of one kind about one module: the text that the program has for them is the same, values aside. Once a
 * minute a line says how many were left out, with the last of them. Levels below INFO are not limited: somebody asked for them.
 */
final class BurstLimiter extends AppenderBase<ILoggingEvent> {
    static final int BURST = 20;
    static final long PAUSE = 30_000_000_000L;
    static final long MINUTE = 60_000_000_000L;
    /** How many kinds are remembered; beyond that the one that was silent longest is forgotten. */
    static final int KINDS = 200;

    private static final String MODULE = "module={}";

    private final EventText text;
    private final LongSupplier nanos;
    private final List<Appender<ILoggingEvent>> next = new ArrayList<>();
    private final Map<String, Kind> kinds = new LinkedHashMap<>(16, 0.75f, true);
    private long due;

    private static final class Kind {
        /** When all of a burst may come again. */
        private long full;

        private int leftOut;
        private long since;
        private ILoggingEvent last;

        Kind(ILoggingEvent event, long now) {
            last = event;
            full = now;
        }

        boolean lets(long now) {
            long from = full - now > 0 ? full : now;
            if (from - now > (BURST - 1) * PAUSE) {
                return false;
            }
            full = from + PAUSE;
            return true;
        }
    }

    BurstLimiter(EventText text, LongSupplier nanos) {
        this.text = text;
        this.nanos = nanos;
        this.due = nanos.getAsLong() + MINUTE;
    }

    void to(Appender<ILoggingEvent> appender) {
        next.add(appender);
    }

    @Override
    protected void append(ILoggingEvent event) {
        long now = nanos.getAsLong();
        sayWhatIsDue(now);
        if (event.getLevel().isGreaterOrEqual(Level.INFO) && !lets(event, now)) {
            return;
        }
        pass(event);
    }

    private boolean lets(ILoggingEvent event, long now) {
        Kind kind = kinds.computeIfAbsent(keyOf(event), key -> new Kind(event, now));
        if (kinds.size() > KINDS) {
            var oldest = kinds.entrySet().iterator();
            sayLeftOut(oldest.next().getValue(), now);
            oldest.remove();
        }
        if (kind.lets(now)) {
            return true;
        }
        if (kind.leftOut++ == 0) {
            kind.since = now;
        }
        kind.last = event;
        return false;
    }

    private static String keyOf(ILoggingEvent event) {
        String message = String.valueOf(event.getMessage());
        int at = message.indexOf(MODULE);
        Object[] values = event.getArgumentArray();
        if (at < 0 || values == null) {
            return message;
        }
        int number = 0;
        for (int from = message.indexOf("{}"); from >= 0 && from < at; from = message.indexOf("{}", from + 2)) {
            number++;
        }
        return number < values.length ? message + "\n" + values[number] : message;
    }

    /** Lines that were left out since a minute. */
    void sayWhatIsDue() {
        synchronized (this) {
            if (isStarted()) {
                sayWhatIsDue(nanos.getAsLong());
            }
        }
    }

    private void sayWhatIsDue(long now) {
        if (now - due < 0) {
            return;
        }
        due = now + MINUTE / 6;
        for (Kind kind : kinds.values()) {
            if (now - kind.since >= MINUTE) {
                sayLeftOut(kind, now);
            }
        }
    }

    private void sayLeftOut(Kind kind, long now) {
        if (kind.leftOut == 0) {
            return;
        }
        Object[] values = {kind.leftOut, (now - kind.since) / 1_000_000_000L, text.message(kind.last)};
        Logger logger = ((LoggerContext) getContext()).getLogger(kind.last.getLoggerName());
        kind.leftOut = 0;
        pass(new LoggingEvent(
                BurstLimiter.class.getName(),
                logger,
                kind.last.getLevel(),
                "event=similar_lines_left_out lines={} seconds={} last=\"{}\"",
                null,
                values));
    }

    private void pass(ILoggingEvent event) {
        next.forEach(appender -> appender.doAppend(event));
    }

    @Override
    public synchronized void stop() {
        kinds.values().forEach(kind -> sayLeftOut(kind, nanos.getAsLong()));
        super.stop();
        next.forEach(Appender::stop);
    }
}
