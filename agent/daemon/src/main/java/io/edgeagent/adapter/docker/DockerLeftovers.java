package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.Leftover;
import io.edgeagent.reconcile.ContainerRecipe;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What agents made on an engine, found by the label of their device alone. All methods throw ProblemException. */
public final class DockerLeftovers implements AutoCloseable {
    private static final String AGENT_LABEL = "io.edge-agent.image";
    private static final Fields NETWORKS = Fields.of("Id", "Name", "Labels/" + ContainerRecipe.DEVICE_LABEL);
    private static final Fields MEMBERS = Fields.of("Containers");

    private final DockerConnection connection;
    private final ContainerList list;

    /** @param uri unix:///path of the engine's socket */
    public DockerLeftovers(String uri) {
        this.connection = new DockerConnection(uri);
        this.list = new ContainerList(connection);
    }

    /** Containers of modules, whatever their state, then networks. */
    public List<Leftover> find() {
        return connection.guard("list what agents made", () -> {
            List<Leftover> found = new ArrayList<>();
            list.labelled(ContainerRecipe.DEVICE_LABEL)
                    .forEach(container -> found.add(new Leftover(
                            Leftover.Kind.CONTAINER,
                            container.id(),
                            container.name(),
                            container.label(ContainerRecipe.DEVICE_LABEL),
                            container.state())));
            for (JsonNode network : connection.get("/networks", NETWORKS)) {
                JsonNode device = network.path("Labels").path(ContainerRecipe.DEVICE_LABEL);
                String id = network.path("Id").asText("");
                if (device.isTextual()) {
                    found.add(new Leftover(
                            Leftover.Kind.NETWORK,
                            id,
                            network.path("Name").asText(""),
                            device.asText(),
                            others(id, found)));
                }
            }
            return found;
        });
    }

    /** Names of running agents in containers: they make their modules anew. */
    public List<String> runningAgents() {
        return connection.guard(
                "look for running agents",
                () -> list.labelled(AGENT_LABEL).stream()
                        .filter(ContainerList.Entry::isUp)
                        .filter(container -> !OwnContainer.idHere().equals(Optional.of(container.id())))
                        .map(ContainerList.Entry::name)
                        .sorted()
                        .toList());
    }

    /** It is not an error if it is gone already. A module's anonymous volumes go with it, named ones stay. */
    public void remove(Leftover leftover) {
        connection.guard(leftover.name(), () -> {
            try {
                connection.delete(
                        switch (leftover.kind()) {
                            case CONTAINER ->
                                "/containers/" + leftover.id()
                                        + new QueryString().with("force", true).with("v", true);
                            case NETWORK -> "/networks/" + leftover.id();
                        });
            } catch (EngineReplyException e) {
                // is gone already
                if (!e.isNotFound()) {
                    throw e;
                }
            }
            return leftover;
        });
    }

    /** Who is on a network besides what we found, so that it must stay. */
    private String others(String network, Collection<Leftover> ours) {
        List<String> ids = ours.stream().map(Leftover::id).toList();
        return connection.get("/networks/" + network, MEMBERS).path("Containers").properties().stream()
                .filter(member -> !ids.contains(member.getKey()))
                .map(member -> member.getValue().path("Name").asText(""))
                .sorted()
                .collect(Collectors.joining(" "));
    }

    @Override
    public void close() {
        connection.close();
    }
}
