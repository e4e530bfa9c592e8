package io.edgeagent.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.simulator.hub.HubJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Bare requests. */
final class RestClient {
    private final HttpClient http;
    private final String authority;
    private final Optional<String> token;

    RestClient(Simulator hub, String token) {
        this(hub.hostName() + ":" + hub.httpsPort(), token);
    }

    RestClient(String authority, String token) {
        this(authority, Optional.of(token), TestHub.trust());
    }

    private RestClient(String authority, Optional<String> token, SSLContext tls) {
        this.authority = authority;
        this.token = token;
        http = HttpClient.newBuilder().sslContext(tls).build();
    }

    /** With a client certificate and no token. */
    static RestClient of(Simulator hub, TestCertificate certificate) {
        return new RestClient(hub.hostName() + ":" + hub.httpsPort(), Optional.empty(), certificate.context());
    }

    record Answer(int status, String text, HttpResponse<String> response) {
        JsonNode json() throws IOException {
            return HubJson.parse(text.getBytes(StandardCharsets.UTF_8));
        }

        String errorCode() {
            return response.headers().firstValue("iothub-errorcode").orElse("");
        }
    }

    /** With an api-version. */
    Answer send(String method, String path, String body, String... headers) throws Exception {
        return sendRaw(method, path + (path.contains("?") ? "&" : "?") + "api-version=2021-04-12", body, headers);
    }

    Answer sendRaw(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://" + authority + path))
                .method(method, BodyPublishers.ofString(body));
        token.ifPresent(text -> request.header("Authorization", text));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body(), response);
    }
}
