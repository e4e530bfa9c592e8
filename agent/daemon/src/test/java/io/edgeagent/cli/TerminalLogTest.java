package io.edgeagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalLogTest {
    @ParameterizedTest
    @CsvSource({
        "'\u001b]0;owned\u0007x', '?]0;owned?x'", // title
        "'\u001b[2J\u001b[H', '?[2J?[H'", // clears the screen
        "'\u001b[6n', '?[6n'", // makes the terminal type
        "'\u001bP$q\"p\u001b\\', '?P$q\"p?\\'",
        "'a\bb\u007f\u0000', 'a?b??'",
        "'\u009b2J', '?2J'", // the same in one character
        "'\u001b\u001b[31m', '?\u001b[31m'",
    })
    void what_a_terminal_would_obey_is_shown_instead(String written, String shown) throws IOException {
        assertThat(through(written)).isEqualTo(shown);
    }

    @Test
    void text_and_colours_stay_as_they_are() throws IOException {
        String text = "\u001b[1;31mGerät\u001b[0m\tÂ ünd ° \r\n日本 \u001b[38;2;1;2;3mx\u001b[m";

        assertThat(through(text)).isEqualTo(text);
    }

    @Test
    void a_sequence_without_end_is_not_kept() throws IOException {
        assertThat(through("\u001b[" + "1;".repeat(100) + "m"))
                .startsWith("?[1;1;")
                .doesNotContain("\u001b");
    }

    private static String through(String text) throws IOException {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        try (TerminalLog log = new TerminalLog(to)) {
            for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
                log.write(octet);
            }
        }
        return to.toString(StandardCharsets.UTF_8);
    }
}
