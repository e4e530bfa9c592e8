package io.edgeagent.adapter.hubnet.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubClient;
import io.edgeagent.hub.HubEntrance;
import io.edgeagent.hub.MethodEnding;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** {@code POST /twins/{device}[/modules/{module}]/methods}, as {@code invokeMethod} of Azure's clients sends it (hub contract 2.1). */
final class MethodService implements HttpService {
    private static final String CALLER = "x-ms-edge-moduleid";
    /** What an MQTT topic can hold as one level. */
    private static final Pattern NAME = Pattern.compile("[^\\x00-\\x1F\\x7F/#+]{1,100}");

    private static final int LARGEST_PAYLOAD = 128 * 1024;
    private static final int LONGEST_SECONDS = 300;

    private final HubEntrance entrance;

    MethodService(HubEntrance entrance) {
        this.entrance = entrance;
    }

    @Override
    public Optional<HttpAnswer> refuses(HttpRequest request) {
        if (target(request.path()).isEmpty()) {
            return Optional.of(HttpAnswer.text(404, ""));
        }
        if (!request.method().equals("POST")) {
            return Optional.of(HttpAnswer.text(405, "a method is called by POST"));
        }
        Optional<ClientId> caller = caller(request);
        if (caller.isEmpty()) {
            return Optional.of(
                    HttpAnswer.message(400, "the header x-ms-edge-moduleId does not name a module as device/module"));
        }
        return entrance.callerRefused(caller.get(), request.head().field("authorization"))
                .map(reason -> HttpAnswer.message(401, reason));
    }

    private static Optional<ClientId> target(List<String> path) {
        if (path.size() == 3 && path.get(0).equals("twins") && path.get(2).equals("methods")) {
            return Optional.of(ClientId.leaf(path.get(1)));
        }
        boolean module = path.size() == 5
                && path.get(0).equals("twins")
                && path.get(2).equals("modules")
                && path.get(4).equals("methods");
        return module ? Optional.of(ClientId.module(path.get(1), path.get(3))) : Optional.empty();
    }

    private static Optional<ClientId> caller(HttpRequest request) {
        String[] parts = request.head().field(CALLER).split("/", -1);
        return parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty()
                ? Optional.of(ClientId.module(parts[0], parts[1]))
                : Optional.empty();
    }

    @Override
    public void serve(HttpRequest request, byte[] body, Consumer<HttpAnswer> answer) {
        ClientId target = target(request.path()).orElseThrow();
        try {
            Invocation invocation = Invocation.parse(body);
            entrance.call(
                    caller(request).orElseThrow(),
                    target,
                    new HubClient.MethodCall(UUID.randomUUID().toString(), invocation.name(), invocation.payload()),
                    new HubEntrance.Patience(invocation.connect(), invocation.response()),
                    given -> answer.accept(answer(target, given)));
        } catch (BadBody e) {
            answer.accept(HttpAnswer.text(400, e.getMessage()));
        }
    }

    private static HttpAnswer answer(ClientId target, MethodEnding given) {
        return switch (given.outcome()) {
            case ANSWERED -> {
                ObjectNode body = Json.MAPPER.createObjectNode().put("status", given.status());
                body.set("payload", json(given.payload()));
                yield HttpAnswer.json(200, body.toString());
            }
            case NOT_THERE -> HttpAnswer.message(404, "Client " + target + " not found");
            case NO_ANSWER -> HttpAnswer.message(504, "Client " + target + " did not answer in time");
            case TOO_MANY -> HttpAnswer.message(429, "too many calls wait for client " + target);
        };
    }

    /** What is not valid JSON is given as text. */
    private static JsonNode json(String payload) {
        if (payload.isBlank()) {
            return NullNode.getInstance();
        }
        try {
            return Json.MAPPER.readTree(payload);
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(payload);
        }
    }

    /** Says what is wrong with a body. */
    private static final class BadBody extends Exception {
        private static final long serialVersionUID = 1L;

        private BadBody(String reason) {
            super(reason);
        }
    }

    /**
     * What is to be called.
     *
     * @param payload JSON text
     * @param response how long the client has for its answer
     * @param connect how long to wait for the client
     */
    private record Invocation(String name, String payload, Duration response, Duration connect) {
        static Invocation parse(byte[] bytes) throws BadBody {
            JsonNode body;
            try {
                body = Json.MAPPER.readTree(bytes);
            } catch (IOException e) {
                throw new BadBody("the body is not valid JSON");
            }
            String name = body.path("methodName").asText("");
            if (!NAME.matcher(name).matches()) {
                throw new BadBody("methodName has 1 to 100 characters, without / # + and control characters");
            }
            JsonNode payload = body.path("payload");
            String text = payload.isMissingNode() ? "null" : payload.toString();
            if (text.getBytes(StandardCharsets.UTF_8).length > LARGEST_PAYLOAD) {
                throw new BadBody("payload has at most " + LARGEST_PAYLOAD + " bytes");
            }
            return new Invocation(
                    name,
                    text,
                    seconds(body, "responseTimeoutInSeconds", 30, 5),
                    seconds(body, "connectTimeoutInSeconds", 0, 0));
        }

        private static Duration seconds(JsonNode body, String field, int otherwise, int least) throws BadBody {
            JsonNode asked = body.path(field);
            if (asked.isMissingNode() || asked.isNull()) {
                return Duration.ofSeconds(otherwise);
            }
            if (!asked.isIntegralNumber() || asked.asLong() < least || asked.asLong() > LONGEST_SECONDS) {
                throw new BadBody(field + " is a number from " + least + " to " + LONGEST_SECONDS);
            }
            return Duration.ofSeconds(asked.asLong());
        }
    }
}
