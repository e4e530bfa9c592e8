package io.edgeagent.model;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The times in a week at which modules that run may be changed, as a person writes them: {@code Mon-Fri 22:00-05:00, Sat
 * 00:00-24:00}. A time over midnight belongs to the day on which it begins. Times without a day are those of every day.
 *
 * @param text as it was written
 */
public record UpdateWindow(String text, List<Span> spans) {
    private static final int LONGEST = 200;
    private static final int DAY = 24 * 60;
    private static final Pattern COMMA = Pattern.compile("[,;]");
    private static final Pattern DAYS = Pattern.compile("([A-Za-z]{3,9})(?:\\s*-\\s*([A-Za-z]{3,9}))?");
    private static final Pattern TIMES = Pattern.compile("(\\d\\d?):(\\d\\d)\\s*-\\s*(\\d\\d?):(\\d\\d)");

    /**
     * One time on some days.
     *
     * @param from minute of the day, below 1440
     * @param until minute of the day, of the next day if it is not after {@code from}; up to 1440
     */
    public record Span(Set<DayOfWeek> days, int from, int until) {
        public Span {
            days = Set.copyOf(days);
        }

        private Opening on(LocalDate day, ZonedDateTime zoned) {
            ZonedDateTime begin = day.atStartOfDay(zoned.getZone()).with(day.atTime(from / 60, from % 60));
            LocalDate last = until <= from || until == DAY ? day.plusDays(1) : day;
            ZonedDateTime end = last.atTime(until % DAY / 60, until % 60).atZone(zoned.getZone());
            // the hour that summer time leaves out may be all of it
            Duration nominal = Duration.ofMinutes((until - from + DAY - 1) % DAY + 1L);
            return new Opening(begin, end.isAfter(begin) ? end : begin.plus(nominal));
        }
    }

    private record Opening(ZonedDateTime begin, ZonedDateTime end) {
        boolean holds(ZonedDateTime time) {
            return !time.isBefore(begin) && time.isBefore(end);
        }
    }

    public UpdateWindow {
        spans = List.copyOf(spans);
    }

    /** @throws IllegalArgumentException saying what is wrong and how it is written */
    public static UpdateWindow parse(String text) {
        if (text.length() > LONGEST) {
            throw wrong("the text has more than " + LONGEST + " characters");
        }
        List<Span> spans = new ArrayList<>();
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String part : COMMA.split(text, -1)) {
            String times = daysIn(part.strip(), days);
            if (!times.isEmpty()) {
                spans.add(span(times, days.isEmpty() ? EnumSet.allOf(DayOfWeek.class) : days));
                days = EnumSet.noneOf(DayOfWeek.class);
            }
        }
        if (!days.isEmpty()) {
            throw wrong("days without a time at the end of \"" + text + "\"");
        }
        return new UpdateWindow(text, spans);
    }

    /** Adds the days at the beginning of the part, and gives what is left of it. */
    private static String daysIn(String part, Set<DayOfWeek> days) {
        Matcher matcher = DAYS.matcher(part);
        if (part.isEmpty() || !matcher.lookingAt()) {
            if (part.isEmpty() || !Character.isDigit(part.charAt(0))) {
                throw wrong("\"" + part + "\" is neither a day nor a time");
            }
            return part;
        }
        DayOfWeek first = day(matcher.group(1));
        DayOfWeek last = matcher.group(2) == null ? first : day(matcher.group(2));
        for (DayOfWeek day = first; ; day = day.plus(1)) {
            days.add(day);
            if (day == last) {
                return part.substring(matcher.end()).strip();
            }
        }
    }

    private static DayOfWeek day(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        for (DayOfWeek day : DayOfWeek.values()) {
            if (day.name().equals(upper) || day.name().substring(0, 3).equals(upper)) {
                return day;
            }
        }
        throw wrong("\"" + name + "\" is not a day");
    }

    private static Span span(String times, Set<DayOfWeek> days) {
        Matcher matcher = TIMES.matcher(times);
        if (!matcher.matches()) {
            throw wrong("\"" + times + "\" is not a time from-until");
        }
        int from = minute(matcher.group(1), matcher.group(2), DAY - 1);
        int until = minute(matcher.group(3), matcher.group(4), DAY);
        if (from == until) {
            throw wrong("\"" + times + "\" ends when it begins; a whole day is 00:00-24:00");
        }
        return new Span(days, from, until);
    }

    private static int minute(String hours, String minutes, int most) {
        int minute = Integer.parseInt(hours) * 60 + Integer.parseInt(minutes);
        if (Integer.parseInt(minutes) > 59 || minute > most) {
            throw wrong("\"" + hours + ":" + minutes + "\" is not a time of the day");
        }
        return minute;
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(what + "; write it like \"Mon-Fri 22:00-05:00, Sat 00:00-24:00\"");
    }

    public boolean isOpen(ZonedDateTime now) {
        return openings(now).anyMatch(opening -> opening.holds(now));
    }

    /** When it opens next, after a time at which it is closed. */
    public Optional<ZonedDateTime> nextOpening(ZonedDateTime now) {
        return openings(now)
                .map(Opening::begin)
                .filter(begin -> begin.isAfter(now))
                .min(Comparator.naturalOrder());
    }

    /** From the day before, which may reach into this one, to the same day of the next week. */
    private Stream<Opening> openings(ZonedDateTime now) {
        return IntStream.rangeClosed(-1, 8)
                .mapToObj(now.toLocalDate()::plusDays)
                .flatMap(day -> spans.stream()
                        .filter(span -> span.days().contains(day.getDayOfWeek()))
                        .map(span -> span.on(day, now)));
    }
}
