package io.edgeagent.adapter.workload;

/** A request that gets an error for an answer. Costs no stack trace, because hostile input makes many. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    final int status;

    Refusal(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }
}
