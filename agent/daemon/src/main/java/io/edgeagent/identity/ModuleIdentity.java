package io.edgeagent.identity;

/**
 * A module's identity in the hub.
 *
 * @param generationId changes when the identity is deleted and made again
 */
public record ModuleIdentity(String moduleId, String generationId) {}
