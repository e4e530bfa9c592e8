package io.edgeagent.model;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Points in time as IoT Edge's tools and methods take them: RFC 3339 with an offset, seconds since 1970, or how long ago ("10m",
 * "1 day", "1 d 2 h 3 m").
 */
public final class PointInTime {
    private static final Pattern SECONDS = Pattern.compile("\\d{1,12}");
    private static final Pattern PART = Pattern.compile("(\\d{1,9})\\s*([A-Za-z]{1,7})\\s*");
    private static final String AGO = " ago";
    private static final int MOST = 64;

    private PointInTime() {}

    /** @throws IllegalArgumentException saying what was expected; never a time before 1970 */
    public static Instant parse(String text, Instant now) {
        String stripped = text.strip();
        try {
            if (stripped.length() > MOST) {
                throw wrong(text);
            }
            Instant time = SECONDS.matcher(stripped).matches()
                    ? Instant.ofEpochSecond(Long.parseLong(stripped))
                    : isNumber(stripped)
                            ? now.minus(ago(stripped))
                            : OffsetDateTime.parse(stripped).toInstant();
            return time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time;
        } catch (DateTimeException | ArithmeticException e) {
            throw wrong(text);
        }
    }

    /** A duration begins with a number and its unit, a date with four digits and a hyphen. */
    private static boolean isNumber(String text) {
        return PART.matcher(text).lookingAt();
    }

    private static Duration ago(String text) {
        String parts = text.endsWith(AGO) ? text.substring(0, text.length() - AGO.length()) : text;
        Matcher part = PART.matcher(parts);
        Duration all = Duration.ZERO;
        int at = 0;
        while (at < parts.length()) {
            part.region(at, parts.length());
            if (!part.lookingAt()) {
                throw wrong(text);
            }
            all = all.plus(unit(part.group(2), text).multipliedBy(Long.parseLong(part.group(1))));
            at = part.end();
        }
        return all;
    }

    private static Duration unit(String name, String text) {
        return switch (name) {
            case "s", "sec", "secs", "second", "seconds" -> Duration.ofSeconds(1);
            case "m", "min", "mins", "minute", "minutes" -> Duration.ofMinutes(1);
            case "h", "hr", "hrs", "hour", "hours" -> Duration.ofHours(1);
            case "d", "day", "days" -> Duration.ofDays(1);
            case "w", "week", "weeks" -> Duration.ofDays(7);
            case "M", "month", "months" -> Duration.ofDays(30);
            case "y", "year", "years" -> Duration.ofDays(365);
            default -> throw wrong(text);
        };
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("\"" + Printable.of(text, MOST)
                + "\" is not a time; write it like \"1 day\", 10m, 2026-11-21T08:00:00Z or seconds since 1970");
    }
}
