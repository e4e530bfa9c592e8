package io.edgeagent.model;

import java.util.Locale;

/** How a module does, in the words that the portal knows. */
public enum RuntimeStatus {
    UNKNOWN,
    BACKOFF,
    RUNNING,
    UNHEALTHY,
    STOPPED,
    FAILED,
    DEAD;

    /** As reported. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
