package io.edgeagent.adapter.iothub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/** One request with an answer in JSON. Blocks for up to 90 seconds. */
final class HttpsJson {
    /** For connection, request and answer together. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    static final int MAX_REPLY = 1 << 20;
    private static final int TIMEOUT_MS = 70_000;

    private HttpsJson() {}

    /**
     * What came back.
     *
     * @param body an empty object if it was not valid JSON, as answers of proxies are
     * @param retryAfter what the service asks to wait
     * @param time what the service's clock shows
     */
    record Reply(int status, JsonNode body, Optional<Duration> retryAfter, Optional<Instant> time) {
        boolean isGood() {
            return status >= 200 && status < 300;
        }
    }

    static Reply call(
            String method, String url, SSLSocketFactory tls, Map<String, String> headers, Optional<String> body)
            throws IOException {
        HttpsURLConnection connection =
                // the sockets know the proxy
                (HttpsURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
        connection.setSSLSocketFactory(tls);
        connection.setConnectTimeout(TIMEOUT_MS / 2);
        connection.setReadTimeout(TIMEOUT_MS);
        connection.setUseCaches(false);
        connection.setInstanceFollowRedirects(false);
        connection.setRequestMethod(method);
        // each is bounded in all
        connection.setRequestProperty("Connection", "close");
        headers.forEach(connection::setRequestProperty);
        if (body.isPresent()) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json; charset=utf-8");
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body.get().getBytes(StandardCharsets.UTF_8));
            }
        }
        return read(connection);
    }

    private static Reply read(HttpsURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        try (InputStream in = status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
            byte[] bytes = in == null ? new byte[0] : in.readNBytes(MAX_REPLY + 1);
            if (bytes.length > MAX_REPLY) {
                throw new Explained.Failure("the answer is larger than " + MAX_REPLY / 1024 + " kB");
            }
            return new Reply(
                    status,
                    json(bytes),
                    retryAfter(connection.getHeaderField("Retry-After")),
                    Optional.of(connection.getDate())
                            .filter(millis -> millis > 0)
                            .map(Instant::ofEpochMilli));
        }
    }

    private static JsonNode json(byte[] bytes) throws IOException {
        try {
            JsonNode body = Json.MAPPER.readTree(bytes);
            return body == null || body.isMissingNode() ? JsonNodeFactory.instance.objectNode() : body;
        } catch (JsonProcessingException e) {
            return JsonNodeFactory.instance.objectNode();
        }
    }

    /** In seconds; as a date it would need a clock that is right. */
    private static Optional<Duration> retryAfter(String header) {
        return Optional.ofNullable(header)
                .map(String::strip)
                .filter(text -> text.matches("[0-9]{1,5}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)));
    }
}
