package io.edgeagent.simulator.blob;

/** A request that the storage refuses, as Azure does: status, error code and text. */
public final class BlobException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    BlobException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
