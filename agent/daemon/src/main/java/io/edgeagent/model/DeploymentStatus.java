package io.edgeagent.model;

/**
 * lastDesiredStatus in IoT Edge's codes.
 *
 * @param description empty where all is well
 */
public record DeploymentStatus(int code, String description) {
    // a twin takes texts of at most 4 KB (IoT Hub docs), and a character can be 3 bytes
    private static final int MAX_DESCRIPTION = 1300;

    public static final DeploymentStatus SUCCESS = new DeploymentStatus(200, "");
    public static final DeploymentStatus EMPTY = new DeploymentStatus(
            417,
            "This device has no deployment yet: choose \"Set modules\" in the portal, or run az iot edge set-modules");
    public static final DeploymentStatus NOT_RUNNING =
            new DeploymentStatus(406, "The agent was stopped on the device; its modules keep running");

    public DeploymentStatus {
        description = Problem.line(description, MAX_DESCRIPTION);
    }

    /** @param more what a person should know beside that */
    public static DeploymentStatus applied(String more) {
        return new DeploymentStatus(200, more);
    }

    /** IoT Edge's code for "cannot be said". */
    public static DeploymentStatus unknown(String description) {
        return new DeploymentStatus(406, description);
    }

    public static DeploymentStatus formatError(String description) {
        return new DeploymentStatus(400, description);
    }

    public static DeploymentStatus unsupportedSchema(String description) {
        return new DeploymentStatus(412, description);
    }

    public static DeploymentStatus failed(String description) {
        return new DeploymentStatus(500, description);
    }
}
