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
    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(200, "OK"),
            Map.entry(204, "No Content"),
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(413, "Content Too Large"),
            Map.entry(415, "Unsupported Media Type"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(501, "Not Implemented"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(504, "Gateway Timeout"));
    /** Has no body, and says nothing of one (RFC 9110, 15.3.5). */
    static final HttpAnswer NO_CONTENT = new HttpAnswer(204, "", "");

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
        String ofBody = "\r\nContent-Type: " + type + "\r\nX-Content-Type-Options: nosniff\r\nContent-Length: "
                + content.length;
        String head = "HTTP/1.1 " + status + " " + REASONS.getOrDefault(status, "Error")
                + (type.isEmpty() ? "" : ofBody)
                + (last ? "\r\nConnection: close" : "") + "\r\n\r\n";
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(start.length + content.length)
                .put(start)
                .put(content)
                .flip();
    }
}
