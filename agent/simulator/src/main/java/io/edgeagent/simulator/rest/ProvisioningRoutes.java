package io.edgeagent.simulator.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.simulator.dps.Proof;
import io.edgeagent.simulator.dps.Registrar;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.HubJson;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** {@code /{scope}/registrations}: the device API of the Device Provisioning Service, with error bodies of its own. */
final class ProvisioningRoutes {
    /** Azure says 3 and more; here nobody should wait. */
    private static final String RETRY_AFTER_SECONDS = "1";

    private final Registrar provisioning;

    ProvisioningRoutes(Registrar provisioning) {
        this.provisioning = provisioning;
    }

    static boolean isFor(Request request) {
        return request.path().size() >= 3 && request.path().get(1).equals("registrations");
    }

    Response handle(Request request) {
        try {
            return answer(request);
        } catch (HubException e) {
            Response refused = error(e);
            return e.error() == HubError.THROTTLED ? refused.with("Retry-After", RETRY_AFTER_SECONDS) : refused;
        }
    }

    private Response answer(Request request) {
        List<String> path = request.path();
        if (!path.get(0).equals(provisioning.idScope())) {
            throw new HubException(HubError.NOT_FOUND, "There is no ID scope " + path.get(0));
        }
        if (request.parameter("api-version").isEmpty()) {
            throw new HubException(HubError.ARGUMENT_INVALID, "The parameter api-version is missing.");
        }
        Proof proof = new Proof(request.header("Authorization").orElse(""), request.certificates());
        String operation = request.method() + " " + path.size() + (path.size() > 3 ? " " + path.get(3) : "");
        return switch (operation) {
            case "PUT 4 register" -> pending(provisioning.register(path.get(2), proof, request.json()));
            case "GET 5 operations" -> {
                ObjectNode status = provisioning.operation(path.get(2), path.get(4), proof);
                yield status.path("status").asText().equals("assigning") ? pending(status) : Response.ok(status);
            }
            case "POST 3" -> Response.ok(provisioning.lookUp(path.get(2), proof));
            default -> throw Routes.noSuchPath(request);
        };
    }

    private static Response pending(ObjectNode body) {
        return Response.accepted(body).with("Retry-After", RETRY_AFTER_SECONDS);
    }

    private static Response error(HubException e) {
        int code = switch (e.error()) {
            case UNAUTHORIZED -> 401002;
            case NOT_FOUND -> 404201;
            case THROTTLED -> 429001;
            default -> e.error().status() * 1000 + 4;
        };
        ObjectNode body = HubJson.object()
                .put("errorCode", code)
                .put("trackingId", UUID.randomUUID().toString())
                .put("message", e.getMessage())
                .put("timestampUtc", HubJson.time(Instant.now()));
        return Response.error(e.error().status(), e.error().code(), body);
    }
}
