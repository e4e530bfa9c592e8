package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.Redactor;
import io.edgeagent.ops.BundlePart;
import io.edgeagent.ops.BundleRequest;
import io.edgeagent.ops.BundleSource;
import io.edgeagent.reconcile.ContainerRecipe;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What the engine knows, for support bundles: logs and details of the containers of agents, networks, the engine itself. */
public final class DockerBundle implements BundleSource {
    /** Marks containers in which an agent runs. */
    private static final String AGENT_LABEL = "io.edge-agent.image";

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int LARGEST = 3 << 20;
    private static final Fields NETWORKS = Fields.of("Id", "Name", "Labels/" + ContainerRecipe.DEVICE_LABEL);

    private final String uri;
    private final String network;
    private final Supplier<Redactor> redactor;

    /**
     * @param uri unix:///path of the engine's socket
     * @param network of modules
     * @param redactor for what is JSON and says with names of fields what is a secret
     */
    public DockerBundle(String uri, String network, Supplier<Redactor> redactor) {
        this.uri = uri;
        this.network = network;
        this.redactor = redactor;
    }

    @Override
    public List<BundlePart> parts(BundleRequest request) {
        Redactor clean = redactor.get();
        List<BundlePart> parts = new ArrayList<>();
        parts.add(json("engine/version.json", "/version", clean));
        parts.add(json("engine/info.json", "/info", clean));
        try (DockerConnection connection = new DockerConnection(uri)) {
            ContainerList list = new ContainerList(connection);
            connection.guard("list what agents made", PATIENCE, () -> {
                Stream.concat(list.labelled(ContainerRecipe.MODULE_LABEL).stream(), list.labelled(AGENT_LABEL).stream())
                        .forEach(container -> add(parts, container, request, clean));
                for (JsonNode each : connection.get("/networks", NETWORKS)) {
                    String name = each.path("Name").asText("");
                    if (name.equals(network) || each.path("Labels").has(ContainerRecipe.DEVICE_LABEL)) {
                        parts.add(json(
                                "network/" + fileName(name) + ".json",
                                "/networks/" + each.path("Id").asText(""),
                                clean));
                    }
                }
                return parts;
            });
        } catch (ProblemException e) {
            parts.add(new BundlePart("engine/problem.txt", out -> {
                throw e;
            }));
        }
        return parts;
    }

    private void add(List<BundlePart> parts, ContainerList.Entry container, BundleRequest request, Redactor clean) {
        String name = fileName(container.name());
        parts.add(json("inspect/" + name + ".json", "/containers/" + container.id() + "/json", clean));
        boolean isModule = !container.label(ContainerRecipe.MODULE_LABEL).isEmpty();
        if (!request.edgeRuntimeOnly() || !isModule) {
            parts.add(new BundlePart("logs/" + name + "_log.txt", out -> {
                try (DockerModules modules = new DockerModules(uri)) {
                    modules.logs(container.id(), Optional.empty(), request.since(), request.until(), false, out, out);
                }
            }));
        }
    }

    /** Names of containers may hold what names of files may not. */
    private static String fileName(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9._-]", "_");
        return plain.substring(0, Math.min(100, plain.length()));
    }

    private BundlePart json(String name, String path, Redactor clean) {
        return new BundlePart(name, out -> copy(path, clean, out));
    }

    private void copy(String path, Redactor clean, OutputStream out) throws IOException {
        try (DockerConnection connection = new DockerConnection(uri)) {
            JsonNode json = connection.guard("ask the engine", PATIENCE, () -> connection.whole(path, LARGEST));
            out.write((clean.json(json).toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
