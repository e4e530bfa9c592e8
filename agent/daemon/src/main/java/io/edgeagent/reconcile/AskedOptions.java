package io.edgeagent.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.CreateOptions;
import io.edgeagent.model.DeviceGrant;
import io.edgeagent.reconcile.ElevationPolicy.Option;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a module asks for beyond an ordinary container, and in which fields. The list says what is ordinary; whatever is not on it,
 * a field of a newer engine too, is asked for as {@link Option#OTHER_OPTIONS}.
 */
final class AskedOptions {
    /** Beside HostConfig, as engines since 1.24 know them. */
    private static final Set<String> ORDINARY_CONFIG = words("""
            Hostname Domainname User Image WorkingDir MacAddress StopSignal StopTimeout Cpuset AttachStdin AttachStdout
            AttachStderr Tty OpenStdin StdinOnce ArgsEscaped NetworkDisabled Env OnBuild Cmd Entrypoint Shell Labels
            ExposedPorts Volumes Healthcheck""");

    private static final Set<String> ORDINARY_HOST = words("""
            PortBindings PublishAllPorts RestartPolicy AutoRemove ConsoleSize CapDrop Dns DnsOptions DnsSearch ExtraHosts
            ReadonlyRootfs Tmpfs ShmSize Init CpuShares Memory NanoCpus BlkioWeight BlkioWeightDevice BlkioDeviceReadBps
            BlkioDeviceWriteBps BlkioDeviceReadIOps BlkioDeviceWriteIOps CpuPeriod CpuQuota CpusetCpus CpusetMems
            KernelMemory KernelMemoryTCP MemoryReservation MemorySwap MemorySwappiness PidsLimit Ulimits CpuCount
            CpuPercent IOMaximumIOps IOMaximumBandwidth DiskQuota""");
    private static final Set<String> ORDINARY_ENDPOINT = words("""
            IPAMConfig Aliases DNSNames NetworkID EndpointID Gateway IPAddress IPPrefixLen IPv6Gateway GlobalIPv6Address
            GlobalIPv6PrefixLen MacAddress GwPriority""");
    // Podman's log drivers take a path of the host, others an address
    private static final Set<String> LOG_DRIVERS = Set.of("json-file", "local", "journald", "none", "k8s-file");
    private static final Set<String> LOG_OPTIONS = words("""
            max-size max-file labels labels-regex env env-regex tag compress mode max-buffer-size""");
    private static final Map<String, Set<String>> OWN_NAMESPACES = Map.of(
            "IpcMode", Set.of("private", "none", "shareable"),
            "PidMode", Set.of("private"),
            "UTSMode", Set.of("private"),
            "UsernsMode", Set.of("private"),
            "CgroupnsMode", Set.of("private"),
            "Cgroup", Set.of());
    private static final Set<String> HARMLESS_SECURITY =
            Set.of("no-new-privileges", "no-new-privileges:true", "no-new-privileges=true");

    private final Map<Option, Set<String>> asked = new EnumMap<>(Option.class);

    private AskedOptions() {}

    /** The fields that ask for each option. */
    static Map<Option, Set<String>> of(CreateOptions options) {
        AskedOptions found = new AskedOptions();
        if (options.label(DeviceGrant.LABEL).isPresent()) {
            found.add(Option.DEVICES, "Labels." + DeviceGrant.LABEL);
        }
        options.at().properties().forEach(field -> found.config(field.getKey(), field.getValue()));
        options.at("HostConfig")
                .properties()
                .forEach(field -> found.host("HostConfig." + field.getKey(), field.getKey(), field.getValue()));
        return found.asked;
    }

    private void config(String name, JsonNode value) {
        if (name.equals("NetworkingConfig")) {
            networks(value);
        } else if (!name.equals("HostConfig") && !ORDINARY_CONFIG.contains(name)) {
            // engines before 23 look here for the fields of HostConfig
            host(name, name, value);
        }
    }

    private void host(String path, String name, JsonNode value) {
        // an empty list of masked paths is a wish too: nothing is masked then
        boolean unmasks = (name.equals("MaskedPaths") || name.equals("ReadonlyPaths")) && value.isArray();
        if (ORDINARY_HOST.contains(name) || (!isGiven(value) && !unmasks)) {
            return;
        }
        switch (name) {
            case "Privileged" -> add(Option.PRIVILEGED, path);
            case "CapAdd", "Capabilities" -> add(Option.CAPABILITIES, path);
            case "Devices", "DeviceCgroupRules", "DeviceRequests" -> add(Option.DEVICES, path);
            case "MaskedPaths", "ReadonlyPaths" -> add(Option.SECURITY_OPTIONS, path);
            case "CgroupParent" -> add(Option.CGROUP_PARENT, path);
            // volumes of another container may be paths of the host; Podman deletes the file when the container goes
            case "VolumesFrom", "ContainerIDFile" -> add(Option.HOST_PATHS, path);
            case "NetworkMode" -> network(path, value.asText());
            case "Binds" -> value.forEach(bind -> source(path, BindSource.ofBind(bind.asText(""))));
            case "Mounts" -> value.forEach(mount -> mount(path, mount));
            case "LogConfig" -> logs(path, value);
            case "SecurityOpt" -> addUnless(allIn(value, HARMLESS_SECURITY), Option.SECURITY_OPTIONS, path);
            case "GroupAdd" -> value.forEach(group -> addUnless(!isRoot(group.asText("")), path));
            case "OomScoreAdj" -> addUnless(value.asLong() > 0, path);
            case "VolumeDriver" -> addUnless(value.asText().equals("local"), path);
            case "Isolation" -> addUnless(value.asText().equals("default"), path);
            default -> {
                if (OWN_NAMESPACES.containsKey(name)) {
                    boolean own = OWN_NAMESPACES.get(name).contains(value.asText());
                    addUnless(own, Option.HOST_NAMESPACES, path);
                } else {
                    add(Option.OTHER_OPTIONS, path);
                }
            }
        }
    }

    /** A network by its name is ordinary. With a colon it is another container's, or for Podman a file's. */
    private void network(String path, String name) {
        addUnless(!name.equalsIgnoreCase("host") && !name.contains(":"), Option.HOST_NAMESPACES, path);
    }

    private void networks(JsonNode config) {
        config.properties().forEach(field -> {
            String path = "NetworkingConfig." + field.getKey();
            if (!field.getKey().equals("EndpointsConfig")) {
                addUnless(!isGiven(field.getValue()), path);
                return;
            }
            field.getValue().properties().forEach(network -> {
                String at = path + "." + network.getKey();
                network(at, network.getKey());
                network.getValue().properties().forEach(option -> {
                    boolean ordinary = ORDINARY_ENDPOINT.contains(option.getKey());
                    addUnless(ordinary || !isGiven(option.getValue()), at + "." + option.getKey());
                });
            });
        });
    }

    private void mount(String path, JsonNode mount) {
        switch (mount.path("Type").asText()) {
            case "tmpfs" -> {}
            // the file system of another module's image
            case "image" -> add(Option.OTHER_OPTIONS, path);
            case "volume" -> {
                JsonNode driver = mount.path("VolumeOptions").path("DriverConfig");
                // the local driver's options mount any path of the host as a volume
                boolean plain = !isGiven(driver.path("Options"))
                        && Set.of("", "local").contains(driver.path("Name").asText(""));
                addUnless(plain, Option.HOST_PATHS, path);
                source(path, mount.path("Source").asText(""));
            }
            default -> source(path, "/" + mount.path("Source").asText(""));
        }
    }

    private void source(String path, String source) {
        if (!BindSource.isVolume(source)) {
            addUnless(BindSource.isSocket(source), Option.HOST_PATHS, path);
            addUnless(!BindSource.holdsSocket(source), Option.DOCKER_SOCKET, path);
        }
    }

    private void logs(String path, JsonNode logs) {
        String type = logs.path("Type").asText("");
        addUnless(type.isEmpty() || LOG_DRIVERS.contains(type), path + ".Type");
        logs.path("Config")
                .fieldNames()
                .forEachRemaining(name -> addUnless(LOG_OPTIONS.contains(name), path + ".Config." + name));
    }

    /** The engine reads a number with any zeros and sign before it. */
    private static boolean isRoot(String group) {
        return group.equals("root")
                || (group.contains("0") && group.chars().allMatch(c -> c == '0' || c == '+' || c == '-'));
    }

    private static boolean allIn(JsonNode list, Set<String> texts) {
        for (JsonNode item : list) {
            if (!texts.contains(item.asText())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isGiven(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY, OBJECT -> !value.isEmpty();
            case STRING -> !value.textValue().isEmpty();
            case BOOLEAN -> value.booleanValue();
            case NUMBER -> value.decimalValue().signum() != 0;
            default -> false;
        };
    }

    private void addUnless(boolean ordinary, String path) {
        addUnless(ordinary, Option.OTHER_OPTIONS, path);
    }

    private void addUnless(boolean ordinary, Option option, String path) {
        if (!ordinary) {
            add(option, path);
        }
    }

    private void add(Option option, String path) {
        asked.computeIfAbsent(option, key -> new TreeSet<>()).add(path);
    }

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }
}
