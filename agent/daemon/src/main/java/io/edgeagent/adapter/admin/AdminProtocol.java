package io.edgeagent.adapter.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.log.AgentLog;
import io.edgeagent.model.Json;
import io.edgeagent.model.LogLevel;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.ops.HubOperations;
import io.edgeagent.ops.Operations;
import io.edgeagent.ops.ProvisioningOperations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code {"do":"status"}}, {@code {"do":"hub-routes"}} or {@code {"do":"restart","module":"led"}}; the answer has {@code error} if it did not work. */
final class AdminProtocol {
    static final int MAX_REQUEST = 64 << 10;
    private static final String LEVEL = "logLevel";

    private final Operations operations;
    private final HubOperations hub;
    private final ProvisioningOperations provisioning;

    AdminProtocol(Operations operations, HubOperations hub, ProvisioningOperations provisioning) {
        this.operations = operations;
        this.hub = hub;
        this.provisioning = provisioning;
    }

    /** @param request empty if it was too long or broke off */
    ObjectNode answer(Optional<String> request) {
        if (request.isEmpty()) {
            return error("expected one line of JSON, of at most " + MAX_REQUEST + " bytes");
        }
        try {
            JsonNode json = Json.MAPPER.readTree(request.get());
            return switch (json == null ? "" : json.path("do").asText()) {
                case "status" ->
                    operations
                            .status()
                            .put(LEVEL, AgentLog.ofThisProcess().level().text());
                case "twin" -> operations.twin();
                case "events" ->
                    AgentLog.ofThisProcess().events(json.path("after").asLong());
                case "restart" -> {
                    Optional<Problem> problem =
                            operations.restart(json.path("module").asText());
                    yield problem.map(reason -> error(reason.text())).orElseGet(Json.MAPPER::createObjectNode);
                }
                case "reprovision" -> Json.MAPPER.createObjectNode().put("text", provisioning.reprovision());
                case "set-log-level" -> setLevel(json.path("level").asText());
                case "hub-routes" -> hub.routes();
                case "hub-clients" -> hub.clients();
                case "hub-send" -> hub.send(trial(json));
                case "hub-listen" -> hub.listen(watch(json), json.path("after").asLong());
                default ->
                    error("\"do\" must be status, twin, events, restart, reprovision, set-log-level, hub-routes,"
                            + " hub-clients, hub-send or hub-listen");
            };
        } catch (JsonProcessingException e) {
            return error("the request is not valid JSON: " + Json.explain(e));
        } catch (ProblemException e) {
            return error(e.problem().text());
        }
    }

    private static ObjectNode setLevel(String text) {
        AgentLog log = AgentLog.ofThisProcess();
        return LogLevel.of(text)
                .map(level -> {
                    log.level(level);
                    return Json.MAPPER.createObjectNode().put(LEVEL, log.level().text());
                })
                .orElseGet(() -> error("\"level\" must be " + LogLevel.NAMES));
    }

    private static HubOperations.Trial trial(JsonNode json) {
        Map<String, String> properties = new LinkedHashMap<>();
        json.path("properties")
                .properties()
                .forEach(property ->
                        properties.put(property.getKey(), property.getValue().asText()));
        return new HubOperations.Trial(
                json.path("module").asText(),
                text(json, "output"),
                properties,
                json.path("contentType").asText(""),
                json.path("body").asText(""));
    }

    private static HubOperations.Watch watch(JsonNode json) {
        return new HubOperations.Watch(
                json.path("id").asText(), text(json, "module"), text(json, "input"), text(json, "route"));
    }

    private static Optional<String> text(JsonNode json, String field) {
        return Optional.ofNullable(json.path(field).textValue());
    }

    private static ObjectNode error(String text) {
        return Json.MAPPER.createObjectNode().put("error", text);
    }

    /** Up to the line's end; empty if there is none in so many bytes. */
    static Optional<String> readLine(SocketChannel client) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (line.size() <= MAX_REQUEST && client.read(buffer) >= 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                byte next = buffer.get();
                if (next == '\n') {
                    return Optional.of(line.toString(StandardCharsets.UTF_8));
                }
                line.write(next);
            }
            buffer.clear();
        }
        return Optional.empty();
    }

    static void writeLine(SocketChannel client, String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }
}
