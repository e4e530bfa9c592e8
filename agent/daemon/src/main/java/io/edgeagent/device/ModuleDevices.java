package io.edgeagent.device;

import io.edgeagent.model.DeviceGrant;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Hardware;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** One module's devices: those of its label, those of its HostConfig, and what becomes of Privileged. */
final class ModuleDevices {
    // of nodes that are not disks
    private static final Set<String> HARMLESS_FOLDERS =
            Set.of("snd", "dri", "input", "bus/usb", "dma_heap", "serial", "nvidia-caps");

    private final ModuleSpec spec;
    private final HostDevices devices;
    private final DevicePolicy policy;
    private final GrantResolver resolver;
    private final Map<String, Hardware.Node> nodes = new LinkedHashMap<>();
    private final Set<Integer> groups = new TreeSet<>();
    private final Map<String, String> environment = new TreeMap<>();
    private final List<String> missing = new ArrayList<>();
    private final Set<String> handles = new TreeSet<>();

    ModuleDevices(ModuleSpec spec, HostDevices devices, DevicePolicy policy) {
        this.spec = spec;
        this.devices = devices;
        this.policy = policy;
        this.resolver = new GrantResolver(devices, policy);
    }

    /** @throws ProblemException if the module is not to be created */
    Hardware hardware() {
        List<DeviceGrant> grants = DeviceGrant.of(spec.createOptions());
        Set<String> raw = rawPaths(spec);
        boolean privileged = isPrivileged(spec);
        boolean narrowed = privileged && policy.privileged() == DevicePolicy.Privileged.NARROW;
        if (privileged && policy.privileged() == DevicePolicy.Privileged.REFUSE) {
            throw refused("this device's policy refuses privileged");
        }
        if (narrowed && grants.isEmpty() && raw.isEmpty()) {
            throw refused(
                    "this device's policy narrows privileged to the devices that a module names, and this module names none");
        }
        if (narrowed) {
            refuseOtherPaths(spec);
        }
        grants.forEach(this::add);
        // a privileged container has the host's whole /dev: engines do not look for its Devices
        if (!privileged || narrowed) {
            raw.forEach(path -> addRaw(path, narrowed));
        }
        if (!missing.isEmpty()) {
            return new Hardware.Withheld(
                    new Problem(ErrorCode.DEVICE_MISSING, String.join("; ", missing)),
                    UnplugRule.of(spec) == UnplugRule.STOP);
        }
        return new Hardware.Granted(List.copyOf(nodes.values()), List.copyOf(groups), environment, narrowed);
    }

    /** Whether what it gets depends on what the board has. */
    boolean asksForAny() {
        boolean ofEngine = isPrivileged(spec) && policy.privileged() == DevicePolicy.Privileged.ALLOW;
        return !DeviceGrant.of(spec.createOptions()).isEmpty()
                || (!ofEngine && !rawPaths(spec).isEmpty());
    }

    private void add(DeviceGrant grant) {
        GrantResolver.Found found = resolver.find(grant);
        if (found.nodes().isEmpty()) {
            if (!grant.optional()) {
                missing.add(found.missing());
            }
            return;
        }
        found.nodes().forEach(node -> {
            // the same chip for two lines, once read-only: the module may do what either allows
            nodes.merge(
                    node.path(),
                    node.granted(grant.writable()),
                    (one, other) -> one.permissions().equals("rw") ? one : other);
            node.openingGroup().ifPresent(groups::add);
            handles.add(node.handle());
        });
        environment.put(grant.variable(), found.value());
    }

    /** What the module's open devices depend on, after {@link #hardware()}; see {@link DeviceNode#handle()}. */
    Set<String> handles() {
        return handles;
    }

    private void addRaw(String path, boolean narrowed) {
        devices.at(path).ifPresent(node -> handles.add(node.handle()));
        if (devices.visible() && devices.at(path).isEmpty()) {
            missing.add(path + " is not there: " + RawAdvice.of(path, devices.board()));
        } else if (narrowed) {
            devices.at(path).ifPresent(node -> {
                if (isWorthTheBoard(node) && !policy.allowed().contains(path)) {
                    throw refused(path + " is not granted, because this device's policy narrows privileged: "
                            + ForbiddenNodes.reason(node));
                }
                node.openingGroup().ifPresent(groups::add);
            });
        }
    }

    private static boolean isWorthTheBoard(DeviceNode node) {
        return node.type() == 'd' ? !HARMLESS_FOLDERS.contains(node.name()) : ForbiddenNodes.isForbidden(node);
    }

    /** A device that is no node below /dev, nor one that the engine knows by another kind of name, leads anywhere. */
    private static void refuseOtherPaths(ModuleSpec spec) {
        spec.createOptions().at("HostConfig", "Devices").forEach(device -> {
            String path = device.path("PathOnHost").asText("");
            if (!isBelowDev(path) && !path.contains("=")) {
                throw refused(
                        "the device \"" + path + "\" is not below /dev, and this device's policy narrows privileged");
            }
        });
    }

    /** Paths of HostConfig.Devices below /dev. Names of another kind, such as "nvidia.com/gpu=0", are the engine's. */
    static Set<String> rawPaths(ModuleSpec spec) {
        Set<String> paths = new TreeSet<>();
        spec.createOptions().at("HostConfig", "Devices").forEach(device -> {
            String path = device.path("PathOnHost").asText("");
            if (isBelowDev(path)) {
                paths.add(path);
            }
        });
        return paths;
    }

    private static boolean isBelowDev(String path) {
        return path.startsWith("/dev/") && !Arrays.asList(path.split("/", -1)).contains("..");
    }

    private static boolean isPrivileged(ModuleSpec spec) {
        return spec.createOptions().at("HostConfig", "Privileged").asBoolean();
    }

    private static ProblemException refused(String why) {
        return new ProblemException(
                ErrorCode.OPTIONS_REFUSED,
                why + "; take Privileged out of createOptions and ask for devices with the label " + DeviceGrant.LABEL
                        + ", or change privileged in [devices] of the device's config.toml");
    }
}
