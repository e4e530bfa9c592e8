package io.edgeagent.model;

/** The desired properties cannot be followed; the last good deployment stays in force. */
public final class RefusedDeployment extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient DeploymentStatus status;

    RefusedDeployment(DeploymentStatus status) {
        super(status.description());
        this.status = status;
    }

    /** What is reported: 400, 412 or 417, with the field named. */
    public DeploymentStatus status() {
        return status;
    }
}
