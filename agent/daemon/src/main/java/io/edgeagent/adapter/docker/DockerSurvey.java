package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.check.EngineSight;
import io.edgeagent.reconcile.ContainerRecipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@link EngineSight} on docker-java. Changes nothing but for the container that {@link #reach} makes and removes. */
public final class DockerSurvey implements EngineSight, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Fields VERSION = Fields.of("MinAPIVersion");
    private static final Fields SETTINGS = Fields.of("MemoryLimit", "HttpsProxy", "HttpProxy");
    private static final Fields LOGS = Fields.of("HostConfig/LogConfig/Type", "HostConfig/LogConfig/Config/max-size");
    private static final Fields ID = Fields.of("Id");

    private final DockerConnection connection;
    private final ContainerList list;

    /** @param uri unix:///path of the engine's socket */
    public DockerSurvey(String uri) {
        this.connection = new DockerConnection(uri);
        this.list = new ContainerList(connection);
    }

    @Override
    public Facts facts() {
        return connection.guard("ask the engine for its settings", PATIENCE, () -> {
            JsonNode settings = connection.get("/info", SETTINGS);
            String https = settings.path("HttpsProxy").asText("");
            return new Facts(
                    connection.info(),
                    connection.get("/version", VERSION).path("MinAPIVersion").asText(""),
                    settings.path("MemoryLimit").asBoolean(true),
                    https.isEmpty() ? settings.path("HttpProxy").asText("") : https);
        });
    }

    @Override
    public List<String> iotEdge() {
        return connection.guard("look for IoT Edge", PATIENCE, () -> ForeignRuntime.systemModules(list));
    }

    @Override
    public List<String> withoutLogLimit() {
        return connection.guard("look at the logs of modules", PATIENCE, () -> {
            List<String> open = new ArrayList<>();
            for (ContainerList.Entry module : list.labelled(ContainerRecipe.MODULE_LABEL)) {
                Optional<JsonNode> logs = connection
                        .find("/containers/" + module.id() + "/json", LOGS)
                        .map(found -> found.at("/HostConfig/LogConfig"));
                // of the drivers only this one grows without end
                logs.filter(found -> found.path("Type").asText().equals("json-file"))
                        .filter(found -> found.at("/Config/max-size").isMissingNode())
                        .ifPresent(found -> open.add(module.name()));
            }
            return open.stream().sorted().toList();
        });
    }

    @Override
    public Optional<Reach> reach(String network, String host, List<Integer> ports) {
        boolean isThere = connection.guard(
                "look at the module network",
                PATIENCE,
                () -> connection.find("/networks/" + network, ID).isPresent());
        return isThere ? Optional.of(new NetworkTrial(connection, network).reach(host, ports)) : Optional.empty();
    }

    @Override
    public void close() {
        connection.close();
    }
}
