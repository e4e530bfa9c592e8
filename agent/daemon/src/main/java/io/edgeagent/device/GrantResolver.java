package io.edgeagent.device;

import io.edgeagent.model.DeviceGrant;
import io.edgeagent.model.DeviceKind;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Finds the nodes that a grant means, on this board and by this operator's names. */
final class GrantResolver {
    private static final String HEADER = "header";

    private final HostDevices devices;
    private final DevicePolicy policy;
    private final BoardModel board;

    GrantResolver(HostDevices devices, DevicePolicy policy) {
        this.devices = devices;
        this.policy = policy;
        this.board = BoardModel.of(devices.board());
    }

    /**
     * What a grant came to.
     *
     * @param nodes none if it is not there
     * @param value where the module finds it: paths, with commas between several; "path:offset" for a line
     * @param missing says what is not there and what to do, where nothing was found
     */
    record Found(List<DeviceNode> nodes, String value, String missing) {
        static Found missing(String text) {
            return new Found(List.of(), "", text);
        }

        private static Found of(List<DeviceNode> nodes) {
            return new Found(nodes, nodes.stream().map(DeviceNode::path).collect(Collectors.joining(",")), "");
        }
    }

    /** @throws ProblemException if it may not be granted, or if its alias leads nowhere */
    Found find(DeviceGrant asked) {
        DeviceGrant grant = withoutAliases(asked);
        if (!devices.visible()) {
            return Found.of(unseen(grant));
        }
        if (!grant.line().isEmpty()) {
            return line(grant);
        }
        if (grant.kind() == DeviceKind.PATH) {
            return path(grant);
        }
        List<DeviceNode> nodes = devices.of(grant.kind())
                .filter(node -> node.isCalled(grant.name()))
                .toList();
        return nodes.isEmpty() ? Found.missing(missing(grant)) : Found.of(nodes);
    }

    private DeviceGrant withoutAliases(DeviceGrant asked) {
        DeviceGrant grant = asked;
        Set<String> seen = new HashSet<>();
        while (policy.aliases().containsKey(grant.name())) {
            if (!seen.add(grant.name())) {
                throw invalid(
                        asked,
                        "its alias leads back to itself (" + String.join(", ", seen)
                                + "): correct it in [devices.aliases]" + " of the device's config.toml");
            }
            DeviceGrant next = DeviceGrant.parse(policy.aliases().get(grant.name()));
            if (next.kind() != asked.kind()) {
                throw invalid(
                        asked,
                        "its alias means \"" + next.text() + "\", which is of kind "
                                + next.kind().text());
            }
            grant = next;
        }
        String bus = board.headerBus(devices);
        boolean isHeader = grant.kind() == DeviceKind.I2C && grant.name().equals(HEADER) && !bus.isEmpty();
        return isHeader ? DeviceGrant.parse("i2c:" + bus) : grant;
    }

    private Found line(DeviceGrant grant) {
        String name = grant.line();
        List<Found> named = devices.of(DeviceKind.GPIO)
                .flatMap(chip -> IntStream.range(0, chip.lines().size())
                        .filter(offset -> chip.lines().get(offset).equals(name))
                        .mapToObj(offset -> at(chip, offset)))
                .toList();
        if (named.size() == 1) {
            return named.get(0);
        }
        Optional<Found> onHeader = board.line(name)
                .flatMap(line -> devices.of(DeviceKind.GPIO)
                        .filter(chip -> chip.isCalled(line.chip()))
                        .findFirst()
                        .map(chip -> at(chip, line.offset())));
        if (onHeader.isEmpty() && named.size() > 1) {
            // the kernel lets two lines have one name
            return Found.missing("this board has " + named.size() + " GPIO lines " + name + " ("
                    + named.stream().map(Found::value).limit(4).collect(Collectors.joining(", "))
                    + "): ask for the chip, as in \"gpio:"
                    + named.get(0).nodes().get(0).name() + "\"");
        }
        return onHeader.orElseGet(() -> Found.missing("no GPIO chip of this board has a line " + name + ": "
                + board.line(name)
                        .map(line -> "the chip " + line.chip() + " is not there")
                        .orElse("ask for its chip as in \"gpio:gpiochip0\", or name another line; "
                                + board.advice(DeviceKind.GPIO))));
    }

    private static Found at(DeviceNode chip, int offset) {
        return new Found(List.of(chip), chip.path() + ":" + offset, "");
    }

    private Found path(DeviceGrant grant) {
        Optional<DeviceNode> node = devices.at(grant.name());
        if (node.isEmpty()) {
            return Found.missing(missing(grant));
        }
        if (ForbiddenNodes.isForbidden(node.get())
                && !policy.allowed().contains(node.get().path())
                && !policy.allowed().contains(grant.name())) {
            throw new ProblemException(
                    ErrorCode.OPTIONS_REFUSED,
                    grant.name() + " is not granted: " + ForbiddenNodes.reason(node.get())
                            + "; if this device is meant to be given away, name it in allow of [devices] in config.toml");
        }
        return Found.of(List.of(node.get()));
    }

    /** Where the host's nodes are not to be seen, names mean what they mean on most boards, and the engine looks. */
    private List<DeviceNode> unseen(DeviceGrant grant) {
        String name = grant.name();
        String path = switch (grant.kind()) {
            case I2C -> name.matches("\\d+") ? "/dev/i2c-" + name : "/dev/" + name;
            case SPI -> name.startsWith("spidev") ? "/dev/" + name : "/dev/spidev" + name;
            case SERIAL -> name.contains("/") ? "/dev/serial/" + name : "/dev/" + name;
            case VIDEO -> name.matches("\\d+") ? "/dev/video" + name : "/dev/" + name;
            case PATH -> name;
            case GPIO, SOUND, GPU -> "/dev/" + name;
        };
        boolean isMeaning =
                name.contains("*") || name.equals(HEADER) || !grant.line().isEmpty();
        if (isMeaning || grant.kind() == DeviceKind.GPU || grant.kind() == DeviceKind.SOUND) {
            throw new ProblemException(
                    ErrorCode.DEVICE_MISSING,
                    "\"" + grant.text()
                            + "\" cannot be looked up, because the agent does not see the host's devices: in a container it"
                            + " needs -v /dev:/host/dev:ro -e EDGE_AGENT_HOST_DEV=/host/dev; or ask for a device by its number");
        }
        if (grant.kind() == DeviceKind.PATH && !policy.allowed().contains(path)) {
            throw new ProblemException(
                    ErrorCode.OPTIONS_REFUSED,
                    path
                            + " is not granted: the agent does not see the host's devices and cannot tell whether it is a disk; name"
                            + " it in HostConfig.Devices, or in allow of [devices] in config.toml");
        }
        return List.of(
                new DeviceNode(grant.kind(), name, List.of(), path, path, 'c', -1, -1, 0, "", 0, "", List.of(), ""));
    }

    private String missing(DeviceGrant grant) {
        String there = devices.of(grant.kind()).map(DeviceNode::name).limit(8).collect(Collectors.joining(", "));
        return missingName(grant) + " is not there" + (there.isEmpty() ? "" : " (there is " + there + ")") + ": "
                + board.advice(grant.kind());
    }

    private static String missingName(DeviceGrant grant) {
        String name = grant.name();
        boolean number = name.matches("[\\d.]+");
        return switch (grant.kind()) {
            case I2C -> number ? "/dev/i2c-" + name : "I2C bus " + name;
            case SPI -> number ? "/dev/spidev" + name : "SPI device " + name;
            case GPIO -> number ? "/dev/gpiochip" + name : "GPIO chip " + name;
            case VIDEO -> number ? "/dev/video" + name : "video device " + name;
            case SERIAL -> name.contains("/") ? "/dev/serial/" + name : "/dev/" + name;
            case SOUND -> "sound device " + name;
            case GPU -> "a GPU";
            case PATH -> name;
        };
    }

    private static ProblemException invalid(DeviceGrant grant, String why) {
        return new ProblemException(
                ErrorCode.MANIFEST_INVALID, "label " + DeviceGrant.LABEL + ", \"" + grant.text() + "\": " + why);
    }
}
