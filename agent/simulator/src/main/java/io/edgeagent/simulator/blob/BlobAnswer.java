package io.edgeagent.simulator.blob;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the storage answers.
 *
 * @param body empty if a part of a file is sent
 * @param part of a file
 */
public record BlobAnswer(int status, Map<String, String> headers, String body, Optional<Part> part) {

    /** Bytes of a file. */
    public record Part(Path file, long from, long length) {}

    static BlobAnswer done(int status, Map<String, String> headers) {
        return new BlobAnswer(status, headers, "", Optional.empty());
    }

    static BlobAnswer xml(String body) {
        return new BlobAnswer(200, Map.of("content-type", "application/xml"), body, Optional.empty());
    }

    static BlobAnswer refusal(BlobException refused) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", "application/xml");
        headers.put("x-ms-error-code", refused.code());
        return new BlobAnswer(
                refused.status(),
                headers,
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + refused.code() + "</Code><Message>"
                        + escaped(refused.getMessage()) + "</Message></Error>",
                Optional.empty());
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** The body's bytes. */
    public byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
