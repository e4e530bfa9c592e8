package io.edgeagent.report;

/**
 * How the built-in hub is, for {@code edgeHub} in reports and on the board.
 *
 * @param running whether modules reach it and their messages get on
 * @param remark what is wrong, in words; empty if nothing is
 */
public record HubCondition(boolean running, String remark) {
    public static final HubCondition WELL = new HubCondition(true, "");

    /** As edgeAgent names it: running, or unhealthy. */
    String runtimeStatus() {
        return running ? "running" : "unhealthy";
    }

    String description(String agentVersion) {
        return "built into edge-agent " + agentVersion + (remark.isEmpty() ? "" : "; " + remark);
    }
}
