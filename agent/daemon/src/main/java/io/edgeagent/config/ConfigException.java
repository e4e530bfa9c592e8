package io.edgeagent.config;

/** The configuration cannot be used; the message says what to set where. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
