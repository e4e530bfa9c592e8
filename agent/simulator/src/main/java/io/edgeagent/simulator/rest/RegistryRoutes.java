package io.edgeagent.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.protocol.ModulesContent;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.Identity;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.simulator.hub.Query;
import io.edgeagent.simulator.hub.SimulatedHub;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** {@code /devices} and {@code /statistics}. */
final class RegistryRoutes {
    private static final int MAX_LIST = 1000;

    private final SimulatedHub hub;
    private final BulkRoutes bulk;

    RegistryRoutes(SimulatedHub hub) {
        this.hub = hub;
        bulk = new BulkRoutes(hub);
    }

    Response devices(Request request) {
        List<String> path = request.path();
        String operation = request.method() + " " + path.size() + (path.size() > 2 ? " " + path.get(2) : "");
        return switch (operation) {
            case "GET 1" -> Response.ok(list(hub.registry().devices(), request.number("top", MAX_LIST)));
            case "POST 1" -> bulk.register(request);
            case "POST 3 regenerate" -> {
                if (path.get(1).equals("keys")) {
                    yield bulk.renewKeys(request);
                }
                throw Routes.noSuchMethod(request);
            }
            case "POST 2" -> {
                if (path.get(1).equals("query")) {
                    yield query(request);
                }
                throw Routes.noSuchMethod(request);
            }
            case "GET 3 modules" -> Response.ok(list(hub.registry().modules(path.get(1)), MAX_LIST));
            case "POST 3 applyConfigurationContent" -> apply(path.get(1), request);
            case "DELETE 3 commands" -> purge(path.get(1));
            case "GET 2", "PUT 2", "DELETE 2", "GET 4 modules", "PUT 4 modules", "DELETE 4 modules" ->
                identity(Routes.name(path), request);
            default -> throw path.size() <= 4 ? Routes.noSuchMethod(request) : Routes.noSuchPath(request);
        };
    }

    Response statistics(Request request) {
        Collection<Identity> devices = hub.registry().devices();
        return switch (request.joined()) {
            case "/statistics/devices" -> {
                long disabled = count(devices, "status", "disabled");
                yield Response.ok(HubJson.object()
                        .put("totalDeviceCount", devices.size())
                        .put("enabledDeviceCount", devices.size() - disabled)
                        .put("disabledDeviceCount", disabled));
            }
            case "/statistics/service" ->
                Response.ok(
                        HubJson.object().put("connectedDeviceCount", count(devices, "connectionState", "Connected")));
            default -> throw Routes.noSuchPath(request);
        };
    }

    private Response identity(IdentityName name, Request request) {
        return switch (request.method()) {
            case "GET" -> answer(name);
            case "PUT" -> put(name, request);
            default -> {
                request.matches(hub.registry().get(name).etag());
                hub.registry().delete(name);
                yield Response.noContent();
            }
        };
    }

    /** With If-Match an update, without a registration. */
    private Response put(IdentityName name, Request request) {
        ObjectNode body = request.json();
        requireSame(body.path("deviceId"), Optional.of(name.deviceId()));
        requireSame(body.path("moduleId"), name.moduleId());
        if (request.hasIfMatch()) {
            request.matches(hub.registry().get(name).etag());
            hub.registry().update(name, body);
        } else {
            hub.registry().create(name, body);
        }
        return answer(name);
    }

    private Response answer(IdentityName name) {
        return Response.ok(hub.identityJson(name), hub.registry().get(name).etag());
    }

    private Response apply(String deviceId, Request request) {
        try {
            hub.twins().applyConfiguration(deviceId, ModulesContent.parse(request.json()));
            return Response.noContent();
        } catch (ProtocolException e) {
            throw new HubException(HubError.ARGUMENT_INVALID, e.getMessage());
        }
    }

    private Response purge(String deviceId) {
        int purged = hub.cloudMessages().purge(IdentityName.device(deviceId));
        return Response.ok(HubJson.object().put("deviceId", deviceId).put("totalMessagesPurged", purged));
    }

    /** The continuation token is the number of twins already sent. */
    private Response query(Request request) {
        List<ObjectNode> all =
                Query.parse(request.json().path("query").asText("")).run(hub.registry());
        int from = Math.min(all.size(), (int) headerNumber(request, "x-ms-continuation", 0));
        int to = (int) Math.min(all.size(), from + headerNumber(request, "x-ms-max-item-count", MAX_LIST));
        ArrayNode page = HubJson.object().arrayNode();
        page.addAll(all.subList(from, to));
        Response answer = Response.ok(page).with("x-ms-item-type", "Twin");
        return to < all.size() ? answer.with("x-ms-continuation", Integer.toString(to)) : answer;
    }

    private ArrayNode list(Collection<Identity> identities, long limit) {
        ArrayNode list = HubJson.object().arrayNode();
        identities.stream().limit(limit).forEach(identity -> list.add(hub.identityJson(identity.name())));
        return list;
    }

    private long count(Collection<Identity> devices, String field, String value) {
        return devices.stream()
                .filter(device ->
                        hub.identityJson(device.name()).path(field).asText().equals(value))
                .count();
    }

    private static long headerNumber(Request request, String name, long otherwise) {
        try {
            long number = request.header(name)
                    .filter(text -> !text.isEmpty())
                    .map(Long::parseLong)
                    .orElse(otherwise);
            return Math.max(0, number);
        } catch (NumberFormatException e) {
            throw new HubException(HubError.ARGUMENT_INVALID, "The header " + name + " must be a number.");
        }
    }

    private static void requireSame(JsonNode field, Optional<String> inPath) {
        if (field.isTextual() && !inPath.equals(Optional.of(field.asText()))) {
            throw new HubException(HubError.ARGUMENT_INVALID, "The id in the body is not the one in the path.");
        }
    }
}
