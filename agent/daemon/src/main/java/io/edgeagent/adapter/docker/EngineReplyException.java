package io.edgeagent.adapter.docker;

/** The engine answered, and the answer is a refusal or cannot be used. {@link EngineErrors} makes a problem of it. */
final class EngineReplyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * @param status of HTTP; 200 where the trouble is in the answer itself
     * @param text the engine's own words
     */
    EngineReplyException(int status, String text) {
        super(text);
        this.status = status;
    }

    static EngineReplyException tooLarge(long limit) {
        return new EngineReplyException(
                200, "the engine's answer has more than " + (limit >> 20) + " MB, too much to be read");
    }

    int status() {
        return status;
    }

    boolean isNotFound() {
        return status == 404;
    }

    boolean isConflict() {
        return status == 409;
    }

    /** Podman answers 500 where Docker answers 409 to a name that is taken; since 5 a rename ends in its database. */
    boolean isNameInUse() {
        return isConflict()
                || (status == 500
                        && (getMessage().contains("is already in use")
                                || getMessage().contains("UNIQUE constraint failed: ContainerConfig.Name")));
    }
}
