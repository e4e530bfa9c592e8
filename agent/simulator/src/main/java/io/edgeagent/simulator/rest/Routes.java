package io.edgeagent.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.protocol.HubPaths;
import io.edgeagent.simulator.blob.BlobService;
import io.edgeagent.simulator.dps.Registrar;
import io.edgeagent.simulator.hub.Caller;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.simulator.hub.SimulatedHub;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** From paths to operations. */
final class Routes {
    /** What a real hub has and this one has not. */
    private static final Map<String, String> ABSENT = Map.of(
            "configurations", "automatic deployments: use applyConfigurationContent",
            "jobs", "jobs",
            "digitaltwins", "digital twins",
            "messages", "feedback of messages to devices",
            "filenotifications", "notifications of file uploads");

    private final SimulatedHub hub;
    private final RegistryRoutes registry;
    private final TwinRoutes twins;
    private final SimulatorRoutes simulator;
    private final ProvisioningRoutes provisioning;

    Routes(SimulatedHub hub, Registrar dps, BlobService blobs) {
        this.hub = hub;
        registry = new RegistryRoutes(hub);
        twins = new TwinRoutes(hub);
        simulator = new SimulatorRoutes(hub, dps, blobs);
        provisioning = new ProvisioningRoutes(dps);
    }

    /** @throws HubException if the request is refused; the stage may fail with one too */
    CompletionStage<Response> handle(Request request) {
        if (ProvisioningRoutes.isFor(request)) {
            return done(provisioning.handle(request));
        }
        Access.require(caller(request), request);
        List<String> path = request.path();
        String first = path.isEmpty() ? "" : path.get(0);
        if (first.equals("_sim")) {
            return done(simulator.handle(request));
        }
        hub.faults().check();
        boolean method = first.equals("twins") && path.get(path.size() - 1).equals("methods");
        // Node leaves it out where a module calls a method
        if (!method && request.parameter("api-version").isEmpty()) {
            throw new HubException(HubError.ARGUMENT_INVALID, "The parameter api-version is missing.");
        }
        if (DeviceCalls.asksForScope(request)) {
            return done(DeviceCalls.isPost(request) ? targetScope(request) : scope(request));
        }
        DeviceCalls.named(request).ifPresent(Routes::refuseAbsent);
        Optional.ofNullable(ABSENT.get(first)).ifPresent(Routes::refuseAbsent);
        return switch (first) {
            case "devices" -> done(registry.devices(request));
            case "statistics" -> done(registry.statistics(request));
            case "twins" -> twins.handle(request);
            default -> throw noSuchPath(request);
        };
    }

    private Response scope(Request request) {
        int count = (int) Math.max(1, Math.min(100, request.number("deviceCount", 10)));
        int from = request.parameter("continuationToken").orElse("").isEmpty()
                ? 0
                : (int) Math.max(0, Math.min(Integer.MAX_VALUE / 2, request.number("continuationToken", 0)));
        String edge = request.path().get(1);
        ObjectNode page = hub.deviceScope(edge, from, count);
        JsonNode next = page.path("continuationLink");
        if (!next.isNull()) {
            String path = HubPaths.deviceScope(edge);
            String version = request.parameter("api-version").orElse("");
            page.put(
                    "continuationLink",
                    path + "?deviceCount=" + count + "&continuationToken=" + next.asText() + "&api-version=" + version);
        }
        return Response.ok(page);
    }

    /** As the hub of a parent answers: what leads on is in the body (NestedScopeRequest of edgeHub). */
    private Response targetScope(Request request) {
        ObjectNode question = request.json();
        String edge = request.path().get(1);
        if (!question.path("authChain").asText().equals(edge)) {
            throw new HubException(HubError.UNAUTHORIZED, "The authChain does not lead to " + edge + ".");
        }
        int from = Math.max(
                0, Math.min(1_000_000, question.path("continuationLink").asInt(0)));
        return Response.ok(hub.deviceScope(
                edge, from, Math.max(1, Math.min(100, question.path("pageSize").asInt(10)))));
    }

    /** Who has no token but a certificate is the device of the path, if it can prove it. */
    private Caller caller(Request request) {
        Optional<String> token = request.header("Authorization");
        List<String> path = request.path();
        if (token.isEmpty() && !request.certificates().isEmpty() && path.size() > 1) {
            IdentityName device = IdentityName.device(path.get(1));
            return new Caller.Self(hub.authenticator()
                    .authenticate(device, request.certificates())
                    .name());
        }
        return hub.authenticator().authenticate(token.orElse(""), request.joined());
    }

    /** The identity in {@code /x/{device}} or {@code /x/{device}/modules/{module}}. */
    static IdentityName name(List<String> path) {
        return path.size() >= 4 && path.get(2).equals("modules")
                ? IdentityName.module(path.get(1), path.get(3))
                : IdentityName.device(path.get(1));
    }

    static HubException noSuchPath(Request request) {
        return new HubException(HubError.NOT_FOUND, "The simulator has no " + request.joined());
    }

    static HubException noSuchMethod(Request request) {
        return new HubException(
                HubError.METHOD_NOT_ALLOWED, request.method() + " is not possible on " + request.joined());
    }

    private static void refuseAbsent(String what) {
        throw new HubException(HubError.NOT_SUPPORTED, "The simulator does not support " + what + ".");
    }

    private static CompletionStage<Response> done(Response response) {
        return CompletableFuture.completedFuture(response);
    }
}
