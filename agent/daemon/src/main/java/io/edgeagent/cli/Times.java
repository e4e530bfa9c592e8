package io.edgeagent.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times and numbers as people type them. IllegalArgumentException says what was expected. */
final class Times {
    private static final Pattern AGO = Pattern.compile(
            "(\\d{1,9})\\s*(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)?(\\s+ago)?");

    private Times() {}

    /** "10m" ago, or RFC 3339. */
    static Instant point(String text, Instant now) {
        Matcher ago = AGO.matcher(text.strip());
        if (ago.matches()) {
            long number = Long.parseLong(ago.group(1));
            return now.minus(
                    switch (ago.group(2) == null ? 's' : ago.group(2).charAt(0)) {
                        case 'm' -> Duration.ofMinutes(number);
                        case 'h' -> Duration.ofHours(number);
                        case 'd' -> Duration.ofDays(number);
                        case 'w' -> Duration.ofDays(number * 7);
                        default -> Duration.ofSeconds(number);
                    });
        }
        try {
            return OffsetDateTime.parse(text.strip()).toInstant();
        } catch (DateTimeException e) {
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
