package io.edgeagent.adapter.workload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import java.nio.charset.StandardCharsets;

/**
 * An answer. Azure's Java client splits the status line at its spaces into exactly three parts, reads ASCII, knows no chunks and
 * reads until the end of the connection: so the reason is one word, the JSON one ASCII line, and every answer closes.
 */
record Reply(int status, ObjectNode json) {
    private static final ObjectWriter ASCII = Json.MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

    static Reply error(int status, String message) {
        return new Reply(status, JsonNodeFactory.instance.objectNode().put("message", message));
    }

    static Reply of(Refusal refusal) {
        return error(refusal.status, refusal.getMessage());
    }

    byte[] bytes() {
        try {
            String body = ASCII.writeValueAsString(json);
            return ("HTTP/1.1 " + status + " " + reason() + "\r\nContent-Type: application/json\r\nContent-Length: "
                            + body.length() + "\r\nConnection: close\r\n\r\n" + body)
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    private String reason() {
        return switch (status) {
            case 200 -> "OK";
            case 201 -> "Created";
            case 400 -> "BadRequest";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 408 -> "Timeout";
            case 409 -> "Conflict";
            case 411 -> "LengthRequired";
            case 413 -> "TooLarge";
            case 415 -> "UnsupportedMediaType";
            case 422 -> "Unprocessable";
            case 431 -> "HeaderTooLarge";
            case 501 -> "NotImplemented";
            case 503 -> "Busy";
            default -> "Error";
        };
    }
}
