package io.edgeagent.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Bounds the logs of modules that do not choose a LogConfig themselves: Docker's json-file grows until the disk is full. Where the
 * engine logs to journald or elsewhere, that place has its own bounds. No part of a module's fingerprint: containers that exist
 * are not made anew for it.
 *
 * @param maxSize of one file as Docker writes sizes, "10m"
 * @param maxFiles kept of a container
 */
public record LogCap(String maxSize, int maxFiles) {
    public static final LogCap DEFAULT = new LogCap("10m", 3);

    private static final String JSON_FILE = "json-file";

    /**
     * The container with the cap, or as it is where none is wanted.
     *
     * @param loggingDriver the engine's default
     */
    public ContainerSpec on(ContainerSpec spec, String loggingDriver) {
        JsonNode chosen = spec.body().path("HostConfig").path("LogConfig");
        if (!loggingDriver.equals(JSON_FILE) || !isUnset(chosen)) {
            return spec;
        }
        ObjectNode body = spec.body().deepCopy();
        body.withObjectProperty("HostConfig")
                .putObject("LogConfig")
                .put("Type", JSON_FILE)
                .putObject("Config")
                .put("max-size", maxSize)
                .put("max-file", Integer.toString(maxFiles));
        return new ContainerSpec(spec.name(), body);
    }

    // docker inspect shows an unset one as {"Type":"","Config":{}}, and such texts are pasted into manifests
    private static boolean isUnset(JsonNode chosen) {
        return chosen.isMissingNode()
                || chosen.isNull()
                || (chosen.isObject()
                        && chosen.path("Type").asText("").isEmpty()
                        && chosen.path("Config").isEmpty());
    }
}
