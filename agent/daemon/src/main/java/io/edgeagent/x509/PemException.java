package io.edgeagent.x509;

/** A file of certificates or keys cannot be used. The message names the file and says what to do; it quotes nothing of a key. */
public final class PemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PemException(String message) {
        super(message);
    }
}
