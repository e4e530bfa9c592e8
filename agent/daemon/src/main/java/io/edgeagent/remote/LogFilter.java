package io.edgeagent.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.PointInTime;
import io.edgeagent.model.Printable;
import io.edgeagent.twin.MethodPayload;
import java.time.Instant;
import java.util.Optional;

/**
 * Which lines of a log.
 *
 * @param tail only so many from the end
 * @param level of syslog, 0 to 7: only lines of exactly this one, as IoT Edge does
 * @param regex has to match somewhere in the text of the line, which is what follows level and time
 */
record LogFilter(
        Optional<Integer> tail,
        Optional<Instant> since,
        Optional<Instant> until,
        Optional<Integer> level,
        Optional<LinearPattern> regex) {
    static final LogFilter NONE =
            new LogFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private static final int MOST_LEVEL = 7;

    /** @throws IllegalArgumentException naming the field that is wrong */
    static LogFilter of(JsonNode json, Instant now) {
        if (json.isMissingNode() || json.isNull()) {
            return NONE;
        }
        if (!json.isObject()) {
            throw new IllegalArgumentException("filter must be an object");
        }
        LogFilter filter = new LogFilter(
                number(json, "tail", Integer.MAX_VALUE),
                time(json, "since", now),
                time(json, "until", now),
                number(json, "loglevel", MOST_LEVEL),
                MethodPayload.text(json, "regex").map(text -> LinearPattern.of("regex", text, false)));
        checkOrder(filter.since, filter.until);
        return filter;
    }

    /** @throws IllegalArgumentException if a range is upside down */
    static void checkOrder(Optional<Instant> since, Optional<Instant> until) {
        if (since.isPresent() && until.isPresent() && since.get().isAfter(until.get())) {
            throw new IllegalArgumentException("since (" + since.get() + ") is after until (" + until.get() + ")");
        }
    }

    static Optional<Instant> time(JsonNode json, String field, Instant now) {
        try {
            return MethodPayload.text(json, field).map(text -> PointInTime.parse(text, now));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
        }
    }

    private static Optional<Integer> number(JsonNode json, String field, int most) {
        Optional<String> text = MethodPayload.text(json, field);
        try {
            Optional<Integer> number = text.map(String::strip).map(Integer::valueOf);
            if (number.filter(value -> value < 0 || value > most).isEmpty()) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                field + " is \"" + Printable.of(text.orElse(""), 40) + "\", expected a whole number from 0 to " + most);
    }

    /**
     * The engine's own tail counts from the end of the log, whatever {@code until} says: with both, lines are counted here, in a
     * first reading.
     */
    boolean countsHere() {
        return tail.isPresent() && until.isPresent();
    }
}
