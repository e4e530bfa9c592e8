package io.edgeagent.hub.route;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A body as conditions see it. It can be read only where the content type is exactly {@code application/json} and the encoding
 * utf-8, utf-16 or utf-32, the latter two little endian (hub contract 0).
 */
public final class JsonBody {
    private static final ObjectReader READER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION)
            .build()
            .reader();
    private static final Map<String, Charset> ENCODINGS = Map.of(
            "utf-8", StandardCharsets.UTF_8,
            "utf-16", StandardCharsets.UTF_16LE,
            "utf-32", Charset.forName("UTF-32LE"));

    private final Optional<JsonNode> root;
    private final String reason;

    private JsonBody(Optional<JsonNode> root, String reason) {
        this.root = root;
        this.reason = reason;
    }

    /** Reads a body; never fails. */
    public static JsonBody of(Optional<String> contentType, Optional<String> contentEncoding, ByteBuffer body) {
        if (!contentType.filter("application/json"::equalsIgnoreCase).isPresent()) {
            return without("its content type is " + contentType.orElse("not set") + " instead of application/json");
        }
        Charset charset = ENCODINGS.get(contentEncoding.orElse("").toLowerCase(Locale.ROOT));
        if (charset == null) {
            return without("its content encoding is " + contentEncoding.orElse("not set") + " instead of utf-8");
        }
        try {
            String text = charset.newDecoder().decode(body.duplicate()).toString();
            JsonNode root = READER.readTree(text.startsWith("\uFEFF") ? text.substring(1) : text);
            return root.isObject() ? new JsonBody(Optional.of(root), "") : without("its body is not a JSON object");
        } catch (CharacterCodingException e) {
            return without("its body is not " + charset);
        } catch (JsonProcessingException | UncheckedIOException e) {
            return without("its body is not valid JSON");
        }
    }

    private static JsonBody without(String reason) {
        return new JsonBody(Optional.empty(), reason);
    }

    /** Why nothing in the body can be asked for; empty where it can. */
    public String reason() {
        return reason;
    }

    Object at(BodyPath path) {
        return root.map(path::in).orElse(Expression.UNDEFINED);
    }
}
