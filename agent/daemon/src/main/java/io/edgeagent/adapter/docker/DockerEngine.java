package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.HostPaths;
import io.edgeagent.model.ImageReference;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.RegistryCredential;
import io.edgeagent.ops.ModuleUsage;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.ContainerEngine;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.ContainerSpec;
import io.edgeagent.reconcile.EngineInfo;
import io.edgeagent.reconcile.LocalImage;
import io.edgeagent.reconcile.ModuleNetwork;
import io.edgeagent.remote.ModuleLogs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** {@link ContainerEngine} on docker-java. Safe for use by several threads. */
public final class DockerEngine implements ContainerEngine {
    /** The hub's name on the module network when the agent is a container there. */
    public static final String HUB_ALIAS = "edgeHub";

    private static final Fields ID = Fields.of("Id");
    private static final int LARGEST_DESCRIPTION = 1 << 20;
    private static final Fields GATEWAY = Fields.of("IPAM/Config/Gateway", "subnets/gateway");
    private static final Fields STOP_TIMEOUT = Fields.of("Config/StopTimeout");
    /** Of a container that names none. */
    private static final Duration STOP_TIMEOUT_OF_ENGINE = Duration.ofSeconds(10);
    /** For a container that may take as long as it likes to end. */
    private static final Duration STOP_WITHOUT_END = Duration.ofDays(1);

    private final DockerConnection connection;
    private final ContainerList list;
    private final String deviceLabel;
    private final ModuleNetwork network;
    // details of containers by id, good as long as the watch would have told of a change
    private final Map<String, Inspection> inspections = new ConcurrentHashMap<>();
    private final OwnPlace place;
    private final Duration patience;
    private volatile boolean watching;

    private record Inspection(String summary, Container container) {}

    /**
     * @param uri unix:///path of the engine's socket
     * @param deviceLabel value of the label that marks this device's containers
     * @param network the module network; one of that name that is there already stays as it is
     */
    public DockerEngine(String uri, String deviceLabel, ModuleNetwork network) {
        this(uri, deviceLabel, network, DockerConnection.PATIENCE);
    }

    /** @param patience how long a call other than a pull may take before the engine counts as one that does not answer */
    DockerEngine(String uri, String deviceLabel, ModuleNetwork network, Duration patience) {
        this.patience = patience;
        this.connection = new DockerConnection(uri);
        this.list = new ContainerList(connection);
        this.deviceLabel = deviceLabel;
        this.network = network;
        this.place = new OwnPlace(connection, network.name());
    }

    /** Where our files are for the engine. Asked once and kept, as no container can be given another mount. */
    public HostPaths hostPaths() {
        return guard("look at our own container", place::hostPaths);
    }

    /** What this device's modules wrote. Closed with the engine. */
    public ModuleLogs logs() {
        return new DockerLogs(connection, list, ours());
    }

    /** What this device's running modules use of the board, by module. Blocks for a moment for each. */
    public Map<String, ModuleUsage> usage() {
        return new DockerUsage(connection, list, ours()).read();
    }

    /**
     * Names of the running containers edgeAgent and edgeHub of an IoT Edge on this engine.
     *
     * @param patience how long to wait for the answer: who asks before the agent runs must not wait for an engine that hangs
     */
    public List<String> foreignSystemModules(Duration patience) {
        return connection.guard("look for IoT Edge", patience, () -> ForeignRuntime.systemModules(list));
    }

    @Override
    public EngineInfo info() {
        return guard("ask the engine for its version", connection::info);
    }

    @Override
    public List<Container> containers() {
        return guard("list containers", () -> {
            List<ContainerList.Entry> listed = list.labelled(ours());
            inspections
                    .keySet()
                    .retainAll(listed.stream().map(ContainerList.Entry::id).toList());
            List<Container> found = new ArrayList<>();
            for (ContainerList.Entry entry : listed) {
                details(entry.id(), ContainerDetails.summaryOf(entry)).ifPresent(found::add);
            }
            return found;
        });
    }

    private Optional<Container> details(String id, String summary) {
        Inspection known = inspections.get(id);
        if (watching && known != null && known.summary.equals(summary)) {
            return Optional.of(known.container);
        }
        Optional<Container> container = connection
                .find("/containers/" + id + "/json", ContainerDetails.FIELDS)
                .map(ContainerDetails::of);
        container.ifPresent(seen -> inspections.put(id, new Inspection(summary, seen)));
        return container;
    }

    @Override
    public String life() {
        return guard("ask whether the engine goes on", connection::life);
    }

    @Override
    public Optional<String> imageId(ImageReference image) {
        return guard(
                "look up image " + image,
                () -> connection
                        .find("/images/" + image.engineText() + "/json", ID)
                        .map(found -> found.path("Id").asText("")));
    }

    @Override
    public List<LocalImage> images() {
        return guard("list images", () -> {
            JsonNode images = connection.get("/images/json" + new QueryString().with("all", true), ImageDetails.LISTED);
            return StreamSupport.stream(images.spliterator(), false)
                    .map(ImageDetails::of)
                    .toList();
        });
    }

    @Override
    public Set<String> imagesInUse() {
        return guard(
                "list containers",
                () -> list.all(new QueryString()).stream()
                        .map(ContainerList.Entry::imageId)
                        .collect(Collectors.toSet()));
    }

    @Override
    public boolean removeImage(String name) {
        return guard("remove image " + name, () -> {
            try {
                connection.delete("/images/" + name + new QueryString().with("force", false));
                return true;
            } catch (EngineReplyException e) {
                if (e.isNotFound() || e.isConflict()) {
                    return e.isNotFound();
                }
                throw e;
            }
        });
    }

    @Override
    public void pull(ImageReference image, Optional<RegistryCredential> credential, Consumer<String> progress) {
        connection.guard(
                PullProgress.SILENCE,
                thrown -> EngineErrors.explainPull(image, thrown),
                silence -> {
                    PullProgress pull = new PullProgress(progress);
                    try (EngineReply items = connection.stream(
                            "/images/create" + new QueryString().with("fromImage", image.engineText()),
                            credential.map(DockerEngine::login).orElse(Map.of()))) {
                        items.each(PullProgress.FIELDS, item -> {
                            silence.renew();
                            pull.accept(item);
                        });
                    }
                    return image;
                },
                () -> new ProblemException(
                        ErrorCode.REGISTRY_UNREACHABLE,
                        "image " + EngineErrors.brief(image.text()) + ": the registry sent nothing for "
                                + PullProgress.SILENCE.toMinutes() + " minutes; check the network"));
    }

    private static Map<String, String> login(RegistryCredential login) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("username", login.username())
                .put("password", login.password())
                .put("serveraddress", login.address());
        return Map.of(
                "X-Registry-Auth",
                Base64.getUrlEncoder().encodeToString(json.toString().getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void ensureNetwork() {
        run("network " + network.name(), () -> {
            if (connection.find("/networks/" + network.name(), ID).isPresent()) {
                return;
            }
            ObjectNode body = JsonNodeFactory.instance
                    .objectNode()
                    .put("Name", network.name())
                    .put("Driver", "bridge")
                    .put("CheckDuplicate", true);
            body.withObjectProperty("Labels").put(ContainerRecipe.DEVICE_LABEL, deviceLabel);
            addresses(body);
            try {
                connection.post("/networks/create", body);
            } catch (EngineReplyException e) {
                // somebody made it in between: it is there, which is all we want
                if (!e.isConflict()) {
                    throw e;
                }
            }
        });
        run("network " + network.name(), place::join);
    }

    private void addresses(ObjectNode body) {
        if (network.ipv6()) {
            body.put("EnableIPv6", true);
        }
        for (ModuleNetwork.Pool pool : network.pools()) {
            ObjectNode range =
                    body.withObjectProperty("IPAM").withArrayProperty("Config").addObject();
            pool.subnet().ifPresent(text -> range.put("Subnet", text));
            pool.gateway().ifPresent(text -> range.put("Gateway", text));
            pool.ipRange().ifPresent(text -> range.put("IPRange", text));
        }
    }

    /**
     * Where modules reach this host on their network: the address of its bridge. Empty while the network is not there, and for an
     * agent in a container, which is on the network itself.
     */
    public Optional<String> gateway() {
        return guard(
                "look at the module network",
                () -> place.inContainer()
                        ? Optional.empty()
                        : connection
                                .find("/networks/" + network.name(), GATEWAY)
                                .flatMap(DockerEngine::gatewayOf));
    }

    private static Optional<String> gatewayOf(JsonNode found) {
        for (JsonNode part : found.path("IPAM").path("Config")) {
            String address = part.path("Gateway").asText("");
            // the hub listens on the address that all modules have
            if (!address.isEmpty() && address.indexOf(':') < 0) {
                return Optional.of(address);
            }
        }
        return Optional.empty();
    }

    /** Whether this process looks like one in a container; the engine is not asked. */
    public boolean seemsToBeInContainer() {
        return place.seemsToBeInContainer();
    }

    /** Whether this process is in a container of the engine. */
    public boolean isInContainer() {
        return guard("look at our own container", place::inContainer);
    }

    /** Each time that the engine was away: an agent in a container is on the module network even before the first module. */
    private void joinNetwork() {
        if (guard("look at our own container", place::inContainer)) {
            ensureNetwork();
        }
    }

    @Override
    public void create(ContainerSpec spec) {
        run("container " + spec.name(), () -> {
            try {
                connection.post("/containers/create" + new QueryString().with("name", spec.name()), spec.body());
            } catch (EngineReplyException e) {
                if (!e.isNameInUse()) {
                    throw e;
                }
                // of ours: made before a step was cut off; whether it fits is seen at the next look at the board
                if (find(spec.name()).isEmpty()) {
                    throw nameTaken(spec.name());
                }
            }
        });
    }

    private static ProblemException nameTaken(String name) {
        return new ProblemException(
                ErrorCode.NAME_TAKEN,
                "the name is taken by a container that is not ours, and the agent does not touch it; rename or remove it: docker"
                        + " rename "
                        + name + " " + name + "-old");
    }

    @Override
    public void start(String name) {
        // one that runs already is answered with 304
        run("container " + name, () -> connection.post("/containers/" + own(name) + "/start"));
    }

    @Override
    public void stop(String name) {
        String what = "container " + name;
        String id = guard(what, () -> own(name));
        Duration needed = guard(what, () -> stopTimeout(id)).plus(patience);
        // without a time of ours in the call the container's own counts
        connection.guard(what, needed, () -> {
            connection.post("/containers/" + id + "/stop");
            return id;
        });
    }

    /** How long the engine waits for this container before it kills it. */
    private Duration stopTimeout(String id) {
        JsonNode seconds = connection
                .get("/containers/" + id + "/json", STOP_TIMEOUT)
                .path("Config")
                .path("StopTimeout");
        if (!seconds.isNumber()) {
            return STOP_TIMEOUT_OF_ENGINE;
        }
        return seconds.asLong() < 0 || seconds.asLong() > STOP_WITHOUT_END.toSeconds()
                ? STOP_WITHOUT_END
                : Duration.ofSeconds(seconds.asLong());
    }

    @Override
    public void remove(String name) {
        run("container " + name, () -> {
            try {
                Optional<String> id = find(name);
                id.ifPresent(own -> connection.delete("/containers/" + own
                        + new QueryString().with("force", true).with("v", false)));
            } catch (EngineReplyException e) {
                // gone in between is gone
                if (!e.isNotFound()) {
                    throw e;
                }
            }
        });
    }

    @Override
    public void rename(String from, String to) {
        run("container " + from, () -> {
            try {
                connection.post("/containers/" + own(from) + "/rename" + new QueryString().with("name", to));
            } catch (EngineReplyException e) {
                throw e.isNameInUse() ? nameTaken(to) : e;
            }
        });
    }

    @Override
    public void makeAnew(String name) {
        run("container " + name, () -> {
            ContainerCopy copy =
                    ContainerCopy.of(connection.whole("/containers/" + own(name) + "/json", LARGEST_DESCRIPTION));
            boolean stillNamesIt = connection
                    .find("/images/" + copy.imageName() + "/json", ID)
                    .filter(image -> image.path("Id").asText("").equals(copy.imageId()))
                    .isPresent();
            String aside = Container.previousName(name);
            connection.post(
                    "/containers/create" + new QueryString().with("name", aside),
                    copy.body(stillNamesIt ? copy.imageName() : copy.imageId()));
            try {
                copy.furtherNetworks(own(aside))
                        .forEach((network, body) -> connection.post("/networks/" + network + "/connect", body));
            } catch (RuntimeException e) {
                remove(aside);
                throw e;
            }
            remove(name);
            rename(aside, name);
        });
    }

    /** The id of our container of this name, so that a foreign one that took the name meanwhile is never touched. */
    private String own(String name) {
        return find(name)
                .orElseThrow(() -> new EngineReplyException(404, "there is no container of ours of this name"));
    }

    private Optional<String> find(String name) {
        QueryString query =
                new QueryString().filter("label", ours()).filter("name", "^/?" + name.replace(".", "\\.") + "$");
        // Podman's filter also finds the container whose rename to this name has failed
        return list.all(query).stream()
                .filter(container -> container.name().equals(name)
                        && container.label(ContainerRecipe.DEVICE_LABEL).equals(deviceLabel))
                .map(ContainerList.Entry::id)
                .findFirst();
    }

    private String ours() {
        return ContainerRecipe.DEVICE_LABEL + "=" + deviceLabel;
    }

    @Override
    public Watch watch(Runnable changed, Runnable lost) {
        joinNetwork();
        guard("watch events", connection::info);
        String path = "/events" + new QueryString().filter("type", "container").filter("label", ours());
        EventStream stream = EventStream.start(() -> connection.stream(path), new EventStream.Listener() {
            @Override
            public void opened() {
                inspections.clear();
                watching = true;
                // for what happened before the stream was there
                changed.run();
            }

            @Override
            public void changed(String id) {
                inspections.remove(id);
                changed.run();
            }

            @Override
            public void lost() {
                watching = false;
                inspections.clear();
                lost.run();
            }
        });
        return () -> {
            watching = false;
            stream.close();
        };
    }

    private void run(String what, Runnable body) {
        guard(what, () -> {
            body.run();
            return what;
        });
    }

    private <T> T guard(String what, Supplier<T> body) {
        return connection.guard(what, patience, body);
    }

    @Override
    public void close() {
        watching = false;
        connection.close();
    }
}
