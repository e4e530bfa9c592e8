package io.edgeagent.adapter.hubnet.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An answer with its whole body: some clients know no chunks.
 *
 * @param type of the body
 * @param body as text
 */
record HttpAnswer(int status, String type, String body) {
    private static final Map<Integer, String> REASONS = Map.of(
            200, "OK",
            204, "No Content",
            400, "Bad Request",
            401, "Unauthorized",
            404, "Not Found",
            405, "Method Not Allowed",
            413, "Content Too Large",
            429, "Too Many Requests",
            503, "Service Unavailable",
            504, "Gateway Timeout");

    static HttpAnswer json(int status, String body) {
        return new HttpAnswer(status, "application/json; charset=utf-8", body);
    }

    /** As edgeHub says most of what is wrong: {@code {"message":".."}}. */
    static HttpAnswer message(int status, String text) {
        return json(
                status,
                JsonNodeFactory.instance.objectNode().put("message", text).toString());
    }

    /** As edgeHub says what is wrong with a body. */
    static HttpAnswer text(int status, String text) {
        return new HttpAnswer(status, "text/plain; charset=utf-8", text);
    }

    /** @param last whether the connection ends with it */
    ByteBuffer bytes(boolean last) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + " " + REASONS.getOrDefault(status, "Error") + "\r\nContent-Type: " + type
                + "\r\nX-Content-Type-Options: nosniff\r\nContent-Length: " + content.length
                + (last ? "\r\nConnection: close" : "") + "\r\n\r\n";
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(start.length + content.length)
                .put(start)
                .put(content)
                .flip();
    }
}
