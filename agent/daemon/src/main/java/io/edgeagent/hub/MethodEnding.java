package io.edgeagent.hub;

import io.edgeagent.model.Json;

/**
 * How a call of a direct method ended.
 *
 * @param status the client's, or one that says what went wrong, as in HTTP
 * @param payload JSON text as the client sent it, or {@code {"message":".."}}
 */
public record MethodEnding(Outcome outcome, int status, String payload) {
    public enum Outcome {
        /** The client answered, whatever it said. */
        ANSWERED,
        /** It was not there, or did not take methods, as long as the caller waited for that. */
        NOT_THERE,
        /** It has the call, and was too slow or is gone. */
        NO_ANSWER,
        /** The call was not made: too many wait for this client. */
        TOO_MANY
    }

    static MethodEnding of(int status, String payload) {
        return new MethodEnding(Outcome.ANSWERED, status, payload);
    }

    static MethodEnding failed(Outcome outcome, int status, String reason) {
        return new MethodEnding(
                outcome,
                status,
                Json.MAPPER.createObjectNode().put("message", reason).toString());
    }
}
