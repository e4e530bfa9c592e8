package io.edgeagent.model;

/**
 * Something that an agent made on an engine and left there, as the modules it runs.
 *
 * @param id the engine's
 * @param device hub/device of the agent that made it
 * @param state as the engine says it: running, exited; for a network who else is on it, or nothing
 */
public record Leftover(Kind kind, String id, String name, String device, String state) {
    /** In the order in which they can be removed. */
    public enum Kind {
        CONTAINER,
        NETWORK
    }
}
