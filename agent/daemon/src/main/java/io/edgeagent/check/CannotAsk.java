package io.edgeagent.check;

/** There is no answer, for a reason that another check names. */
public final class CannotAsk extends Exception {
    private static final long serialVersionUID = 1L;

    public CannotAsk(String reason) {
        super(reason);
    }
}
