package io.edgeagent.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.simulator.hub.SimulatedHub;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** {@code /twins}: twins and direct methods. */
final class TwinRoutes {
    private static final int DEFAULT_RESPONSE_SECONDS = 30;

    /** Direct method documentation: 5 to 300 s for the answer, up to 300 s for the connection. */
    private static final int MIN_RESPONSE_SECONDS = 5;

    private static final int MAX_SECONDS = 300;

    private final SimulatedHub hub;

    TwinRoutes(SimulatedHub hub) {
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
        return CompletableFuture.completedFuture(request)
                .thenCompose(unused -> call(name, request.json()))
                .exceptionally(failure -> {
                    if (failure.getCause() instanceof HubException refused) {
                        return Errors.ofMethod(refused);
                    }
                    throw new CompletionException(failure);
                });
    }

    private CompletionStage<Response> call(IdentityName name, ObjectNode body) {
        return hub.methods()
                .invoke(
                        name,
                        body.path("methodName").asText(""),
                        body.has("payload") ? body.get("payload") : NullNode.getInstance(),
                        seconds(body, "responseTimeoutInSeconds", MIN_RESPONSE_SECONDS, DEFAULT_RESPONSE_SECONDS),
                        seconds(body, "connectTimeoutInSeconds", 0, 0))
                .thenApply(result -> {
                    ObjectNode answer = HubJson.object().put("status", result.status());
                    answer.set("payload", result.payload());
                    return Response.ok(answer);
                });
    }

    private static Duration seconds(ObjectNode body, String field, int least, int otherwise) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Duration.ofSeconds(otherwise);
        }
        if (!value.isInt() || value.intValue() < least || value.intValue() > MAX_SECONDS) {
            throw new HubException(
                    HubError.ARGUMENT_INVALID,
                    field + " must be a number of seconds from " + least + " to " + MAX_SECONDS + ".");
        }
        return Duration.ofSeconds(value.intValue());
    }
}
