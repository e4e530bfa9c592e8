package io.edgeagent.device;

import io.edgeagent.model.DeviceKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The inventory in a few short texts, so that it fits into the twin: what there is, by kind. */
public final class InventorySummary {
    private static final int LONGEST = 160;

    private InventorySummary() {}

    /** At most 1.5 KB; empty where there is nothing to tell. */
    public static Map<String, String> of(HostDevices devices) {
        Map<String, String> summary = new LinkedHashMap<>();
        if (!devices.board().isEmpty()) {
            summary.put("board", shortened(devices.board()));
        }
        for (DeviceKind kind : DeviceKind.values()) {
            List<DeviceNode> nodes = devices.of(kind).toList();
            if (!nodes.isEmpty()) {
                summary.put(
                        kind.text(),
                        shortened(nodes.stream().map(InventorySummary::text).collect(Collectors.joining(", "))));
            }
        }
        return summary;
    }

    private static String text(DeviceNode node) {
        return node.label().isEmpty() ? node.name() : node.name() + " (" + node.label() + ")";
    }

    // names come from whoever built the thing that was plugged in
    private static String shortened(String text) {
        String line = text.replaceAll("[^ -~]+", "?");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 3) + "...";
    }
}
