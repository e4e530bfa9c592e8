package io.edgeagent.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Hardware;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.ParentHost;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * How a module becomes a container: its createOptions whole, with our labels, its environment and the module network added as
 * IoT Edge does it.
 *
 * @param hubHost host name of the IoT Hub
 * @param network name of the module network
 * @param socketFolder from a module's name to the folder of its workload socket, as a path that the engine knows; empty where
 *     modules get no socket
 * @param ours what no module gets
 * @param gateway where modules of the present deployment find the built-in hub, asked for each container; empty where modules
 *     talk to IoT Hub directly
 */
public record ContainerRecipe(
        String hubHost,
        String deviceId,
        String network,
        Function<String, Optional<String>> socketFolder,
        OwnState ours,
        Supplier<Optional<Gateway>> gateway,
        ParentHost parent) {
    /**
     * The built-in hub as modules see it.
     *
     * @param hostName of the device
     * @param address of this host on the module network, asked for each container, may block; empty where the hub is on that
     *     network by its own name
     */
    public record Gateway(String hostName, Supplier<Optional<String>> address) {}

    /** Says whose container it is, so that several agents and IoT Edge itself can share an engine. */
    public static final String DEVICE_LABEL = "io.edge-agent.device";

    public static final String FINGERPRINT_LABEL = "io.edge-agent.fingerprint";

    /** The module's name, which the container's own is not while it is set aside. */
    public static final String MODULE_LABEL = "io.edge-agent.module";

    /** The containers of other modules that this one was made on. */
    public static final String FOUNDATION_LABEL = "io.edge-agent.stands-on";

    /** {@link RecipeMark} of the agent that made it. */
    public static final String RECIPE_LABEL = "io.edge-agent.recipe";

    /** IoT Edge's own mark, which tools look for. */
    public static final String OWNER_LABEL = "net.azure-devices.edge.owner";

    public static final String OWNER = "Microsoft.Azure.Devices.Edge.Agent";
    private static final String IMAGE_LABEL = "net.azure-devices.edge.original-image";
    private static final Set<String> OWN_NETWORK_MODES = Set.of("", "default", "bridge");
    private static final String SOCKETS = "/var/run/iotedge";
    private static final String SOCKETS_TOO = "/run/iotedge";

    /** For modules without workload sockets. */
    public ContainerRecipe(String hubHost, String deviceId, String network) {
        this(hubHost, deviceId, network, module -> Optional.empty(), OwnState.NONE, Optional::empty, ParentHost.NONE);
    }

    /** For modules that talk to IoT Hub directly. */
    public ContainerRecipe(
            String hubHost,
            String deviceId,
            String network,
            Function<String, Optional<String>> socketFolder,
            OwnState ours) {
        this(hubHost, deviceId, network, socketFolder, ours, Optional::empty, ParentHost.NONE);
    }

    /** Value of {@link #DEVICE_LABEL}. */
    public String deviceLabel() {
        return hubHost + "/" + deviceId;
    }

    /** Value of {@link #RECIPE_LABEL} for what is made now. */
    public RecipeMark mark() {
        return mark(gateway.get());
    }

    private RecipeMark mark(Optional<Gateway> hub) {
        return RecipeMark.now(network, hub.map(Gateway::hostName), parent.name());
    }

    /** @param generationId of the module's identity in the hub */
    public ContainerSpec containerFor(Step.Create create, String generationId) {
        ContainerSpec made = containerFor(create.spec(), create.devices(), generationId);
        if (!create.standsOn().isEmpty()) {
            made.body().withObjectProperty("Labels").put(FOUNDATION_LABEL, create.standsOn());
        }
        return made;
    }

    /** Without devices besides those of the manifest. */
    public ContainerSpec containerFor(ModuleSpec spec, String generationId) {
        return containerFor(spec, Hardware.NONE, generationId);
    }

    /**
     * @param devices that the module gets
     * @param generationId of the module's identity in the hub
     * @throws io.edgeagent.model.ProblemException OPTIONS_REFUSED if the module asks for what is the agent's own
     */
    public ContainerSpec containerFor(ModuleSpec spec, Hardware.Granted devices, String generationId) {
        ours.check(spec.createOptions());
        ObjectNode body = spec.createOptions().toJson();
        // without it, engines before 23 look for its fields beside it
        body.withObjectProperty("HostConfig");
        body.put("Image", spec.image().engineText());
        Optional<Gateway> hub = gateway.get();
        labels(body, spec, devices, hub);
        environment(body, spec, devices, generationId, hub);
        hub.ifPresent(found -> hosts(body, found));
        DeviceOptions.add(body, devices);
        network(body);
        exposePorts(body);
        // a container that goes by itself when it ends takes its exit code along, and the policy must know that
        if (body.path("HostConfig") instanceof ObjectNode host) {
            host.remove("AutoRemove");
        }
        socketFolder.apply(spec.name()).ifPresent(folder -> sockets(body, folder));
        return new ContainerSpec(spec.name(), body);
    }

    private void labels(ObjectNode body, ModuleSpec spec, Hardware.Granted devices, Optional<Gateway> hub) {
        ObjectNode labels = body.withObjectProperty("Labels");
        labels.put(OWNER_LABEL, OWNER);
        labels.put(IMAGE_LABEL, spec.image().text());
        labels.put(DEVICE_LABEL, deviceLabel());
        labels.put(MODULE_LABEL, spec.name());
        labels.put(FINGERPRINT_LABEL, devices.fingerprint(spec));
        labels.put(RECIPE_LABEL, mark(hub).text());
    }

    private void environment(
            ObjectNode body, ModuleSpec spec, Hardware.Granted devices, String generationId, Optional<Gateway> hub) {
        Map<String, String> env = new LinkedHashMap<>(devices.environment());
        env.putAll(spec.env());
        env.put("IOTEDGE_WORKLOADURI", "unix:///var/run/iotedge/workload.sock");
        env.put("IOTEDGE_AUTHSCHEME", "sasToken");
        env.put("IOTEDGE_MODULEGENERATIONID", generationId);
        env.put("IOTEDGE_IOTHUBHOSTNAME", hubHost);
        env.put("IOTEDGE_DEVICEID", deviceId);
        env.put("IOTEDGE_MODULEID", spec.name());
        // without the built-in hub, the parent's is the next one
        hub.map(Gateway::hostName).or(parent::name).ifPresent(hostName -> env.put("IOTEDGE_GATEWAYHOSTNAME", hostName));
        parent.name().ifPresent(hostName -> env.put("IOTEDGE_PARENTHOSTNAME", hostName));
        env.put("IOTEDGE_APIVERSION", "2022-08-03");
        env.putIfAbsent("RuntimeLogLevel", "Information");
        env.replaceAll((name, value) -> name + "=" + value);
        // createOptions win over everything, as in IoT Edge; a name without '=' takes the image's variable away (Docker
        // API)
        for (JsonNode given : body.path("Env")) {
            String line = given.asText();
            int equals = line.indexOf('=');
            env.put(equals < 0 ? line : line.substring(0, equals), line);
        }
        ArrayNode list = body.putArray("Env");
        env.values().forEach(list::add);
    }

    /** The engine publishes only exposed ports (Docker API); docker run exposes what it is asked to publish, and so do we. */
    private static void exposePorts(ObjectNode body) {
        body.path("HostConfig")
                .path("PortBindings")
                .fieldNames()
                .forEachRemaining(
                        port -> body.withObjectProperty("ExposedPorts").withObjectProperty(port));
    }

    /** Joins the module network unless the manifest chose networks itself, by endpoints or by a mode such as host. */
    private void network(ObjectNode body) {
        JsonNode endpoints = body.path("NetworkingConfig").path("EndpointsConfig");
        String mode = body.path("HostConfig").path("NetworkMode").asText("");
        if (!endpoints.isEmpty() || !OWN_NETWORK_MODES.contains(mode)) {
            return;
        }
        body.withObjectProperty("HostConfig").put("NetworkMode", network);
        body.withObjectProperty("NetworkingConfig")
                .withObjectProperty("EndpointsConfig")
                .withObjectProperty(network);
    }

    /**
     * Mounts the folder, so that a socket that is made anew is seen, and as a mount, because the engine makes a missing folder of
     * a bind by itself, and wrong. Nothing but the socket is needed, so read-only, unless the manifest mounts more into it.
     */
    private static void sockets(ObjectNode body, String folder) {
        List<String> targets = targets(body.path("HostConfig"));
        if (targets.contains(SOCKETS) || targets.contains(SOCKETS + "/workload.sock")) {
            return;
        }
        body.withObjectProperty("HostConfig")
                .withArrayProperty("Mounts")
                .addObject()
                .put("Type", "bind")
                .put("Source", folder)
                .put("Target", SOCKETS)
                .put("ReadOnly", targets.stream().noneMatch(target -> target.startsWith(SOCKETS + "/")));
    }

    // an expression would look at a long row of slashes once from each of them
    private static String withoutSlashesAtTheEnd(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    /**
     * The names of the hub, also in a container on the host's network; what the manifest says of a name stays. Whoever reads metrics
     * looks for those of the agent at its own name. No container is made anew for that.
     */
    private static void hosts(ObjectNode body, Gateway hub) {
        ObjectNode host = body.withObjectProperty("HostConfig");
        String mode = host.path("NetworkMode").asText("");
        // a container in another one's network has that one's names
        if (mode.startsWith("container:") || mode.equals("none")) {
            return;
        }
        Optional<String> address =
                mode.equals("host") ? Optional.of("127.0.0.1") : hub.address().get();
        address.ifPresent(to -> {
            List<String> given =
                    elements(host.path("ExtraHosts")).map(JsonNode::asText).toList();
            for (String name : List.of("edgeHub", "edgeAgent", hub.hostName())) {
                if (given.stream().noneMatch(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))) {
                    host.withArrayProperty("ExtraHosts").add(name + ":" + to);
                }
            }
        });
    }

    private static List<String> targets(JsonNode host) {
        Stream<String> binds = elements(host.path("Binds"))
                .map(bind -> bind.asText().split(":", -1))
                .filter(parts -> parts.length > 1)
                .map(parts -> parts[1]);
        Stream<String> mounts =
                elements(host.path("Mounts")).map(mount -> mount.path("Target").asText());
        Stream<String> temporary = host.path("Tmpfs").properties().stream().map(Map.Entry::getKey);
        return Stream.of(binds, mounts, temporary)
                .flatMap(all -> all)
                .map(ContainerRecipe::withoutSlashesAtTheEnd)
                .map(target ->
                        target.equals(SOCKETS_TOO) || target.startsWith(SOCKETS_TOO + "/") ? "/var" + target : target)
                .toList();
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
