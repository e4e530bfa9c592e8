package io.edgeagent.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.simulator.hub.SimulatedHub;
import java.util.List;

/** What an operator does to the identities of a running simulator. Safe to call from any thread. */
public final class SimulatedIdentities {
    private final HubThread hubThread;
    private final SimulatedHub hub;

    SimulatedIdentities(HubThread hubThread, SimulatedHub hub) {
        this.hubThread = hubThread;
        this.hub = hub;
    }

    /**
     * Registers a device that proves itself with a certificate.
     *
     * @param thumbprints one or two, SHA-1 or SHA-256 in hex; none where a CA signs its certificates
     * @see #trustCa
     */
    public void createX509Device(String deviceId, boolean edge, List<String> thumbprints) {
        ObjectNode request = HubJson.object();
        request.putObject("capabilities").put("iotEdge", edge);
        ObjectNode authentication = request.putObject("authentication")
                .put("type", thumbprints.isEmpty() ? "certificateAuthority" : "selfSigned");
        if (!thumbprints.isEmpty()) {
            authentication
                    .putObject("x509Thumbprint")
                    .put("primaryThumbprint", thumbprints.get(0))
                    .put("secondaryThumbprint", thumbprints.get(thumbprints.size() - 1));
        }
        hubThread.run(() -> hub.registry().create(IdentityName.device(deviceId), request));
    }

    /** Makes an edge device the parent of a device, which then connects to its hub. */
    public void placeBelow(String deviceId, String edge) {
        String scope = hubThread.call(() ->
                hub.identityJson(IdentityName.device(edge)).path("deviceScope").asText());
        update(IdentityName.device(deviceId), HubJson.object().put("deviceScope", scope));
    }

    /** Lets a CA, in PEM, sign for identities of type certificateAuthority; the common name is the client id. */
    public void trustCa(String name, String pem) {
        hubThread.run(() -> hub.cas().put(name, pem));
    }

    /** Changes an identity as a registry request does, for example its keys or its status. Returns the new one. */
    public ObjectNode update(IdentityName name, ObjectNode request) {
        return hubThread.call(() -> {
            hub.registry().update(name, request);
            return hub.identityJson(name);
        });
    }

    /** Disables or enables a device with its modules, or a module. Who is disabled is cut off. */
    public void enable(IdentityName name, boolean enabled) {
        update(name, HubJson.object().put("status", enabled ? "enabled" : "disabled"));
    }

    /** Removes a device with its modules, or a module. Who is connected is cut off. */
    public void delete(IdentityName name) {
        hubThread.run(() -> hub.registry().delete(name));
    }
}
