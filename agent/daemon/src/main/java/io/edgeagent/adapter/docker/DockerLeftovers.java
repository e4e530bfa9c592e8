package io.edgeagent.adapter.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import io.edgeagent.model.Leftover;
import io.edgeagent.reconcile.ContainerRecipe;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What agents made on an engine, found by the label of their device alone. All methods throw ProblemException. */
public final class DockerLeftovers implements AutoCloseable {
    private static final String AGENT_LABEL = "io.edge-agent.image";

    private final DockerConnection connection;

    /** @param uri unix:///path of the engine's socket */
    public DockerLeftovers(String uri) {
        this.connection = new DockerConnection(uri);
    }

    /** Containers of modules, whatever their state, then networks. */
    public List<Leftover> find() {
        return guard("list what agents made", () -> {
            DockerClient docker = connection.client();
            List<Leftover> found = new ArrayList<>();
            docker.listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(List.of(ContainerRecipe.DEVICE_LABEL))
                    .exec()
                    .forEach(container -> found.add(new Leftover(
                            Leftover.Kind.CONTAINER,
                            container.getId(),
                            container.getNames()[0].substring(1),
                            container.getLabels().get(ContainerRecipe.DEVICE_LABEL),
                            container.getState())));
            docker.listNetworksCmd().exec().stream()
                    .filter(network -> network.getLabels() != null
                            && network.getLabels().containsKey(ContainerRecipe.DEVICE_LABEL))
                    .forEach(network -> found.add(new Leftover(
                            Leftover.Kind.NETWORK,
                            network.getId(),
                            network.getName(),
                            network.getLabels().get(ContainerRecipe.DEVICE_LABEL),
                            others(docker, network.getId(), found))));
            return found;
        });
    }

    /** Names of running agents in containers: they make their modules anew. */
    public List<String> runningAgents() {
        return guard(
                "look for running agents",
                () -> connection.client().listContainersCmd().withLabelFilter(List.of(AGENT_LABEL)).exec().stream()
                        .filter(container -> !OwnContainer.idHere().equals(Optional.of(container.getId())))
                        .map(container -> container.getNames()[0].substring(1))
                        .sorted()
                        .toList());
    }

    /** One that is gone already is no error. A module's anonymous volumes go with it, named ones stay. */
    public void remove(Leftover leftover) {
        guard(leftover.name(), () -> {
            DockerClient docker = connection.client();
            try {
                switch (leftover.kind()) {
                    case CONTAINER ->
                        docker.removeContainerCmd(leftover.id())
                                .withForce(true)
                                .withRemoveVolumes(true)
                                .exec();
                    case NETWORK -> docker.removeNetworkCmd(leftover.id()).exec();
                }
            } catch (NotFoundException e) {
                // is gone already
            }
            return leftover;
        });
    }

    /** Who is on a network besides what we found, so that it must stay. */
    private static String others(DockerClient docker, String network, Collection<Leftover> ours) {
        List<String> ids = ours.stream().map(Leftover::id).toList();
        return docker.inspectNetworkCmd().withNetworkId(network).exec().getContainers().entrySet().stream()
                .filter(entry -> !ids.contains(entry.getKey()))
                .map(entry -> entry.getValue().getName())
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private <T> T guard(String what, Supplier<T> body) {
        try {
            return body.get();
        } catch (RuntimeException e) {
            throw EngineErrors.explain(what, e);
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
