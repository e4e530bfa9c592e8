package io.edgeagent.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Hardware;
import java.util.Set;
import java.util.TreeSet;

/** Adds to a create call what a module gets of the board's devices. */
final class DeviceOptions {
    private DeviceOptions() {}

    static void add(ObjectNode body, Hardware.Granted granted) {
        if (granted.equals(Hardware.NONE)) {
            return;
        }
        ObjectNode host = body.withObjectProperty("HostConfig");
        if (granted.unprivileged()) {
            host.put("Privileged", false);
        }
        devices(host, granted);
        groups(host, granted);
    }

    private static void devices(ObjectNode host, Hardware.Granted granted) {
        ArrayNode devices = array(host, "Devices");
        Set<String> targets = new TreeSet<>();
        for (JsonNode device : devices) {
            if (device instanceof ObjectNode object) {
                String target = object.path("PathInContainer").asText("");
                targets.add(target.isEmpty() ? object.path("PathOnHost").asText() : target);
                if (granted.unprivileged()) {
                    object.put(
                            "CgroupPermissions",
                            withoutMaking(object.path("CgroupPermissions").asText("")));
                }
            }
        }
        for (Hardware.Node node : granted.nodes()) {
            // what the manifest says itself goes first
            if (!targets.contains(node.inContainer())) {
                devices.addObject()
                        .put("PathOnHost", node.onHost())
                        .put("PathInContainer", node.inContainer())
                        .put("CgroupPermissions", node.permissions());
            }
        }
        if (devices.isEmpty()) {
            host.remove("Devices");
        }
    }

    /** Docker's default is "rwm", of which 'm' makes nodes of any number. */
    private static String withoutMaking(String permissions) {
        String rest = permissions.isEmpty() ? "rw" : permissions.replaceAll("[mM]", "");
        return rest.isEmpty() ? "r" : rest;
    }

    private static void groups(ObjectNode host, Hardware.Granted granted) {
        if (granted.groups().isEmpty()) {
            return;
        }
        ArrayNode groups = array(host, "GroupAdd");
        Set<String> there = new TreeSet<>();
        groups.forEach(group -> there.add(group.asText()));
        granted.groups().stream()
                .map(String::valueOf)
                .filter(group -> !there.contains(group))
                .forEach(groups::add);
    }

    private static ArrayNode array(ObjectNode host, String name) {
        return host.path(name) instanceof ArrayNode array ? array : host.putArray(name);
    }
}
