package io.edgeagent.device;

import io.edgeagent.model.DeviceKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The board's devices at one moment.
 *
 * @param visible false where the agent cannot see the host's devices, in a container say: nothing is then known to be missing
 * @param board the model that the device tree names; empty where there is none
 * @param nodes of the kinds that are looked for by themselves, sorted by kind and name
 * @param asked nodes that were asked for by path, by that path; a path without a node is not there
 */
public record HostDevices(boolean visible, String board, List<DeviceNode> nodes, Map<String, DeviceNode> asked) {
    /** Nothing can be seen. */
    public static final HostDevices HIDDEN = new HostDevices(false, "", List.of(), Map.of());

    public HostDevices {
        nodes = List.copyOf(nodes);
        asked = Map.copyOf(asked);
    }

    public Stream<DeviceNode> of(DeviceKind kind) {
        return nodes.stream().filter(node -> node.kind() == kind);
    }

    Optional<DeviceNode> at(String path) {
        return Optional.ofNullable(asked.get(path));
    }
}
