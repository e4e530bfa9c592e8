package io.edgeagent.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.simulator.dps.Registrar;

/** The provisioning service of a running simulator. Safe to call from any thread. */
public final class SimulatedDps {
    private final HubThread hubThread;
    private final Registrar provisioning;

    SimulatedDps(HubThread hubThread, Registrar provisioning) {
        this.hubThread = hubThread;
        this.provisioning = provisioning;
    }

    /** What devices call it by, besides its address. */
    public String idScope() {
        return provisioning.idScope();
    }

    /**
     * Adds an enrollment, or replaces it. Returns it with its keys.
     *
     * @param request as PUT /_sim/enrollments/{id} takes it; all fields may be left out
     */
    public ObjectNode enroll(String id, ObjectNode request) {
        return hubThread.call(() -> provisioning.put(id, request));
    }

    /** The scope id, all enrollments and all registrations, with the payloads that devices sent. */
    public ObjectNode toJson() {
        return hubThread.call(provisioning::toJson);
    }

    /** Removes an enrollment; its devices stay. */
    public void remove(String id) {
        hubThread.run(() -> provisioning.remove(id));
    }

    /** The key, in base64, with which a device of a group of symmetric keys registers. */
    public String deviceKey(String groupId, String registrationId) {
        return hubThread.call(() -> provisioning.deviceKey(groupId, registrationId));
    }
}
