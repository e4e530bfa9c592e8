package io.edgeagent.model;

/** Whether the registry is asked before a container is made (manifest, imagePullPolicy). */
public enum PullPolicy {
    ON_CREATE("on-create"),
    NEVER("never");

    private final String text;

    PullPolicy(String text) {
        this.text = text;
    }

    /** As in the manifest. */
    public String text() {
        return text;
    }
}
