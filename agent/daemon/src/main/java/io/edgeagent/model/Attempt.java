package io.edgeagent.model;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The one place where whatever goes wrong with one module's work becomes that module's problem, so that all others are planned,
 * started and reported as if it were not there. Exceptions and errors are treated alike; only those that say that the Java machine
 * itself is broken go on.
 */
public final class Attempt {
    private Attempt() {}

    /**
     * @param work what is done for one module
     * @param otherwise makes the result out of the problem
     */
    public static <T> T of(Supplier<T> work, Function<Problem, T> otherwise) {
        try {
            return work.get();
        } catch (StackOverflowError e) {
            return otherwise.apply(new Problem(ErrorCode.INTERNAL, "too deeply nested or too long to be read"));
        } catch (VirtualMachineError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            return otherwise.apply(ProblemException.of(e));
        }
    }

    /** As {@link #of}, for work without a result. */
    public static void run(Runnable work, Consumer<Problem> otherwise) {
        of(
                () -> {
                    work.run();
                    return true;
                },
                problem -> {
                    otherwise.accept(problem);
                    return false;
                });
    }
}
