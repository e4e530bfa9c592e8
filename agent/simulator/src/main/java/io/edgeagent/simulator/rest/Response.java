package io.edgeagent.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.simulator.hub.HubJson;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * An answer.
 *
 * @param body text of the content type; none for 204
 */
record Response(int status, Map<String, String> headers, String contentType, Optional<String> body) {
    private static final String JSON = "application/json; charset=utf-8";

    static Response ok(JsonNode body) {
        return new Response(200, Map.of(), JSON, Optional.of(text(body)));
    }

    /** With the etag as a header too, quoted. */
    static Response ok(JsonNode body, String etag) {
        return ok(body).with("ETag", "\"" + etag + "\"");
    }

    static Response accepted(JsonNode body) {
        return new Response(202, Map.of(), JSON, Optional.of(text(body)));
    }

    static Response noContent() {
        return new Response(204, Map.of(), JSON, Optional.empty());
    }

    static Response lines(String lines) {
        return new Response(200, Map.of(), "application/x-ndjson; charset=utf-8", Optional.of(lines));
    }

    static Response error(int status, String code, JsonNode body) {
        return new Response(status, Map.of("iothub-errorcode", code), JSON, Optional.of(text(body)));
    }

    Response with(String header, String value) {
        Map<String, String> more = new java.util.LinkedHashMap<>(headers);
        more.put(header, value);
        return new Response(status, more, contentType, body);
    }

    byte[] bytes() {
        return body.orElse("").getBytes(StandardCharsets.UTF_8);
    }

    private static String text(JsonNode json) {
        return new String(HubJson.bytes(json), StandardCharsets.UTF_8);
    }
}
