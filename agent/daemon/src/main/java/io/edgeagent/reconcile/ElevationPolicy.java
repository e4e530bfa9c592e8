package io.edgeagent.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.DeviceGrant;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What modules may not ask of the host. A module that asks for it is not created, and its status says why; stripping the option
 * in silence, as IoT Edge does, leaves people with a module that fails for no visible reason.
 */
public record ElevationPolicy(Set<Option> refused) {
    public static final ElevationPolicy ALLOW_ALL = new ElevationPolicy(EnumSet.noneOf(Option.class));
    public static final ElevationPolicy REFUSE_ALL = new ElevationPolicy(EnumSet.allOf(Option.class));

    private static final Set<String> NAMESPACES =
            Set.of("NetworkMode", "PidMode", "IpcMode", "UTSMode", "UsernsMode", "CgroupnsMode");
    private static final List<Path> SOCKETS = Stream.of(
                    "/var/run/docker.sock",
                    "/run/docker.sock",
                    "/var/run/podman/podman.sock",
                    "/run/podman/podman.sock")
            .map(Path::of)
            .toList();

    /** Things that make a container more than a container. */
    public enum Option {
        PRIVILEGED,
        CAPABILITIES,
        HOST_NAMESPACES,
        DOCKER_SOCKET,
        HOST_PATHS,
        DEVICES,
        SECURITY_OPTIONS,
        CGROUP_PARENT;

        /** As in the configuration. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public ElevationPolicy {
        refused = Set.copyOf(refused);
    }

    /** Modules of the deployment that ask for what is refused, with the reason. */
    public Map<String, Problem> refusals(Deployment deployment) {
        Map<String, Problem> refusals = new TreeMap<>();
        if (!refused.isEmpty()) {
            deployment.modules().forEach((name, spec) -> {
                Set<Option> asked = asked(spec);
                asked.retainAll(refused);
                if (!asked.isEmpty()) {
                    refusals.put(name, problem(asked));
                }
            });
        }
        return refusals;
    }

    private static Problem problem(Set<Option> asked) {
        String options = asked.stream().map(Option::text).collect(Collectors.joining(", "));
        return new Problem(
                ErrorCode.OPTIONS_REFUSED,
                "not created: this device's policy refuses " + options
                        + "; take it out of createOptions, or allow it in the device's config.toml");
    }

    private static Set<Option> asked(ModuleSpec spec) {
        Set<Option> asked = new TreeSet<>();
        add(asked, Option.DEVICES, spec.createOptions().label(DeviceGrant.LABEL).isPresent());
        for (JsonNode host : all(spec.createOptions().toJson(), "HostConfig")) {
            add(asked, Option.PRIVILEGED, all(host, "Privileged").stream().anyMatch(JsonNode::asBoolean));
            add(asked, Option.CAPABILITIES, isGiven(host, "CapAdd"));
            add(asked, Option.DEVICES, isGiven(host, "Devices") || isGiven(host, "DeviceCgroupRules"));
            // an empty list of masked paths is a wish too: nothing is masked then
            add(
                    asked,
                    Option.SECURITY_OPTIONS,
                    isGiven(host, "SecurityOpt")
                            || all(host, "MaskedPaths").stream().anyMatch(JsonNode::isArray)
                            || all(host, "ReadonlyPaths").stream().anyMatch(JsonNode::isArray));
            add(asked, Option.CGROUP_PARENT, isGiven(host, "CgroupParent"));
            for (String mode : NAMESPACES) {
                add(asked, Option.HOST_NAMESPACES, texts(host, mode).contains("host"));
            }
            paths(asked, host);
        }
        return asked;
    }

    private static void paths(Set<Option> asked, JsonNode host) {
        // volumes of another container may be paths of the host
        add(asked, Option.HOST_PATHS, isGiven(host, "VolumesFrom"));
        for (JsonNode binds : all(host, "Binds")) {
            binds.forEach(bind -> source(asked, bind.asText("").replaceFirst(":.*", "")));
        }
        for (JsonNode mounts : all(host, "Mounts")) {
            for (JsonNode mount : mounts) {
                if (texts(mount, "Type").contains("bind")) {
                    texts(mount, "Source").forEach(path -> source(asked, path));
                }
                // the local driver's options mount any path of the host as a volume
                for (JsonNode volume : all(mount, "VolumeOptions")) {
                    add(asked, Option.HOST_PATHS, isGiven(volume, "DriverConfig"));
                }
            }
        }
    }

    private static void source(Set<Option> asked, String text) {
        // a name without a slash is a volume of the engine
        if (!text.startsWith("/")) {
            return;
        }
        Path path = Path.of(text).normalize();
        boolean isSocket = path.endsWith("docker.sock") || path.endsWith("podman.sock");
        asked.add(isSocket ? Option.DOCKER_SOCKET : Option.HOST_PATHS);
        add(asked, Option.DOCKER_SOCKET, SOCKETS.stream().anyMatch(socket -> socket.startsWith(path)));
    }

    /** Values of a field however it is spelled: the engine reads names without regard to case. */
    private static List<JsonNode> all(JsonNode node, String name) {
        return node.properties().stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static List<String> texts(JsonNode node, String name) {
        return all(node, name).stream().map(JsonNode::asText).toList();
    }

    private static boolean isGiven(JsonNode node, String name) {
        return all(node, name).stream()
                .anyMatch(value -> !value.isEmpty()
                        || (value.isTextual() && !value.asText().isEmpty()));
    }

    private static void add(Set<Option> asked, Option option, boolean present) {
        if (present) {
            asked.add(option);
        }
    }
}
