package io.edgeagent.device;

import io.edgeagent.model.Attempt;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.DeviceGrant;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Hardware;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the modules of a deployment get of the board's devices.
 *
 * @param hardware by module; a module that asks for nothing is not in it
 * @param refused modules that ask for what they may not have, or in a way that cannot be understood
 * @param handles by module: what its open devices depend on, those of its HostConfig too. Where this changes though the hardware
 *     is the same, a device was pulled out and put back, and the module holds a dead handle
 */
public record Equipment(
        Map<String, Hardware> hardware, Map<String, Problem> refused, Map<String, Set<String>> handles) {
    public static final Equipment NONE = new Equipment(Map.of(), Map.of(), Map.of());

    public Equipment {
        hardware = Map.copyOf(hardware);
        refused = Map.copyOf(refused);
        handles = Map.copyOf(handles);
    }

    /** A pure function: the same devices give the same equipment. */
    public static Equipment of(Deployment deployment, HostDevices devices, DevicePolicy policy) {
        Map<String, Hardware> hardware = new TreeMap<>();
        Map<String, Problem> refused = new TreeMap<>();
        Map<String, Set<String>> handles = new TreeMap<>();
        deployment.modules().forEach((name, spec) -> {
            Attempt.run(
                    () -> {
                        ModuleDevices wanted = new ModuleDevices(spec, devices, policy);
                        Hardware own = wanted.hardware();
                        if (!own.equals(Hardware.NONE)) {
                            hardware.put(name, own);
                        }
                        if (!wanted.handles().isEmpty()) {
                            handles.put(name, Set.copyOf(wanted.handles()));
                        }
                    },
                    problem -> refused.put(name, problem));
        });
        return new Equipment(hardware, refused, handles);
    }

    /** While nobody knows what the board has: modules that ask for devices wait, all others need not. */
    public static Equipment unseen(Deployment deployment, DevicePolicy policy, Problem why) {
        Equipment blind = of(deployment, HostDevices.HIDDEN, policy);
        Map<String, Hardware> hardware = new TreeMap<>(blind.hardware);
        deployment.modules().forEach((name, spec) -> {
            if (!blind.refused.containsKey(name) && new ModuleDevices(spec, HostDevices.HIDDEN, policy).asksForAny()) {
                hardware.put(name, new Hardware.Withheld(why, false));
            }
        });
        return new Equipment(hardware, blind.refused, Map.of());
    }

    /** Paths of the devices that a module has or would have, by its label and by its HostConfig. */
    public Set<String> usedBy(ModuleSpec spec) {
        Set<String> used = new TreeSet<>(ModuleDevices.rawPaths(spec));
        if (hardware.get(spec.name()) instanceof Hardware.Granted granted) {
            granted.nodes().forEach(node -> used.add(node.inContainer()));
        }
        return used;
    }

    /** Paths that a look at the board must include, because modules name them. */
    public static Set<String> paths(Deployment deployment) {
        Set<String> paths = new TreeSet<>();
        deployment.modules().values().forEach(spec -> {
            // what is wrong with a module's devices is said when they are worked out
            Attempt.run(
                    () -> {
                        paths.addAll(ModuleDevices.rawPaths(spec));
                        paths.addAll(grantedPaths(spec));
                    },
                    problem -> {});
        });
        return paths;
    }

    /**
     * What is missing of a device that somebody asks for, and what to do; empty if it is there.
     *
     * @throws ProblemException if it may not be granted, or if its alias leads nowhere
     */
    public static Optional<String> lacks(DeviceGrant grant, HostDevices devices, DevicePolicy policy) {
        GrantResolver.Found found = new GrantResolver(devices, policy).find(grant);
        return found.nodes().isEmpty() ? Optional.of(found.missing()) : Optional.empty();
    }

    private static Set<String> grantedPaths(ModuleSpec spec) {
        Set<String> paths = new TreeSet<>();
        spec.createOptions().label(DeviceGrant.LABEL).ifPresent(text -> {
            try {
                DeviceGrant.of(spec.createOptions()).forEach(grant -> paths.add(grant.name()));
            } catch (ProblemException e) {
                // the module is refused for it
                if (e.problem().code() != ErrorCode.MANIFEST_INVALID) {
                    throw e;
                }
            }
        });
        paths.removeIf(path -> !path.startsWith("/dev/"));
        return paths;
    }
}
