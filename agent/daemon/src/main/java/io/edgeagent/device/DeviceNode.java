package io.edgeagent.device;

import io.edgeagent.model.DeviceKind;
import io.edgeagent.model.Hardware;
import java.util.List;
import java.util.Optional;

/**
 * A device node of the board.
 *
 * @param name within its kind: "i2c-1", "gpiochip0", "ttyUSB0"
 * @param otherNames by which it can be asked for as well: "1", "by-id/usb-FTDI_...", a GPIO chip's label
 * @param path "/dev/i2c-1"
 * @param onHost the same node as the engine knows it
 * @param type 'c' or 'b'; 'd' for a folder of nodes, which only an engine can map
 * @param group numeric owner group
 * @param groupName empty where the group has none
 * @param mode permission bits
 * @param label what the driver calls it; empty if nothing does
 * @param lines names of a GPIO chip's lines, in order, empty for a line without; empty list where they are not known
 * @param instance which of the nodes of this name and number it is: another text once the device was pulled out and put back,
 *     however fast; empty where that is not known
 */
public record DeviceNode(
        DeviceKind kind,
        String name,
        List<String> otherNames,
        String path,
        String onHost,
        char type,
        int major,
        int minor,
        int group,
        String groupName,
        int mode,
        String label,
        List<String> lines,
        String instance) {

    private static final int GROUP_READ = 040;
    private static final int OTHERS_READ = 04;

    public DeviceNode {
        otherNames = List.copyOf(otherNames);
        lines = List.copyOf(lines);
    }

    /** Whether it goes by this name, in which {@code *} stands for anything. */
    boolean isCalled(String asked) {
        return matches(asked, name) || otherNames.stream().anyMatch(other -> matches(asked, other));
    }

    private static boolean matches(String asked, String name) {
        String[] parts = asked.split("\\*", -1);
        if (parts.length == 1) {
            return asked.equals(name);
        }
        String first = parts[0];
        String last = parts[parts.length - 1];
        if (name.length() < first.length() + last.length() || !name.startsWith(first) || !name.endsWith(last)) {
            return false;
        }
        int from = first.length();
        for (int i = 1; i < parts.length - 1; i++) {
            int found = name.indexOf(parts[i], from);
            if (found < 0) {
                return false;
            }
            from = found + parts[i].length();
        }
        return from <= name.length() - last.length();
    }

    /** The group that opens it, unless that is root's or everybody may. */
    Optional<Integer> openingGroup() {
        boolean opens = (mode & GROUP_READ) != 0 && (mode & OTHERS_READ) == 0;
        return group != 0 && opens ? Optional.of(group) : Optional.empty();
    }

    /** Whether nobody but root can open it, so that a module that is not root cannot use it. */
    public boolean isForRootAlone() {
        return openingGroup().isEmpty() && (mode & OTHERS_READ) == 0;
    }

    /** The same under these other names. */
    public DeviceNode called(List<String> others) {
        return new DeviceNode(
                kind, name, others, path, onHost, type, major, minor, group, groupName, mode, label, lines, instance);
    }

    /** What a program that has it open depends on: where this text changes, the program holds a dead handle. */
    String handle() {
        return onHost + " " + type + " " + major + ":" + minor + " " + instance;
    }

    Hardware.Node granted(boolean writable) {
        return new Hardware.Node(onHost, path, writable ? "rw" : "r", type + " " + major + ":" + minor);
    }
}
