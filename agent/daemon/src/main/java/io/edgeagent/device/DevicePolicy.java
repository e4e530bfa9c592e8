package io.edgeagent.device;

import java.util.Map;
import java.util.Set;

/**
 * What the operator of the board says about its devices.
 *
 * @param privileged what becomes of a module that asks for {@code Privileged}
 * @param aliases other names of devices on this board: "qwiic" for "i2c:1"
 * @param allowed paths of disks and of memory that modules may ask for all the same
 */
public record DevicePolicy(Privileged privileged, Map<String, String> aliases, Set<String> allowed) {
    /** Engines decide. */
    public static final DevicePolicy ALLOW = new DevicePolicy(Privileged.ALLOW, Map.of(), Set.of());

    /** What becomes of {@code Privileged}. */
    public enum Privileged {
        /** It goes to the engine. */
        ALLOW,
        /** The module gets the devices that it names and their groups instead; one that names none is refused. */
        NARROW,
        /** It is refused. */
        REFUSE
    }

    public DevicePolicy {
        aliases = Map.copyOf(aliases);
        allowed = Set.copyOf(allowed);
    }
}
