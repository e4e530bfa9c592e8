package io.edgeagent.model;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class ProblemTest {
    @Test
    void is_one_line() {
        Problem problem = new Problem(ErrorCode.INTERNAL, " a\r\nb\tc\u2028d\u0085e\u001b[31m\u0000f \n");

        assertThat(problem.text()).isEqualTo("a b c d e [31m f");
        assertThat(problem).hasToString("a b c d e [31m f [INTERNAL]");
    }

    @Test
    void is_500_characters_long_at_most_and_shows_that_it_was_cut() {
        assertThat(new Problem(ErrorCode.INTERNAL, "x".repeat(500)).text())
                .hasSize(500)
                .doesNotContain("...");
        assertThat(new Problem(ErrorCode.INTERNAL, "x".repeat(501)).text())
                .hasSize(500)
                .endsWith("x...");
    }

    @Test
    void does_not_cut_a_character_in_two() {
        String text = new Problem(ErrorCode.INTERNAL, "x".repeat(496) + "\ud83d\ude00".repeat(9)).text();

        assertThat(text).isEqualTo("x".repeat(496) + "...");
    }

    @Property
    void takes_any_text(@ForAll @StringLength(max = 2000) String text) {
        assertThat(new Problem(ErrorCode.INTERNAL, text).text())
                .hasSizeLessThanOrEqualTo(500)
                .doesNotContain("\n");
    }

    @Test
    void is_found_behind_any_exception() {
        ProblemException known = new ProblemException(ErrorCode.PORT_TAKEN, "port 80 is taken");

        assertThat(ProblemException.of(known)).isSameAs(known.problem());
        assertThat(ProblemException.of(new IllegalStateException("oops")))
                .isEqualTo(new Problem(ErrorCode.INTERNAL, "IllegalStateException: oops"));
        assertThat(ProblemException.of(new NullPointerException()).text()).isEqualTo("NullPointerException");
    }
}
