package io.edgeagent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttemptTest {
    static Stream<Throwable> faults() {
        return Stream.of(
                new ProblemException(ErrorCode.INTERNAL, "known"),
                new NullPointerException(),
                new AssertionError("injected"),
                new NoClassDefFoundError("gone"),
                new StackOverflowError());
    }

    @ParameterizedTest
    @MethodSource("faults")
    void what_goes_wrong_with_the_work_of_one_module_is_its_problem(Throwable fault) {
        assertThat(Attempt.of(() -> raise(fault), problem -> problem.code().name()))
                .isEqualTo("INTERNAL");
    }

    @Test
    void a_machine_that_is_broken_is_no_modules_problem() {
        assertThatExceptionOfType(OutOfMemoryError.class)
                .isThrownBy(() -> Attempt.of(() -> raise(new OutOfMemoryError("injected")), Problem::text));
    }

    private static String raise(Throwable fault) {
        if (fault instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) fault;
    }
}
