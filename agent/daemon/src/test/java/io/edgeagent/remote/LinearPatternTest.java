package io.edgeagent.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearPatternTest {
    private static final String LONG = "a".repeat(30_000) + "!";

    /** Each takes longer than the age of the world, or more than the stack of a board, where a matcher goes back and forth. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "^(a+)+$",
                "^(a|a)*$",
                "^(a|aa)+$",
                "^(a*)*$",
                "(.*a){20}b",
                "^(([a-z])+.)+[A-Z]([a-z])+$",
                "(x+x+)+y",
                "(a?){50}a{50}b"
            })
    void one_that_explodes_elsewhere_is_answered_on_a_boards_stack(String text) throws InterruptedException {
        AtomicReference<Object> result = new AtomicReference<>("nothing");
        Thread board = new Thread(
                null, () -> result.set(LinearPattern.of("regex", text, false).isIn(LONG)), "board", 256 << 10);
        board.setUncaughtExceptionHandler((thread, failure) -> result.set(failure));
        board.start();
        board.join();

        assertThat(result.get()).isEqualTo(false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a{1001}",
                "(a{1000}){1000}",
                "((((a{100}){100}){100}){100}){100}",
                "(abcdefghij{0,10}){900}",
                "((a{2,900}b){3}c){4}d{99}"
            })
    void one_that_would_become_huge_is_refused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinearPattern.of("regex", text, false))
                .withMessageStartingWith("regex ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[a", "*", "a{2,1}", "(?=a)", "(?<!a)b", "(a)\\1", "\\"})
    void one_that_is_wrong_or_of_another_kind_says_so(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinearPattern.of("id", text, true))
                .withMessageStartingWith("id is not a regular expression that can be used here: ");
    }

    @Test
    void nests_as_deep_as_its_length_allows() throws InterruptedException {
        AtomicReference<Object> result = new AtomicReference<>("nothing");
        Thread board = new Thread(
                null,
                () -> {
                    try {
                        result.set(LinearPattern.of("id", "(".repeat(255) + "a" + ")".repeat(255), false)
                                .isIn("a"));
                    } catch (IllegalArgumentException e) {
                        result.set(e.getMessage());
                    }
                },
                "board",
                256 << 10);
        board.start();
        board.join();

        assertThat(result.get()).isIn(true, "id is nested too deeply");
    }

    @Test
    void usual_ones_match_somewhere_in_the_text() {
        String uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
        assertThat(LinearPattern.of("regex", uuid, false).isIn("id 01234567-89ab-cdef-0123-456789abcdef gone"))
                .isTrue();
        assertThat(LinearPattern.of("regex", "\\d{1,3}(\\.\\d{1,3}){3}", false).isIn("from 10.0.0.7"))
                .isTrue();
        assertThat(LinearPattern.of("id", "^TEMP", true).isIn("tempSensor")).isTrue();
        assertThat(LinearPattern.of("regex", "temp$", false).isIn("tempSensor")).isFalse();
    }

    @Test
    void is_bounded_in_length() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinearPattern.of("id", "a".repeat(513), true))
                .withMessageContaining("longer than 512");
    }
}
