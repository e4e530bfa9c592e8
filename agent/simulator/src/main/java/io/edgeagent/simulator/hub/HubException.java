package io.edgeagent.simulator.hub;

import io.edgeagent.protocol.HubError;

/** A request that the hub refuses, with the code that clients get to see. */
public final class HubException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final HubError error;

    public HubException(HubError error, String message) {
        super(message);
        this.error = error;
    }

    public HubError error() {
        return error;
    }
}
