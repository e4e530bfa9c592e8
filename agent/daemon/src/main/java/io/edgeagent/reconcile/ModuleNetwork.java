package io.edgeagent.reconcile;

import java.util.List;
import java.util.Optional;

/**
 * The network that modules are on, as it is made where it is missing.
 *
 * @param pools where its addresses come from; none for the engine's choice
 */
public record ModuleNetwork(String name, boolean ipv6, List<Pool> pools) {

    /** A range of addresses, each as the engine spells it. */
    public record Pool(Optional<String> subnet, Optional<String> gateway, Optional<String> ipRange) {}

    public ModuleNetwork {
        pools = List.copyOf(pools);
    }

    /** With the engine's own choice of addresses. */
    public static ModuleNetwork of(String name) {
        return new ModuleNetwork(name, false, List.of());
    }
}
