package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.HostPaths;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether we run in a container of the engine that we talk to, and what follows from it. Safe for use by several threads. */
final class OwnPlace {
    private static final Logger LOG = LoggerFactory.getLogger(OwnPlace.class);
    // modules find the agent and the hub by these names, as they find IoT Edge's containers
    private static final List<String> ALIASES = List.of("edgeAgent", DockerEngine.HUB_ALIAS);

    private final DockerConnection connection;
    private final String network;
    private final Optional<String> id;
    private Optional<HostPaths> hostPaths = Optional.empty();

    OwnPlace(DockerConnection connection, String network) {
        this(connection, network, OwnContainer.idHere());
    }

    /** @param id of the container that we seem to run in, which the engine may not know */
    OwnPlace(DockerConnection connection, String network, Optional<String> id) {
        this.connection = connection;
        this.network = network;
        this.id = id;
    }

    boolean seemsToBeInContainer() {
        return id.isPresent();
    }

    boolean inContainer() {
        return inspect().isPresent();
    }

    synchronized HostPaths hostPaths() {
        if (hostPaths.isEmpty()) {
            hostPaths = Optional.of(inspect().map(OwnContainer::mounts).orElse(HostPaths.SAME));
        }
        return hostPaths.get();
    }

    /** Puts our container on the module network. A failure is logged and no more: modules run without us on their network. */
    void join() {
        try {
            inspect()
                    .filter(own -> !own.sharedNetwork() && !own.networks().contains(network))
                    .ifPresent(own -> connect(own.id()));
        } catch (RuntimeException e) {
            LOG.warn(
                    "event=network_not_joined network={} reason=\"{}\"",
                    network,
                    EngineErrors.brief(String.valueOf(e.getMessage())));
        }
    }

    private void connect(String container) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("Container", container);
        ALIASES.forEach(body.withObjectProperty("EndpointConfig").withArrayProperty("Aliases")::add);
        connection.post("/networks/" + network + "/connect", body);
        LOG.info("event=network_joined network={} aliases={}", network, ALIASES);
    }

    /** Empty on the host itself, and in a container that this engine does not know. */
    private Optional<OwnContainer> inspect() {
        return id.flatMap(own -> connection.find("/containers/" + own + "/json", OwnContainer.FIELDS))
                .map(OwnContainer::of);
    }
}
