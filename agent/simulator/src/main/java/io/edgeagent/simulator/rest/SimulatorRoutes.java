package io.edgeagent.simulator.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.simulator.blob.BlobService;
import io.edgeagent.simulator.dps.Registrar;
import io.edgeagent.simulator.hub.CloudMessage;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.simulator.hub.SimulatedHub;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** {@code /_sim}: what tests need and IoT Hub has no REST for. */
final class SimulatorRoutes {
    private static final int MAX_EVENTS = 1000;

    private final SimulatedHub hub;
    private final Registrar provisioning;
    private final BlobService blobs;

    SimulatorRoutes(SimulatedHub hub, Registrar provisioning, BlobService blobs) {
        this.blobs = blobs;
        this.hub = hub;
        this.provisioning = provisioning;
    }

    Response handle(Request request) {
        List<String> path = request.path();
        String operation = request.method() + " " + (path.size() > 1 ? path.get(1) : "") + " " + path.size();
        return switch (operation) {
            case "GET events 2" -> events(request);
            case "GET faults 2" -> Response.ok(hub.faults().toJson());
            case "POST faults 2" -> {
                hub.faults().set(request.json());
                yield Response.ok(hub.faults().toJson());
            }
            case "POST disconnect 3", "POST disconnect 4" ->
                Response.ok(HubJson.object().put("disconnected", hub.disconnect(target(path))));
            case "GET enrollments 2" -> Response.ok(provisioning.toJson());
            case "PUT enrollments 3" -> Response.ok(provisioning.put(path.get(2), request.json()));
            case "DELETE enrollments 3" -> {
                provisioning.remove(path.get(2));
                yield Response.noContent();
            }
            case "GET enrollments 4" ->
                Response.ok(HubJson.object().put("deviceKey", provisioning.deviceKey(path.get(2), path.get(3))));
            case "GET cas 2" -> Response.ok(hub.cas().toJson());
            case "PUT cas 3" -> {
                hub.cas().put(path.get(2), request.json().path("certificate").asText(""));
                yield Response.noContent();
            }
            case "DELETE cas 3" -> {
                hub.cas().remove(path.get(2));
                yield Response.noContent();
            }
            case "POST sas 3" -> sas(path.get(2), request.json());
            case "GET blobs 3" -> blobs(path.get(2));
            case "POST c2d 3" -> cloudToDevice(path.get(2), request.json());
            default -> throw Routes.noSuchPath(request);
        };
    }

    private Response events(Request request) {
        int limit = (int) Math.min(MAX_EVENTS, request.number("limit", MAX_EVENTS));
        return Response.lines(hub.events().since(request.number("since", 0), limit).stream()
                .map(event -> event.toJson() + "\n")
                .collect(Collectors.joining()));
    }

    /** {"body":"text" or "bodyBase64":"..","messageId":"..","properties":{..}} */
    private Response cloudToDevice(String deviceId, ObjectNode request) {
        Map<String, String> properties = new LinkedHashMap<>();
        request.path("properties")
                .properties()
                .forEach(property ->
                        properties.put(property.getKey(), property.getValue().asText()));
        String id = Optional.ofNullable(request.path("messageId").textValue())
                .orElseGet(() -> UUID.randomUUID().toString());
        CloudMessage message = new CloudMessage(id, properties, body(request));
        hub.cloudMessages().send(IdentityName.device(deviceId), message);
        return Response.ok(HubJson.object().put("messageId", id));
    }

    /** {"permissions":"racwl","seconds":86400}; makes the container if it is not there. */
    private Response sas(String container, ObjectNode request) {
        try {
            return Response.ok(HubJson.object()
                    .put(
                            "url",
                            blobs.sasUrl(
                                    container,
                                    request.path("permissions").asText("racwl"),
                                    Duration.ofSeconds(request.path("seconds").asLong(86_400)))));
        } catch (IllegalArgumentException e) {
            throw new HubException(HubError.ARGUMENT_INVALID, e.getMessage());
        }
    }

    private Response blobs(String container) {
        ObjectNode sizes = HubJson.object();
        blobs.list(container).forEach(sizes::put);
        return Response.ok(sizes);
    }

    private static String body(ObjectNode request) {
        byte[] text = request.path("body").asText("").getBytes(StandardCharsets.UTF_8);
        String base64 = request.path("bodyBase64").asText(Base64.getEncoder().encodeToString(text));
        try {
            Base64.getDecoder().decode(base64);
            return base64;
        } catch (IllegalArgumentException e) {
            throw new HubException(HubError.ARGUMENT_INVALID, "bodyBase64 is not valid base64.");
        }
    }

    private static IdentityName target(List<String> path) {
        return path.size() == 4 ? IdentityName.module(path.get(2), path.get(3)) : IdentityName.device(path.get(2));
    }
}
