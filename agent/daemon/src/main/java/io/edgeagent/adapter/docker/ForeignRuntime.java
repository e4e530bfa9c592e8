package io.edgeagent.adapter.docker;

import com.github.dockerjava.api.DockerClient;
import io.edgeagent.reconcile.ContainerRecipe;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An IoT Edge that runs on this engine: it would fight with us for ports, names and the module network. */
final class ForeignRuntime {
    private static final Set<String> SYSTEM_MODULES = Set.of("edgeAgent", "edgeHub");

    private ForeignRuntime() {}

    /** Names of its running system modules. What carries our label is an agent's, ours or another device's. */
    static List<String> systemModules(DockerClient docker) {
        return docker
                .listContainersCmd()
                .withStatusFilter(List.of("running", "restarting"))
                .withLabelFilter(Map.of(ContainerRecipe.OWNER_LABEL, ContainerRecipe.OWNER))
                .exec()
                .stream()
                .filter(container -> !container.getLabels().containsKey(ContainerRecipe.DEVICE_LABEL))
                .flatMap(container ->
                        Arrays.stream(Optional.ofNullable(container.getNames()).orElse(new String[0])))
                .map(name -> name.substring(1))
                .filter(SYSTEM_MODULES::contains)
                .sorted()
                .toList();
    }
}
