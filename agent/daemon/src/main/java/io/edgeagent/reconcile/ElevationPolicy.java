package io.edgeagent.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What modules may not ask of the host. A module that asks for it is not created, and its status says why; stripping the option
 * in silence, as IoT Edge does, leaves people with a module that fails for no visible reason.
 */
public record ElevationPolicy(Set<Option> refused) {
    public static final ElevationPolicy ALLOW_ALL = new ElevationPolicy(EnumSet.noneOf(Option.class));
    public static final ElevationPolicy REFUSE_ALL = new ElevationPolicy(EnumSet.allOf(Option.class));

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

    /** All options, for a message. */
    public static String names() {
        return EnumSet.allOf(Option.class).stream().map(Option::text).collect(Collectors.joining(", "));
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
        JsonNode host = spec.createOptions().toJson().path("HostConfig");
        Set<Option> asked = new TreeSet<>();
        add(asked, Option.PRIVILEGED, host.path("Privileged").asBoolean());
        add(asked, Option.CAPABILITIES, !host.path("CapAdd").isEmpty());
        add(
                asked,
                Option.DEVICES,
                !host.path("Devices").isEmpty()
                        || !host.path("DeviceCgroupRules").isEmpty());
        add(asked, Option.SECURITY_OPTIONS, !host.path("SecurityOpt").isEmpty());
        add(asked, Option.CGROUP_PARENT, !host.path("CgroupParent").asText("").isEmpty());
        for (String mode : Set.of("NetworkMode", "PidMode", "IpcMode", "UTSMode", "UsernsMode", "CgroupnsMode")) {
            add(asked, Option.HOST_NAMESPACES, host.path(mode).asText("").equals("host"));
        }
        for (JsonNode bind : host.path("Binds")) {
            source(asked, bind.asText("").replaceFirst(":.*", ""));
        }
        for (JsonNode mount : host.path("Mounts")) {
            if (mount.path("Type").asText("").equals("bind")) {
                source(asked, mount.path("Source").asText(""));
            }
        }
        return asked;
    }

    private static void source(Set<Option> asked, String path) {
        // a name without a slash is a volume of the engine
        if (path.startsWith("/")) {
            asked.add(
                    path.endsWith("docker.sock") || path.endsWith("podman.sock")
                            ? Option.DOCKER_SOCKET
                            : Option.HOST_PATHS);
        }
    }

    private static void add(Set<Option> asked, Option option, boolean present) {
        if (present) {
            asked.add(option);
        }
    }
}
