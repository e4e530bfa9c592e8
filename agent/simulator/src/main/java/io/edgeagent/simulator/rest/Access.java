package io.edgeagent.simulator.rest;

import io.edgeagent.protocol.HubError;
import io.edgeagent.simulator.hub.Caller;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.simulator.hub.Policies.Right;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Who may do what: a policy what its rights allow ("Control access to IoT Hub"), a device its own modules, which is how an edge
 * device manages their identities, and what devices do over HTTPS.
 */
final class Access {
    private static final Set<String> MODULE_METHODS = Set.of("GET", "PUT", "DELETE");

    private Access() {}

    /** @throws HubException 401 if the caller may not */
    static void require(Caller caller, Request request) {
        if (caller instanceof Caller.Policy policy && !policy.rights().containsAll(needed(request))) {
            throw new HubException(
                    HubError.UNAUTHORIZED,
                    "The policy " + policy.name() + " may not " + request.method() + " " + request.joined()
                            + ": that needs " + needed(request));
        }
        if (caller instanceof Caller.Self self
                && !isOwnModules(self.name(), request)
                && !DeviceCalls.areOf(self.name(), request)) {
            throw new HubException(HubError.UNAUTHORIZED, self.name() + " may not do this: use a token of the hub.");
        }
    }

    private static Set<Right> needed(Request request) {
        List<String> path = request.path();
        String first = path.isEmpty() ? "" : path.get(0);
        return switch (first) {
            case "_sim" -> EnumSet.allOf(Right.class);
            case "twins" -> EnumSet.of(Right.SERVICE_CONNECT);
            case "statistics" -> EnumSet.of(Right.REGISTRY_READ);
            case "devices" -> neededFor(request, path);
            default -> EnumSet.noneOf(Right.class);
        };
    }

    private static Set<Right> neededFor(Request request, List<String> path) {
        String operation = path.size() == 2 ? path.get(1) : path.size() == 3 ? path.get(2) : "";
        if (DeviceCalls.named(request).isPresent() || DeviceCalls.asksForScope(request)) {
            return EnumSet.of(Right.DEVICE_CONNECT);
        }
        if (request.method().equals("GET")) {
            return EnumSet.of(Right.REGISTRY_READ);
        }
        return switch (request.method() + " " + operation) {
            case "POST query", "DELETE commands" -> EnumSet.of(Right.SERVICE_CONNECT);
            // it registers modules and changes their twins
            case "POST applyConfigurationContent" -> EnumSet.of(Right.REGISTRY_WRITE, Right.SERVICE_CONNECT);
            default -> EnumSet.of(Right.REGISTRY_WRITE);
        };
    }

    private static boolean isOwnModules(IdentityName caller, Request request) {
        List<String> path = request.path();
        return caller.moduleId().isEmpty()
                && MODULE_METHODS.contains(request.method())
                && (path.size() == 3 || path.size() == 4)
                && path.get(0).equals("devices")
                && path.get(1).equals(caller.deviceId())
                && path.get(2).equals("modules");
    }
}
