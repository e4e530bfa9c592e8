package io.edgeagent.adapter.docker;

import io.edgeagent.reconcile.ContainerRecipe;
import java.util.List;
import java.util.Set;

/** An IoT Edge that runs on this engine: it would fight with us for ports, names and the module network. */
final class ForeignRuntime {
    private static final Set<String> SYSTEM_MODULES = Set.of("edgeAgent", "edgeHub");

    private ForeignRuntime() {}

    /**
     * Names of its running system modules. What carries our label is an agent's, ours or another device's. The states are compared here:
     * Podman refuses a filter for "restarting".
     */
    static List<String> systemModules(ContainerList containers) {
        return containers.labelled(ContainerRecipe.OWNER_LABEL + "=" + ContainerRecipe.OWNER).stream()
                .filter(ContainerList.Entry::isUp)
                .filter(container -> !container.labels().containsKey(ContainerRecipe.DEVICE_LABEL))
                .map(ContainerList.Entry::name)
                .filter(SYSTEM_MODULES::contains)
                .sorted()
                .toList();
    }
}
