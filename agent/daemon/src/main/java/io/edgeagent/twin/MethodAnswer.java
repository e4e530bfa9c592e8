package io.edgeagent.twin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;

/** The answer to a direct method: an HTTP-like status and JSON. */
public record MethodAnswer(int status, JsonNode payload) {
    public static final MethodAnswer OK = new MethodAnswer(200, NullNode.getInstance());

    public static MethodAnswer error(int status, String message) {
        return new MethodAnswer(status, JsonNodeFactory.instance.objectNode().put("message", message));
    }
}
