package io.edgeagent.model;

import java.time.Instant;
import java.util.Optional;

/**
 * How one module does, as it is reported.
 *
 * @param description what a person should know; for a module in trouble what is wrong and what happens next
 * @param imageId empty if there is no container
 */
public record ModuleStatus(
        RuntimeStatus runtimeStatus,
        String description,
        int exitCode,
        Optional<Instant> lastStart,
        Optional<Instant> lastExit,
        int restarts,
        Optional<Instant> lastRestart,
        Optional<String> imageId) {

    /** With something added to the description. */
    public ModuleStatus withMore(String text) {
        return new ModuleStatus(
                runtimeStatus,
                description + "; " + text,
                exitCode,
                lastStart,
                lastExit,
                restarts,
                lastRestart,
                imageId);
    }
}
