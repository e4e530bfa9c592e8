package io.edgeagent.simulator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.edgeagent.protocol.HubPaths;
import io.edgeagent.simulator.hub.HubJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** REST calls with the rights of iothubowner. */
final class ServiceClient {
    /** Methods may take 300 s to connect and 300 s to answer. */
    private static final Duration TIMEOUT = Duration.ofSeconds(620);

    private final StateFiles.Endpoint endpoint;
    private final HttpClient http;

    ServiceClient(Path stateFolder) {
        endpoint = new StateFiles(stateFolder).read();
        http = HttpClient.newBuilder()
                .sslContext(trusting(endpoint.caFile()))
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    String hostName() {
        return endpoint.hostName();
    }

    /** @throws CommandFailure with the hub's own words if it refuses */
    JsonNode call(String method, String path, Optional<JsonNode> body) {
        return parsed(callText(method, path, body));
    }

    private static JsonNode parsed(String text) {
        try {
            return text.isEmpty() ? MissingNode.getInstance() : HubJson.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new CommandFailure("the simulator sent no JSON", e);
        }
    }

    /** Replaces what is there, whatever its etag. */
    JsonNode update(String path, JsonNode body) {
        return parsed(text("PUT", path, Optional.of(body), "*"));
    }

    JsonNode get(String path) {
        return call("GET", path, Optional.empty());
    }

    String callText(String method, String path, Optional<JsonNode> body) {
        return text(method, path, body, "");
    }

    private String text(String method, String path, Optional<JsonNode> body, String ifMatch) {
        char join = path.contains("?") ? '&' : '?';
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://" + endpoint.authority() + path + join
                        + "api-version=" + HubPaths.SERVICE_API_VERSION))
                .method(
                        method,
                        body.map(json -> BodyPublishers.ofByteArray(HubJson.bytes(json)))
                                .orElseGet(BodyPublishers::noBody))
                .header("Authorization", endpoint.token())
                .header("Content-Type", "application/json; charset=utf-8")
                .timeout(TIMEOUT);
        if (!ifMatch.isEmpty()) {
            request.header("If-Match", ifMatch);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new CommandFailure(message(response));
            }
            return response.body();
        } catch (IOException e) {
            throw new CommandFailure(
                    "the simulator at " + endpoint.authority() + " does not answer ("
                            + e.getClass().getSimpleName() + "): is it running? Start it with the command run",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted", e);
        }
    }

    /** Writes what an address answers into a file. */
    void download(String url, Path file) throws IOException {
        try {
            HttpResponse<Path> response = http.send(
                    HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build(), BodyHandlers.ofFile(file));
            if (response.statusCode() >= 300) {
                throw new CommandFailure("the storage answered " + response.statusCode() + ": is there such a blob?");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted", e);
        }
    }

    private static String message(HttpResponse<String> response) {
        try {
            String message = HubJson.parse(response.body().getBytes(StandardCharsets.UTF_8))
                    .path("Message")
                    .asText();
            if (message.startsWith("{")) {
                message = HubJson.parse(message.getBytes(StandardCharsets.UTF_8))
                        .path("message")
                        .asText();
            }
            return response.statusCode() + " " + message.replaceFirst("^ErrorCode:\\w+;", "");
        } catch (IOException e) {
            return response.statusCode() + " " + response.body();
        }
    }

    private static SSLContext trusting(Path caFile) {
        try (InputStream pem = Files.newInputStream(caFile)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry(
                    "simulator", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new CommandFailure("cannot read " + caFile + ": " + e.getMessage(), e);
        }
    }
}
