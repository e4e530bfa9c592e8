package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import java.util.List;
import java.util.Optional;

/**
 * Whose child a device is. A registry request says it in "parentScopes" (edge devices) or "deviceScope" (other devices, whose
 * scope is that of their parent); the scope of an edge device is its own and stays.
 */
final class Scopes {
    private Scopes() {}

    /**
     * The scope of the parent that the request asks for.
     *
     * @param device empty where it is about to be created
     * @param edge what it will be
     * @throws HubException 400 if there is no such edge device, or it is below the device itself
     */
    static Optional<String> parent(Optional<Identity> device, boolean edge, JsonNode request, Registry registry) {
        Optional<String> own = device.filter(Identity::isEdge).flatMap(Identity::deviceScope);
        Optional<String> present = device.flatMap(Identity::parentScope);
        Optional<String> wanted = wanted(own, present, edge, request);
        if (wanted.isPresent() && !wanted.equals(present)) {
            requireAbove(device, wanted.get(), registry);
        }
        return wanted;
    }

    private static Optional<String> wanted(
            Optional<String> own, Optional<String> present, boolean edge, JsonNode request) {
        JsonNode scope = request.path("deviceScope");
        JsonNode parents = request.path("parentScopes");
        boolean itself = own.equals(Optional.ofNullable(scope.textValue()));
        if (edge && !scope.asText("").isEmpty() && !itself && !present.equals(Optional.of(scope.asText()))) {
            throw invalid("The deviceScope of an edge device is its own: set parentScopes.");
        }
        if (!edge && scope.isTextual() && !itself) {
            return Optional.of(scope.textValue()).filter(text -> !text.isEmpty());
        }
        if (parents.isMissingNode() || parents.isNull()) {
            return present;
        }
        if (!parents.isArray()
                || parents.size() > 1
                || (parents.size() == 1 && !parents.get(0).isTextual())) {
            throw invalid("parentScopes must be an array with at most one scope.");
        }
        return Optional.ofNullable(parents.path(0).textValue());
    }

    /**
     * A page of what is in the scope of an edge device: the device itself, those that it is the parent of, and the modules of all of
     * them, in the form of the device scope API.
     *
     * @param from number of the first device
     */
    static ObjectNode page(Identity edge, int from, int count, Registry registry) {
        List<Identity> all = registry.devices().stream()
                .filter(device -> device.equals(edge) || device.parentScope().equals(edge.deviceScope()))
                .toList();
        List<Identity> some = all.subList(Math.min(from, all.size()), Math.min(from + count, all.size()));
        ObjectNode page = HubJson.object();
        ArrayNode devices = page.putArray("devices");
        ArrayNode modules = page.putArray("modules");
        for (Identity device : some) {
            devices.add(device.toJson());
            registry.modules(device.name().deviceId()).forEach(module -> modules.add(module.toJson()));
        }
        return page.put("continuationLink", from + count < all.size() ? Integer.toString(from + count) : null);
    }

    private static void requireAbove(Optional<Identity> device, String wanted, Registry registry) {
        Optional<String> above = Optional.of(wanted);
        while (above.isPresent()) {
            Optional<Identity> parent = registry.edgeDevice(above.get());
            if (parent.isEmpty() && above.get().equals(wanted)) {
                throw invalid("No edge device has the scope " + wanted);
            }
            if (parent.isPresent() && parent.equals(device)) {
                throw invalid("A device cannot be below itself.");
            }
            above = parent.flatMap(Identity::parentScope);
        }
    }

    private static HubException invalid(String message) {
        return new HubException(HubError.INVALID_DEVICE_SCOPE, message);
    }
}
