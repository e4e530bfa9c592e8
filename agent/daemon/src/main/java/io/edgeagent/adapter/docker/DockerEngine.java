package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.HostPaths;
import io.edgeagent.model.ImageReference;
import io.edgeagent.model.Json;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.RegistryCredential;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.ContainerEngine;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.ContainerSpec;
import io.edgeagent.reconcile.EngineInfo;
import io.edgeagent.reconcile.LocalImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** {@link ContainerEngine} on docker-java. Safe for use by several threads. */
public final class DockerEngine implements ContainerEngine {
    private final String uri;
    private final DockerConnection connection;
    private final String deviceLabel;
    private final String network;
    // details of containers by id, good as long as the watch would have told of a change
    private final Map<String, Inspection> inspections = new ConcurrentHashMap<>();
    private final OwnPlace place;
    private volatile boolean watching;

    private record Inspection(String summary, Container container) {}

    /**
     * @param uri unix:///path of the engine's socket
     * @param deviceLabel value of the label that marks this device's containers
     * @param network name of the module network
     */
    public DockerEngine(String uri, String deviceLabel, String network) {
        this.uri = uri;
        this.connection = new DockerConnection(uri);
        this.deviceLabel = deviceLabel;
        this.network = network;
        this.place = new OwnPlace(connection, network);
    }

    /** Where our files are for the engine. Asked once and kept, as no container can be given another mount. */
    public HostPaths hostPaths() {
        return guard("look at our own container", place::hostPaths);
    }

    /**
     * Names of the running containers edgeAgent and edgeHub of an IoT Edge on this engine.
     *
     * @param patience how long to wait for the answer: who asks before the agent runs must not wait for an engine that hangs
     */
    public List<String> foreignSystemModules(Duration patience) {
        return guard("look for IoT Edge", () -> ForeignRuntime.systemModules(uri, patience));
    }

    @Override
    public EngineInfo info() {
        return connection.info();
    }

    @Override
    public List<Container> containers() {
        return call("list containers", docker -> {
            List<Container> found = new ArrayList<>();
            var listed = docker.listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(Map.of(ContainerRecipe.DEVICE_LABEL, deviceLabel))
                    .exec();
            inspections.keySet().retainAll(listed.stream().map(c -> c.getId()).toList());
            for (var summary : listed) {
                details(summary.getId(), ContainerDetails.summaryOf(summary)).ifPresent(found::add);
            }
            return found;
        });
    }

    private Optional<Container> details(String id, String summary) {
        Inspection known = inspections.get(id);
        if (watching && known != null && known.summary.equals(summary)) {
            return Optional.of(known.container);
        }
        Optional<Container> container =
                inspect("/containers/" + id + "/json", "container " + id).map(ContainerDetails::of);
        container.ifPresent(seen -> inspections.put(id, new Inspection(summary, seen)));
        return container;
    }

    @Override
    public Optional<String> imageId(ImageReference image) {
        String what = "look up image " + image;
        return guard(
                what,
                () -> inspect("/images/" + image.engineText() + "/json", what)
                        .map(found -> found.path("Id").asText()));
    }

    /** The engine's answer as it is; empty if it knows no such thing. */
    private Optional<JsonNode> inspect(String path, String what) {
        DockerConnection.Reply reply = connection.get(path);
        if (reply.status() == 404) {
            return Optional.empty();
        }
        if (reply.status() >= 300) {
            throw EngineErrors.explain(what, new IllegalStateException(reply.body()));
        }
        try {
            return Optional.of(Json.MAPPER.readTree(reply.body()));
        } catch (JsonProcessingException e) {
            throw EngineErrors.explain(what, e);
        }
    }

    @Override
    public List<LocalImage> images() {
        return call(
                "list images",
                docker -> docker.listImagesCmd().withShowAll(true).exec().stream()
                        .map(ImageDetails::of)
                        .toList());
    }

    @Override
    public Set<String> imagesInUse() {
        return call(
                "list containers",
                docker -> docker.listContainersCmd().withShowAll(true).exec().stream()
                        .map(container -> ImageDetails.id(container.getImageId()))
                        .collect(Collectors.toSet()));
    }

    @Override
    public boolean removeImage(String name) {
        return call("remove image " + name, docker -> {
            try {
                docker.removeImageCmd(name).withForce(false).exec();
                return true;
            } catch (NotFoundException e) {
                return true;
            } catch (ConflictException e) {
                return false;
            }
        });
    }

    @Override
    public void pull(ImageReference image, Optional<RegistryCredential> credential, Consumer<String> progress) {
        guard(thrown -> EngineErrors.explainPull(image.text(), thrown), () -> {
            PullImageCmd command = connection.client().pullImageCmd(image.engineText());
            credential.ifPresent(login -> command.withAuthConfig(new AuthConfig()
                    .withRegistryAddress(login.address())
                    .withUsername(login.username())
                    .withPassword(login.password())));
            command.exec(new PullProgress(progress)).await();
            return null;
        });
    }

    @Override
    public void ensureNetwork() {
        run("network " + network, docker -> {
            try {
                docker.inspectNetworkCmd().withNetworkId(network).exec();
            } catch (NotFoundException e) {
                try {
                    docker.createNetworkCmd()
                            .withName(network)
                            .withDriver("bridge")
                            .withCheckDuplicate(true)
                            .withLabels(Map.of(ContainerRecipe.DEVICE_LABEL, deviceLabel))
                            .exec();
                } catch (ConflictException raced) {
                    // somebody made it in between: it is there, which is all we want
                }
            }
        });
        place.join();
    }

    /** Each time that the engine was away: an agent in a container is on the module network even before the first module. */
    private void joinNetwork() {
        if (place.inContainer()) {
            ensureNetwork();
        }
    }

    @Override
    public void create(ContainerSpec spec) {
        String what = "container " + spec.name();
        // docker-java's typed command drops fields that it does not know, so the body goes as it is
        DockerConnection.Reply reply =
                guard(what, () -> connection.post("/containers/create?name=" + spec.name(), spec.body()));
        if (EngineErrors.isNameInUse(reply.status(), reply.body())) {
            // of ours: made before a step was cut off; whether it fits is seen at the next look at the board
            if (call(what, docker -> find(docker, spec.name())).isPresent()) {
                return;
            }
            throw nameTaken(spec.name());
        }
        if (reply.status() >= 300) {
            throw EngineErrors.explain(what, new IllegalStateException(reply.body()));
        }
    }

    private ProblemException nameTaken(String name) {
        return new ProblemException(
                ErrorCode.NAME_TAKEN,
                "the name is taken by a container that is not ours, which is left alone; rename or remove it: docker rename "
                        + name + " " + name + "-old");
    }

    @Override
    public void start(String name) {
        run("container " + name, docker -> {
            try {
                docker.startContainerCmd(own(docker, name)).exec();
            } catch (NotModifiedException e) {
                // runs already
            }
        });
    }

    @Override
    public void stop(String name) {
        run("container " + name, docker -> {
            try {
                docker.stopContainerCmd(own(docker, name)).exec();
            } catch (NotModifiedException e) {
                // is down already
            }
        });
    }

    @Override
    public void remove(String name) {
        run("container " + name, docker -> {
            try {
                docker.removeContainerCmd(own(docker, name))
                        .withForce(true)
                        .withRemoveVolumes(false)
                        .exec();
            } catch (NotFoundException e) {
                // is gone already
            }
        });
    }

    @Override
    public void rename(String from, String to) {
        run("container " + from, docker -> {
            try {
                docker.renameContainerCmd(own(docker, from)).withName(to).exec();
            } catch (ConflictException e) {
                throw nameTaken(to);
            }
        });
    }

    /** The id of our container of this name, so that a foreign one that took the name meanwhile is never touched. */
    private String own(DockerClient docker, String name) {
        return find(docker, name)
                .orElseThrow(() -> new NotFoundException("there is no container of ours of this name"));
    }

    private Optional<String> find(DockerClient docker, String name) {
        return docker
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(ContainerRecipe.DEVICE_LABEL, deviceLabel))
                .withNameFilter(List.of("^/?" + name.replace(".", "\\.") + "$"))
                .exec()
                .stream()
                .map(container -> container.getId())
                .findFirst();
    }

    @Override
    public Watch watch(Runnable changed, Runnable lost) {
        return call("watch events", docker -> {
            Runnable ended = () -> {
                watching = false;
                inspections.clear();
                lost.run();
            };
            EventStream stream = new EventStream(event -> onEvent(event, changed), ended);
            joinNetwork();
            docker.eventsCmd()
                    .withEventTypeFilter(EventType.CONTAINER)
                    .withLabelFilter(Map.of(ContainerRecipe.DEVICE_LABEL, deviceLabel))
                    .exec(stream);
            watching = true;
            return () -> {
                watching = false;
                stream.end();
            };
        });
    }

    private void onEvent(Event event, Runnable changed) {
        String action = String.valueOf(event.getAction());
        // health probes and other execs come every few seconds and change nothing
        if (!action.startsWith("exec_") && !action.equals("top") && !action.equals("attach")) {
            if (event.getId() != null) {
                inspections.remove(event.getId());
            }
            changed.run();
        }
    }

    private void run(String what, Consumer<DockerClient> body) {
        guard(what, () -> {
            body.accept(connection.client());
            return null;
        });
    }

    private <T> T call(String what, Function<DockerClient, T> body) {
        return guard(what, () -> body.apply(connection.client()));
    }

    private <T> T guard(String what, Supplier<T> body) {
        return guard(thrown -> EngineErrors.explain(what, thrown), body);
    }

    private <T> T guard(Function<RuntimeException, ProblemException> explain, Supplier<T> body) {
        try {
            return body.get();
        } catch (ProblemException e) {
            throw e;
        } catch (RuntimeException e) {
            if (EngineErrors.isConnectionTrouble(e)) {
                // another engine, or another version, may answer next time
                connection.forget();
            }
            throw explain.apply(e);
        }
    }

    @Override
    public void close() {
        watching = false;
        connection.close();
    }

    /** How long the engine may take to answer a call; stopping a container can take its whole stop timeout. */
    static final Duration PATIENCE = Duration.ofMinutes(10);
}
