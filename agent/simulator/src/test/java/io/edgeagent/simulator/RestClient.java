package io.edgeagent.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.simulator.hub.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** Bare requests. */
final class RestClient {
    private final HttpClient http =
            HttpClient.newBuilder().sslContext(TestHub.trust()).build();
    private final String authority;
    private final String token;

    RestClient(Simulator hub, String token) {
        this(hub.hostName() + ":" + hub.httpsPort(), token);
    }

    RestClient(String authority, String token) {
        this.authority = authority;
        this.token = token;
    }

    record Answer(int status, String text, HttpResponse<String> response) {
        JsonNode json() throws IOException {
            return Json.parse(text.getBytes(StandardCharsets.UTF_8));
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
                .method(method, BodyPublishers.ofString(body))
                .header("Authorization", token);
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body(), response);
    }
}
