package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Misbehaviour that a test asks for. Not kept over a restart. */
public final class Faults {
    private boolean throttle;
    private boolean refuseConnections;
    private int loseTwinResponses;

    /** Answers twin operations and REST requests with 429. */
    public boolean throttles() {
        return throttle;
    }

    /** Answers MQTT CONNECT with "server unavailable"; connections that exist stay. */
    public boolean refusesConnections() {
        return refuseConnections;
    }

    /** Whether to swallow the twin response at hand; counts down. */
    boolean losesTwinResponse() {
        if (loseTwinResponses == 0) {
            return false;
        }
        loseTwinResponses--;
        return true;
    }

    /** Takes over the fields that are there; {"reset":true} ends all faults first. */
    public void set(ObjectNode wanted) {
        if (wanted.path("reset").asBoolean()) {
            throttle = false;
            refuseConnections = false;
            loseTwinResponses = 0;
        }
        throttle = wanted.path("throttle").asBoolean(throttle);
        refuseConnections = wanted.path("refuseConnections").asBoolean(refuseConnections);
        loseTwinResponses = Math.max(0, wanted.path("loseTwinResponses").asInt(loseTwinResponses));
    }

    public ObjectNode toJson() {
        return Json.object()
                .put("throttle", throttle)
                .put("refuseConnections", refuseConnections)
                .put("loseTwinResponses", loseTwinResponses);
    }
}
