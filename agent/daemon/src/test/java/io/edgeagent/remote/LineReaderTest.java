package io.edgeagent.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineReaderTest {
    private static final String STAMP = "2026-11-28T09:00:00.123456789Z ";

    private final List<String> lines = new ArrayList<>();

    private LineReader reader(boolean stamped) {
        return new LineReader(stamped, line -> {
            lines.add((line.stderr() ? "err " : "out ") + (line.continues() ? "+" : "") + line.level() + " "
                    + line.time().map(String::valueOf).orElse("-") + " " + line.text());
            return true;
        });
    }

    private static void feed(LineReader reader, boolean stderr, boolean begins, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(reader.read(stderr, begins, bytes, bytes.length)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        <6> 2024-01-01 00:00:00.000 +00:00 [INF] - msg  | 6 2024-01-01T00:00:00Z [INF] - msg
        <3> 2024-01-01 01:00:00.500 +01:00 [ERR] - bad  | 3 2024-01-01T00:00:00.500Z [ERR] - bad
        <4>no blank                                     | 4 - no blank
        2024-01-01 00:00:00.000 +00:00 no level         | 6 2024-01-01T00:00:00Z no level
        just text                                       | 6 - just text
        <x> 2024-01-01 00:00:00.000 +00:00 other        | 6 - <x> 2024-01-01 00:00:00.000 +00:00 other
        <7> 2024-99-01 00:00:00.000 +00:00 no such day  | 7 - no such day
        <7> 2024-01-01 00:00:00.000 +00:00              | 7 - 2024-01-01 00:00:00.000 +00:00
        <                                               | 6 - <
        """)
    void level_time_and_text_are_read_from_a_line(String line, String expected) throws IOException {
        LineReader reader = reader(false);
        feed(reader, false, true, line + "\n");

        assertThat(lines).containsExactly("out " + expected);
    }

    @Test
    void a_line_may_come_in_pieces_of_both_streams_mixed() throws IOException {
        LineReader reader = reader(false);
        feed(reader, false, true, "<4> a");
        feed(reader, true, true, "<3> x\r\nz");
        feed(reader, false, true, "b\n\nlast");
        reader.end();

        assertThat(lines).containsExactly("err 3 - x", "out 4 - ab", "out 6 - ", "out 6 - last", "err 6 - z");
    }

    @Test
    void the_engines_time_counts_where_the_module_wrote_none() throws IOException {
        LineReader reader = reader(true);
        feed(reader, false, true, STAMP + "<4> text\n");
        feed(reader, false, true, STAMP + "2024-01-01 00:00:00.000 +00:00 own\n");

        assertThat(lines)
                .containsExactly("out 4 2026-11-28T09:00:00.123456789Z text", "out 6 2024-01-01T00:00:00Z own");
    }

    @Test
    void the_engines_time_in_the_middle_of_a_long_line_is_dropped() throws IOException {
        LineReader reader = reader(true);
        feed(reader, false, true, STAMP + "abc");
        feed(reader, false, true, STAMP.substring(0, 10));
        feed(reader, false, false, STAMP.substring(10) + "de");
        feed(reader, false, false, "f g\n");

        assertThat(lines).containsExactly("out 6 2026-11-28T09:00:00.123456789Z abcdef g");
    }

    @Test
    void a_line_without_end_comes_in_parts_of_32_kb() throws IOException {
        List<Integer> lengths = new ArrayList<>();
        List<Boolean> continued = new ArrayList<>();
        LineReader reader = new LineReader(false, line -> {
            lengths.add(line.length());
            return continued.add(line.continues());
        });
        byte[] piece = "x".repeat(8192).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 10; i++) {
            assertThat(reader.read(false, i == 0, piece, piece.length)).isTrue();
        }
        reader.end();

        assertThat(lengths).containsExactly(32 << 10, 32 << 10, 16 << 10);
        assertThat(continued).containsExactly(false, true, true);
    }

    @Test
    void who_has_enough_is_asked_no_more() throws IOException {
        LineReader reader = new LineReader(false, line -> false);
        byte[] two = "a\nb\n".getBytes(StandardCharsets.UTF_8);

        assertThat(reader.read(false, true, two, two.length)).isFalse();
    }

    @Test
    void an_engine_whose_times_make_no_sense_costs_a_time_and_no_text() throws IOException {
        LineReader reader = reader(true);
        feed(reader, false, true, "yesterday text\n");

        assertThat(lines).containsExactly("out 6 - text");
    }
}
