package io.edgeagent.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.Printable;
import io.edgeagent.twin.MethodPayload;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a log is handed over.
 *
 * @param json an array of objects, one a line; else the lines as they are
 * @param gzip compressed
 */
record LogFormat(boolean json, boolean gzip) {

    /** JSON, not compressed, where nothing is said, as IoT Edge does. @throws IllegalArgumentException naming the field */
    static LogFormat of(JsonNode payload) {
        return new LogFormat(
                choice(payload, "contentType", List.of("json", "text")) == 0,
                choice(payload, "encoding", List.of("none", "gzip")) == 1);
    }

    /** Names or their numbers. */
    private static int choice(JsonNode payload, String field, List<String> names) {
        Optional<String> said = MethodPayload.text(payload, field);
        String wanted = said.orElse("0").strip().toLowerCase(Locale.ROOT);
        for (int number = 0; number < names.size(); number++) {
            if (wanted.equals(names.get(number)) || wanted.equals(String.valueOf(number))) {
                return number;
            }
        }
        throw new IllegalArgumentException(
                field + " is \"" + Printable.of(said.orElse(""), 40) + "\", expected " + String.join(" or ", names));
    }

    String contentType() {
        return json ? "application/json" : "text/plain";
    }

    Optional<String> contentEncoding() {
        return gzip ? Optional.of("gzip") : Optional.empty();
    }

    /** Of a file. */
    String extension() {
        return (json ? "json" : "log") + (gzip ? ".gz" : "");
    }
}
