package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A device's or module's answer to a direct method.
 *
 * @param status the callee's own, by custom like an HTTP status
 * @param payload null node where it sent none
 */
public record MethodResult(int status, JsonNode payload) {}
