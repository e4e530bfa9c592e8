package io.edgeagent.remote;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * One line as a module wrote it, and what can be read from it: {@code <6> 2026-01-01 00:00:00.000 +00:00 [INF] - text}, where level
 * (of syslog) and time may both be missing. Its bytes are good only during the call that hands it over.
 */
final class LogLine {
    private static final int DEFAULT_LEVEL = 6;
    private static final String TIME = "dddd-dd-dd dd:dd:dd.ddd +dd:dd";
    private static final DateTimeFormatter TIME_FORMAT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS xxx", Locale.ROOT);

    private final boolean stderr;
    private final byte[] bytes;
    private final int stamp;
    private final int start;
    private final int end;
    private final boolean continues;

    /**
     * A line in a buffer.
     *
     * @param stamp where the time of the engine begins; it ends before {@code start}, and is not there if both are the same
     * @param start where what the module wrote begins
     * @param end behind the line feed, if there is one
     * @param continues whether this is a further part of a line that is too long to be kept whole
     */
    LogLine(boolean stderr, byte[] bytes, int stamp, int start, int end, boolean continues) {
        this.stderr = stderr;
        this.bytes = bytes;
        this.stamp = stamp;
        this.start = start;
        this.end = end;
        this.continues = continues;
    }

    boolean stderr() {
        return stderr;
    }

    boolean continues() {
        return continues;
    }

    byte[] bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    int length() {
        return end - start;
    }

    /** Of syslog: 0 is an emergency, 6 information, 7 debugging. */
    int level() {
        return hasLevel() ? bytes[start + 1] - '0' : DEFAULT_LEVEL;
    }

    private boolean hasLevel() {
        return end - start >= 3
                && bytes[start] == '<'
                && bytes[start + 2] == '>'
                && bytes[start + 1] >= '0'
                && bytes[start + 1] <= '9';
    }

    /** The time that the module wrote; else the one that the engine noted, if it was asked for. */
    Optional<Instant> time() {
        int from = afterLevel();
        Optional<Instant> own = hasTime(from) ? time(from, TIME.length(), TIME_FORMAT) : Optional.empty();
        return own.or(() -> start > stamp
                ? time(stamp, start - 1 - stamp, DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                : Optional.empty());
    }

    private Optional<Instant> time(int from, int length, DateTimeFormatter format) {
        String text = new String(bytes, from, length, StandardCharsets.US_ASCII);
        try {
            return Optional.of(OffsetDateTime.parse(text, format).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** What follows level and time, without the end of the line. */
    String text() {
        int from = afterLevel();
        from = hasTime(from) ? blanks(from + TIME.length()) : from;
        int to = end;
        while (to > from && (bytes[to - 1] == '\n' || bytes[to - 1] == '\r')) {
            to--;
        }
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    private int afterLevel() {
        return continues ? start : blanks(hasLevel() ? start + 3 : start);
    }

    private int blanks(int from) {
        int at = from;
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) {
            at++;
        }
        return at;
    }

    private boolean hasTime(int from) {
        if (continues || end - from <= TIME.length() || bytes[from + TIME.length()] != ' ') {
            return false;
        }
        for (int at = 0; at < TIME.length(); at++) {
            byte is = bytes[from + at];
            boolean fits = switch (TIME.charAt(at)) {
                case 'd' -> is >= '0' && is <= '9';
                case '+' -> is == '+' || is == '-';
                default -> is == TIME.charAt(at);
            };
            if (!fits) {
                return false;
            }
        }
        return true;
    }
}
