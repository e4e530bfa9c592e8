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

    /** @param asked what the chips themselves say of their lines, by name; it goes before what the device tree says */
    static String lines(HostDevices devices, Map<String, List<GpioInfo.Line>> asked) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("LINE", "CHIP", "GRANT", "USED BY"));
        devices.of(DeviceKind.GPIO).forEach(chip -> {
            List<GpioInfo.Line> lines = linesOf(chip, asked);
            for (int offset = 0; offset < lines.size(); offset++) {
                String name = lines.get(offset).name();
                // the agent resolves names by the device tree alone
                boolean isGrant = chip.lines().contains(name) && !name.isEmpty() && !name.contains(" ");
                rows.add(List.of(
                        Terminal.plain(name),
                        chip.path() + ":" + offset,
                        isGrant ? "gpio:line=" + Terminal.plain(name) : "",
                        Terminal.plain(lines.get(offset).consumer())));
            }
        });
        return "\n" + (rows.size() == 1 ? "the device tree names no lines\n" : Terminal.table(rows));
    }

    private static List<GpioInfo.Line> linesOf(DeviceNode chip, Map<String, List<GpioInfo.Line>> asked) {
        return asked.getOrDefault(
                chip.name(),
                chip.lines().stream().map(name -> new GpioInfo.Line(name, "")).toList());
    }

    static ObjectNode json(
            HostDevices devices, Map<String, List<String>> users, Map<String, List<GpioInfo.Line>> asked) {
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
                List<GpioInfo.Line> lines = linesOf(node, asked);
                lines.stream().map(GpioInfo.Line::name).forEach(device.putArray("lines")::add);
                if (asked.containsKey(node.name())) {
                    lines.stream().map(GpioInfo.Line::consumer).forEach(device.putArray("consumers")::add);
                }
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
