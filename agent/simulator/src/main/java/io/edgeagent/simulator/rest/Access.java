package io.edgeagent.simulator.rest;

import io.edgeagent.protocol.HubError;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.IdentityName;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who may do what: the hub's policy everything, a device its own modules (how an edge device manages their identities). */
final class Access {
    private static final Set<String> MODULE_METHODS = Set.of("GET", "PUT", "DELETE");

    private Access() {}

    /**
     * @param caller empty for the hub's policy
     * @throws HubException 401 if the caller may not
     */
    static void require(Optional<IdentityName> caller, Request request) {
        if (caller.isPresent() && !isOwnModules(caller.get(), request)) {
            throw new HubException(HubError.UNAUTHORIZED, caller.get() + " may not do this: use a token of the hub.");
        }
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
