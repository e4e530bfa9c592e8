package io.edgeagent.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The desired properties that the agent follows: the hub's, in which the entries of modules that cannot be followed are those
 * that were last good. So one wrong entry keeps its module as it is, restarts and all, also after the agent's next start.
 *
 * @param json to be kept on the disk; parsed again it gives the same modules
 */
public record DesiredInForce(ObjectNode json, Deployment deployment) {

    /**
     * @param desired the hub's desired section
     * @param before what was in force until now
     * @param parent that {@code $upstream} stands for
     * @throws RefusedDeployment if the section cannot be understood as a whole
     */
    public static DesiredInForce of(ObjectNode desired, Optional<DesiredInForce> before, ParentHost parent) {
        Deployment parsed = Deployment.parse(desired, parent);
        if (parsed.faults().isEmpty() || before.isEmpty()) {
            return new DesiredInForce(desired, parsed);
        }
        ObjectNode mended = desired.deepCopy();
        parsed.faults()
                .keySet()
                .forEach(name -> before.get()
                        .lastGood(name)
                        .ifPresent(entry -> section(mended, name)
                                .ifPresent(section -> section.json().set(key(name), entry))));
        return new DesiredInForce(mended, Deployment.parse(mended, parent).insteadOf(parsed));
    }

    private Optional<JsonNode> lastGood(String name) {
        boolean known = switch (name) {
            case Deployment.AGENT -> deployment.agent().isPresent();
            case Deployment.HUB -> deployment.hub().isPresent();
            default -> deployment.modules().containsKey(name);
        };
        return known ? section(json, name).map(section -> section.value(key(name))) : Optional.empty();
    }

    private static Optional<ManifestNode> section(ObjectNode desired, String name) {
        return new ManifestNode(desired, "").object(isRole(name) ? "systemModules" : "modules");
    }

    private static String key(String name) {
        return isRole(name) ? name.substring(1) : name;
    }

    private static boolean isRole(String name) {
        return name.equals(Deployment.AGENT) || name.equals(Deployment.HUB);
    }
}
