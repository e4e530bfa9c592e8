package io.edgeagent.cli;

import io.edgeagent.model.PointInTime;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times and numbers as people type them. IllegalArgumentException says what was expected. */
final class Times {
    private static final Pattern SECONDS = Pattern.compile("(\\d{1,9})(?:\\s+ago)?");

    private Times() {}

    /** As {@link PointInTime}, but a number alone is so many seconds ago. */
    static Instant point(String text, Instant now) {
        Matcher seconds = SECONDS.matcher(text.strip());
        try {
            return PointInTime.parse(seconds.matches() ? seconds.group(1) + "s" : text, now);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + Terminal.plain(text)
                            + "\" is not a time; write it like \"1 day\", 10m or 2026-11-21T08:00:00Z",
                    e);
        }
    }

    static int lines(String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("--tail is \"" + Terminal.plain(text) + "\", expected a number or all");
        }
        return Integer.parseInt(text);
    }
}
