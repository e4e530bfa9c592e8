package io.edgeagent.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.device.DeviceNode;
import io.edgeagent.device.HostDevices;
import io.edgeagent.model.DeviceKind;
import io.edgeagent.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The devices of a board, for people and for programs. */
final class DeviceTable {
    private DeviceTable() {}

    /** @param users modules by path of their device */
    static String text(HostDevices devices, Map<String, List<String>> users) {
        String board = devices.board().isEmpty() ? "" : Terminal.plain(devices.board()) + "\n";
        if (devices.nodes().isEmpty()) {
            return board + "there is no I2C, SPI, GPIO, serial, video or sound device, and no GPU\n";
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("GRANT", "DEVICE", "GROUP", "MODE", "WHAT", "USED BY"));
        devices.nodes()
                .forEach(node -> rows.add(List.of(
                        Terminal.plain(grant(node)),
                        Terminal.plain(node.path()),
                        Terminal.plain(node.groupName()),
                        Integer.toOctalString(node.mode()),
                        Terminal.plain(what(node)),
                        Terminal.plain(String.join(", ", users.getOrDefault(node.path(), List.of()))))));
        return board + Terminal.table(rows);
    }

    static String lines(HostDevices devices) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("LINE", "CHIP", "GRANT"));
        devices.of(DeviceKind.GPIO).forEach(chip -> {
            for (int offset = 0; offset < chip.lines().size(); offset++) {
                String name = Terminal.plain(chip.lines().get(offset));
                String grant = name.isEmpty() || name.contains(" ") ? "" : "gpio:line=" + name;
                rows.add(List.of(name, chip.path() + ":" + offset, grant));
            }
        });
        return "\n" + (rows.size() == 1 ? "the device tree names no lines\n" : Terminal.table(rows));
    }

    static ObjectNode json(HostDevices devices, Map<String, List<String>> users) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("board", devices.board());
        ArrayNode list = json.putArray("devices");
        devices.nodes().forEach(node -> {
            ObjectNode device = list.addObject()
                    .put("kind", node.kind().text())
                    .put("grant", grant(node))
                    .put("path", node.path())
                    .put("name", node.name());
            node.otherNames().forEach(device.putArray("otherNames")::add);
            device.put("label", node.label()).put("major", node.major()).put("minor", node.minor());
            device.put("group", node.groupName()).put("gid", node.group());
            device.put("mode", Integer.toOctalString(node.mode()));
            if (node.kind() == DeviceKind.GPIO) {
                node.lines().forEach(device.putArray("lines")::add);
            }
            users.getOrDefault(node.path(), List.of()).forEach(device.putArray("usedBy")::add);
        });
        return json;
    }

    /** The shortest way to ask for it that stays true when it is plugged in elsewhere. */
    private static String grant(DeviceNode node) {
        return switch (node.kind()) {
            case I2C, SPI, VIDEO -> node.kind().text() + ":" + first(node);
            case GPIO -> "gpio:" + (node.label().matches("[\\w.-]+") ? node.label() : node.name());
            case SOUND -> "sound:" + first(node);
            case SERIAL ->
                "serial:"
                        + node.otherNames().stream()
                                .filter(name -> name.startsWith("by-id/"))
                                .findFirst()
                                .orElse(node.name());
            case GPU -> "gpu";
            case PATH -> "path:" + node.path();
        };
    }

    private static String first(DeviceNode node) {
        return node.otherNames().stream().findFirst().orElse(node.name());
    }

    private static String what(DeviceNode node) {
        String lines = node.lines().isEmpty() ? "" : ", " + node.lines().size() + " lines";
        return node.label() + lines + (node.isForRootAlone() ? " (root only)" : "");
    }
}
