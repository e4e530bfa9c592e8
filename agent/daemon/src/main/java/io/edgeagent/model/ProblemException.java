package io.edgeagent.model;

/** Thrown by every port. Carries the {@link Problem} that reaches the report. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(ErrorCode code, String text) {
        super(text);
        this.problem = new Problem(code, text);
    }

    public ProblemException(ErrorCode code, String text, Throwable cause) {
        super(text, cause);
        this.problem = new Problem(code, text);
    }

    public Problem problem() {
        return problem;
    }

    /** The problem behind any exception; one that nobody foresaw is {@link ErrorCode#INTERNAL} with its class named. */
    public static Problem of(Throwable thrown) {
        if (thrown instanceof ProblemException known) {
            return known.problem;
        }
        String message = thrown.getMessage() == null ? "" : ": " + thrown.getMessage();
        return new Problem(ErrorCode.INTERNAL, thrown.getClass().getSimpleName() + message);
    }
}
