package io.edgeagent.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Problem;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How the roles of the agent are, each by its own check: what systemd, a container's HEALTHCHECK, Kubernetes' probes and
 * {@code edge-agent system status} are told comes from here.
 */
public record Roles(List<Role> all) {

    /**
     * One part of the agent.
     *
     * @param name agent, identity, link, engine or hub
     * @param up whether it does its work
     * @param remark why not, or what else there is to know; empty for nothing
     * @param needed whether modules cannot be looked after while it is down. The link to the cloud and identities are not: a board
     *     works without a network
     */
    public record Role(String name, boolean up, String remark, boolean needed) {
        /** By what is wrong with it. */
        public static Role of(String name, Optional<Problem> problem, boolean needed) {
            return new Role(name, problem.isEmpty(), problem.map(Problem::text).orElse(""), needed);
        }
    }

    public Roles {
        all = List.copyOf(all);
    }

    /** Whether all that is needed is there. An agent that is not ready is not to be restarted for that: it waits, and goes on. */
    public boolean isReady() {
        return all.stream().allMatch(role -> role.up() || !role.needed());
    }

    /** {@code {"agent":{"up":true},"engine":{"up":false,"reason":"..."}}}. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        all.forEach(role -> {
            ObjectNode entry = json.putObject(role.name()).put("up", role.up());
            if (!role.remark().isEmpty()) {
                entry.put("reason", role.remark());
            }
        });
        return json;
    }

    /** A line for people that begins with {@code ready} or {@code not ready}. */
    public String inOneLine() {
        String down = all.stream()
                .filter(role -> !role.up() && role.needed())
                .map(role -> role.name() + ": " + role.remark())
                .collect(Collectors.joining(", "));
        return down.isEmpty() ? "ready" : "not ready: " + down;
    }
}
