package io.edgeagent.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;

/** The answer to a direct method: an HTTP-like status and JSON. */
public record MethodResult(int status, JsonNode payload) {
    public static final MethodResult OK = new MethodResult(200, NullNode.getInstance());

    public static MethodResult error(int status, String message) {
        return new MethodResult(status, JsonNodeFactory.instance.objectNode().put("message", message));
    }
}
