package io.edgeagent.model;

/** When a module that ended is started again (manifest, restartPolicy). */
public enum RestartPolicy {
    NEVER("never"),
    /** After an exit code other than 0. */
    ON_FAILURE("on-failure"),
    /** As on-failure, and when its HEALTHCHECK fails. */
    ON_UNHEALTHY("on-unhealthy"),
    ALWAYS("always");

    private final String text;

    RestartPolicy(String text) {
        this.text = text;
    }

    /** As in the manifest. */
    public String text() {
        return text;
    }
}
