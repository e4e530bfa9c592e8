package io.edgeagent.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Words and tables for people. */
final class Terminal {
    private static final int USUAL_COLUMNS = 80;

    private Terminal() {}

    /** What others named or said, without what a terminal would obey. */
    static String plain(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u0080-\\u009f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]+", " ");
    }

    /** To standard error: names and reasons in it may be somebody else's, lines stay lines. */
    static void complain(String text) {
        text.lines().map(Terminal::plain).forEach(System.err::println);
    }

    /** proc(5). Since Java 22 System.console() is there without a terminal too, and before it has no isTerminal(). */
    static boolean isTerminal(String descriptor) {
        try {
            return Files.readSymbolicLink(Path.of(descriptor)).toString().matches("/dev/(pts/\\d+|tty\\w*|console)");
        } catch (IOException e) {
            return false;
        }
    }

    /** How many columns an answer may have: as many as it likes where a file or a program takes it. */
    static int columnsOfOutput() {
        return isTerminal("/proc/self/fd/1") ? columns() : Integer.MAX_VALUE;
    }

    /** How many columns the terminal has; 80 where it does not say. */
    static int columns() {
        String given = Objects.requireNonNullElse(System.getenv("COLUMNS"), "");
        if (given.matches("[1-9]\\d{0,3}")) {
            return Integer.parseInt(given);
        }
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var answer = stty.getInputStream()) {
                String size = new String(answer.readNBytes(20), StandardCharsets.US_ASCII).strip();
                return size.matches("\\d+ [1-9]\\d{0,3}")
                        ? Integer.parseInt(size.substring(size.indexOf(' ') + 1))
                        : USUAL_COLUMNS;
            } finally {
                stty.destroyForcibly();
            }
        } catch (IOException e) {
            return USUAL_COLUMNS;
        }
    }

    /** Columns, each as wide as its widest cell; the last one is not filled up. */
    static String table(List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = IntStream.range(0, columns)
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        StringBuilder table = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                line.append(row.get(column));
                line.append(" ".repeat(widths[column] - row.get(column).length() + 2));
            }
            table.append(line.toString().stripTrailing()).append('\n');
        }
        return table.toString();
    }

    /** The same; where it would be wider than so many columns, each row in lines of its own, under its first cell. */
    static String table(List<List<String>> rows, int columns) {
        String table = table(rows);
        if (table.lines().allMatch(line -> line.length() <= columns)) {
            return table;
        }
        List<String> heads = rows.get(0);
        StringBuilder stacked = new StringBuilder();
        for (List<String> row : rows.subList(1, rows.size())) {
            stacked.append(row.get(0)).append('\n');
            stacked.append(table(IntStream.range(1, heads.size())
                    .mapToObj(cell -> List.of("", heads.get(cell), row.get(cell)))
                    .toList()));
        }
        return stacked.toString();
    }

    /** "3 hours"; "less than a second" for what a wrong clock makes negative. */
    static String since(Instant time, Instant now) {
        long seconds = Duration.between(time, now).toSeconds();
        if (seconds < 1) {
            return "less than a second";
        }
        if (seconds < 120) {
            return count(seconds, "second");
        }
        if (seconds < 2 * 3600) {
            return count(seconds / 60, "minute");
        }
        if (seconds < 2 * 86400) {
            return count(seconds / 3600, "hour");
        }
        return count(seconds / 86400, "day");
    }

    private static String count(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }
}
