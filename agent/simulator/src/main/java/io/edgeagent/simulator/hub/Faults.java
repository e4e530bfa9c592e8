package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import java.util.List;

/** Misbehaviour that a test asks for. Not kept over a restart. */
public final class Faults {
    private static final String NORMAL = "normal";
    private static final List<String> PROVISIONING =
            List.of(NORMAL, "throttled", "unauthorized", "assigning", "failed", "disabled", "unassigned");

    private boolean throttle;
    private boolean refuseConnections;
    private int loseTwinResponses;
    private int assigningPolls;
    private String provisioning = NORMAL;

    /** Answers twin operations and REST requests with 429. */
    public boolean throttles() {
        return throttle;
    }

    /** Answers MQTT CONNECT with "server unavailable"; connections that exist stay. */
    public boolean refusesConnections() {
        return refuseConnections;
    }

    /** What DPS does: normal, throttled, unauthorized, assigning (without end), failed, disabled or unassigned. */
    public String provisioning() {
        return provisioning;
    }

    /** Whether to swallow the twin response at hand; counts down. */
    boolean losesTwinResponse() {
        if (loseTwinResponses == 0) {
            return false;
        }
        loseTwinResponses--;
        return true;
    }

    /** Whether a device that asks what became of its registration has to ask again; counts down. */
    public boolean isStillAssigning() {
        if (assigningPolls == 0) {
            return provisioning.equals("assigning");
        }
        assigningPolls--;
        return true;
    }

    /** Takes over the fields that are there; {"reset":true} ends all faults first. */
    public void set(ObjectNode wanted) {
        String registering = wanted.path("provisioning").asText(NORMAL);
        if (!PROVISIONING.contains(registering)) {
            throw new HubException(
                    HubError.ARGUMENT_INVALID, "provisioning must be one of " + String.join(", ", PROVISIONING));
        }
        if (wanted.path("reset").asBoolean()) {
            throttle = false;
            refuseConnections = false;
            loseTwinResponses = 0;
            assigningPolls = 0;
            provisioning = NORMAL;
        }
        provisioning = wanted.has("provisioning") ? registering : provisioning;
        throttle = wanted.path("throttle").asBoolean(throttle);
        refuseConnections = wanted.path("refuseConnections").asBoolean(refuseConnections);
        loseTwinResponses = Math.max(0, wanted.path("loseTwinResponses").asInt(loseTwinResponses));
        assigningPolls = Math.max(0, wanted.path("assigningPolls").asInt(assigningPolls));
    }

    public ObjectNode toJson() {
        return Json.object()
                .put("throttle", throttle)
                .put("refuseConnections", refuseConnections)
                .put("loseTwinResponses", loseTwinResponses)
                .put("assigningPolls", assigningPolls)
                .put("provisioning", provisioning);
    }
}
