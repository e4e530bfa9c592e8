package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter.Inclusion;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** One answer of the engine, read as it comes. Closing it ends the call, also while another thread reads. */
final class EngineReply implements AutoCloseable {
    // a list carries the labels of every container, so it may be large: it costs time and no memory
    private static final long ANSWER_MAX = 1L << 30;
    private static final int ERROR_MAX = 64 << 10;
    private static final Fields MESSAGE = Fields.of("message", "cause");
    // names are labels here and there, so they are not remembered
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(100).build())
            .build();
    private static final ObjectReader TREES =
            Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Response response;
    // asked for once: the second time it would be a new stream, on what the first has read
    private final InputStream body;

    private EngineReply(Response response) {
        this.response = response;
        this.body = response.getBody();
    }

    /** @throws EngineReplyException with the engine's words if it refuses */
    static EngineReply of(Response response) {
        EngineReply reply = new EngineReply(response);
        if (response.getStatusCode() < 400) {
            return reply;
        }
        try (reply) {
            throw new EngineReplyException(response.getStatusCode(), reply.errorText());
        }
    }

    InputStream body() {
        return body;
    }

    /** The answer, reduced to these fields. */
    JsonNode json(Fields fields) {
        try (JsonParser parser = parser(body, ANSWER_MAX, fields)) {
            JsonNode answer = TREES.readTree(parser);
            drain();
            return answer == null ? MissingNode.getInstance() : answer;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * The answer as it is, long strings and all.
     *
     * @param most bytes; more are refused
     */
    JsonNode whole(int most) {
        try {
            byte[] bytes = body.readNBytes(most + 1);
            if (bytes.length > most) {
                throw EngineReplyException.tooLarge(most);
            }
            return TREES.readTree(bytes);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** The objects of the answer, one after the other until it ends. */
    void each(Fields fields, Consumer<JsonNode> reader) {
        try (JsonParser parser = parser(body, Long.MAX_VALUE, fields)) {
            for (JsonNode next = TREES.readTree(parser);
                    next != null && !next.isMissingNode();
                    next = TREES.readTree(parser)) {
                reader.accept(next);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static JsonParser parser(InputStream body, long limit, Fields fields) throws IOException {
        return new FilteringParserDelegate(
                FACTORY.createParser(new ClippedJson(body, limit)), fields, Inclusion.INCLUDE_ALL_AND_PATH, true);
    }

    private static RuntimeException failure(IOException e) {
        return e instanceof JsonProcessingException json
                ? new EngineReplyException(200, "the engine's answer is not valid JSON: " + Json.explain(json))
                : new UncheckedIOException(e);
    }

    /** Podman has the innermost cause in front of the message, which holds it too. */
    private String errorText() {
        try {
            byte[] start = new ClippedJson(body, Long.MAX_VALUE).readNBytes(ERROR_MAX);
            return message(new String(start, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return "status " + response.getStatusCode();
        }
    }

    /** Reads to the end, so that the connection can be used again; an answer that is nobody's interest is short. */
    void drain() {
        try {
            body.readNBytes(ERROR_MAX);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    static String message(String body) {
        try (JsonParser parser = new FilteringParserDelegate(
                FACTORY.createParser(body), MESSAGE, Inclusion.INCLUDE_ALL_AND_PATH, true)) {
            JsonNode error = TREES.readTree(parser);
            String cause = error == null ? "" : error.path("cause").asText("");
            String message = error == null ? "" : error.path("message").asText("");
            return !message.isBlank() ? message : !cause.isBlank() ? cause : body.strip();
        } catch (IOException e) {
            return body.strip();
        }
    }

    @Override
    public void close() {
        response.close();
    }
}
