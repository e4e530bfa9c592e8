package io.edgeagent.simulator.rest;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.simulator.hub.Hub;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.simulator.hub.Json;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code /twins}: twins and direct methods. */
final class TwinRoutes {
    private static final int DEFAULT_RESPONSE_SECONDS = 30;
    private static final int MAX_SECONDS = 300;

    private final Hub hub;

    TwinRoutes(Hub hub) {
        this.hub = hub;
    }

    CompletionStage<Response> handle(Request request) {
        List<String> path = request.path();
        if (path.size() < 2) {
            throw Routes.noSuchPath(request);
        }
        IdentityName name = Routes.name(path);
        int rest = path.size() - (name.moduleId().isPresent() ? 4 : 2);
        if (rest == 1
                && path.get(path.size() - 1).equals("methods")
                && request.method().equals("POST")) {
            return method(name, request);
        }
        if (rest != 0) {
            throw Routes.noSuchPath(request);
        }
        return CompletableFuture.completedFuture(twin(name, request));
    }

    private Response twin(IdentityName name, Request request) {
        if (!request.method().equals("GET")) {
            request.matches(hub.twins().etag(name));
        }
        ObjectNode twin = switch (request.method()) {
            case "GET" -> hub.twins().get(name);
            case "PATCH" -> hub.twins().patch(name, request.json());
            case "PUT" -> hub.twins().replace(name, request.json());
            default -> throw Routes.noSuchMethod(request);
        };
        return Response.ok(twin, hub.twins().etag(name));
    }

    private CompletionStage<Response> method(IdentityName name, Request request) {
        ObjectNode body = request.json();
        return hub.methods()
                .invoke(
                        name,
                        body.path("methodName").asText(""),
                        body.has("payload") ? body.get("payload") : NullNode.getInstance(),
                        seconds(body, "responseTimeoutInSeconds", DEFAULT_RESPONSE_SECONDS),
                        seconds(body, "connectTimeoutInSeconds", 0))
                .thenApply(result -> {
                    ObjectNode answer = Json.object().put("status", result.status());
                    answer.set("payload", result.payload());
                    return Response.ok(answer);
                });
    }

    private static Duration seconds(ObjectNode body, String field, int otherwise) {
        int seconds = body.path(field).asInt(otherwise);
        if (seconds < 0 || seconds > MAX_SECONDS) {
            throw new HubException(HubError.ARGUMENT_INVALID, field + " must be 0 to " + MAX_SECONDS);
        }
        return Duration.ofSeconds(seconds);
    }
}
