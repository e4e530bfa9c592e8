package io.edgeagent.report;

/**
 * How the built-in hub is, for {@code edgeHub} in reports and on the board.
 *
 * @param running whether modules reach it and their messages get on
 * @param remark what is wrong, in words; empty if nothing is
 */
public record HubCondition(boolean running, String remark) {
    public static final HubCondition WELL = new HubCondition(true, "");

    /** The operator switched it off, and the deployment has one: no fault, but to be seen where messages are missed. */
    public static final HubCondition OFF = new HubCondition(
            true,
            "switched off (hub.enabled or EDGE_AGENT_HUB): modules connect to IoT Hub directly, routes do nothing");

    /** As edgeAgent names it: running, or unhealthy. */
    String runtimeStatus() {
        return running ? "running" : "unhealthy";
    }

    String description(String agentVersion) {
        return "built into edge-agent " + agentVersion + (remark.isEmpty() ? "" : "; " + remark);
    }
}
