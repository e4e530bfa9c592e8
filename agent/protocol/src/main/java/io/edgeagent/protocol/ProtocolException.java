package io.edgeagent.protocol;

/** Text from the wire or from a person that breaks the contract. The message says what to do and never holds a secret. */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message);
    }

    public ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
