package io.edgeagent.reconcile;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the engine is asked to create.
 *
 * @param name of the container
 * @param body of Docker's container create call, complete with image, environment, labels and network
 */
public record ContainerSpec(String name, ObjectNode body) {
    /** Without the body, whose environment may hold secrets. */
    @Override
    public String toString() {
        return name;
    }
}
