package io.edgeagent.device;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The 40-pin header, whose places have the same names on all these boards: {@code GPIO17} is pin 11, which {@code PIN11} names
 * too. The kernel knows them by chip and line, and each board has its own.
 */
final class Header {
    static final String STRAIGHT = "straight";

    // pin:GPIO
    private static final Map<String, Integer> PIN_OF_GPIO = new TreeMap<>(Arrays.stream(
                    ("3:2 5:3 7:4 8:14 10:15 11:17 12:18 13:27 15:22 16:23 18:24 19:10 21:9 22:25 23:11 24:8 26:7 27:0"
                                    + " 28:1 29:5 31:6 32:12 33:13 35:19 36:16 37:26 38:20 40:21")
                            .split(" "))
            .map(pair -> pair.split(":", -1))
            .collect(Collectors.toMap(pair -> "GPIO" + pair[1], pair -> Integer.valueOf(pair[0]))));

    private final Map<Integer, Line> lines;

    /**
     * A line as the kernel knows it.
     *
     * @param chip label of the chip
     * @param offset within it
     */
    record Line(String chip, int offset) {}

    private Header(Map<Integer, Line> lines) {
        this.lines = lines;
    }

    /**
     * @param chip label of the first chip
     * @param table "pin:line" with blanks between, and a '+' before a line of the second chip; {@link #STRAIGHT} where GPIO n is
     *     line n
     */
    static Header of(String chip, String secondChip, String table) {
        if (table.equals(STRAIGHT)) {
            return new Header(PIN_OF_GPIO.entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getValue,
                            entry -> new Line(
                                    chip, Integer.parseInt(entry.getKey().substring(4))))));
        }
        return new Header(Arrays.stream(table.split(" "))
                .map(pair -> pair.split(":", -1))
                .collect(Collectors.toMap(
                        pair -> Integer.valueOf(pair[0]),
                        pair -> new Line(
                                pair[1].startsWith("+") ? secondChip : chip,
                                Integer.parseInt(pair[1].replace("+", ""))))));
    }

    /** @param name GPIO17 or PIN11 */
    Optional<Line> line(String name) {
        if (name.matches("PIN\\d{1,2}")) {
            return Optional.ofNullable(lines.get(Integer.valueOf(name.substring(3))));
        }
        return Optional.ofNullable(PIN_OF_GPIO.get(name)).map(lines::get);
    }
}
