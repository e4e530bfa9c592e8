package io.edgeagent.model;

/** What the manifest wants of a module. */
public enum DesiredStatus {
    RUNNING("running"),
    STOPPED("stopped");

    private final String text;

    DesiredStatus(String text) {
        this.text = text;
    }

    /** As in the manifest. */
    public String text() {
        return text;
    }
}
