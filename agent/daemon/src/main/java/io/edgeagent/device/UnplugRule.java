package io.edgeagent.device;

import io.edgeagent.model.ModuleSpec;

/** What becomes of a module that runs when a device that it needs vanishes. */
public enum UnplugRule {
    /** It goes on running. */
    IGNORE,
    /** It is stopped, and started when the device is back. */
    STOP,
    /** It goes on running, and is restarted when the device is back, so that it opens it anew. */
    RESTART;

    /** {@code ignore}, {@code stop} or {@code restart}. */
    public static final String LABEL = "io.edge-agent.on-unplug";

    /** A label that makes no sense counts as absent. */
    public static UnplugRule of(ModuleSpec spec) {
        String text = spec.createOptions().label(LABEL).orElse("");
        return switch (text) {
            case "stop" -> STOP;
            case "restart" -> RESTART;
            default -> IGNORE;
        };
    }
}
