package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.protocol.Percent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** All devices and modules. One file per device holds everything that the hub knows of it and of its modules. */
public final class Registry {
    /** Registry documentation: up to 128 ASCII letters, digits and a few signs. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9\\-:.+%_#*?!(),=@;$']{1,128}");

    private static final String FOLDER = "devices";
    private static final List<String> SYSTEM_MODULES = List.of("$edgeAgent", "$edgeHub");

    private final StateFolder folder;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Identity> devices = new TreeMap<>();
    private final Map<String, TreeMap<String, Identity>> modules = new TreeMap<>();
    private long lastGeneration;

    private Registry(StateFolder folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    static Registry open(StateFolder folder, InstantSource clock) throws IOException {
        Registry registry = new Registry(folder, clock);
        for (Path file : folder.list(FOLDER, ".json")) {
            try {
                registry.load(HubJson.parse(Files.readAllBytes(file)));
            } catch (IOException | RuntimeException e) {
                folder.setAside(file, e);
            }
        }
        return registry;
    }

    public Collection<Identity> devices() {
        return List.copyOf(devices.values());
    }

    /** @throws HubException 404 if there is no such device */
    public Collection<Identity> modules(String deviceId) {
        get(IdentityName.device(deviceId));
        return List.copyOf(modules.get(deviceId).values());
    }

    public Optional<Identity> find(IdentityName name) {
        return name.moduleId().isPresent()
                ? Optional.ofNullable(modules.get(name.deviceId()))
                        .map(own -> own.get(name.moduleId().get()))
                : Optional.ofNullable(devices.get(name.deviceId()));
    }

    /** @throws HubException 404 if there is no such identity */
    public Identity get(IdentityName name) {
        return find(name).orElseThrow(() -> {
            boolean moduleMissing = name.moduleId().isPresent() && devices.containsKey(name.deviceId());
            return moduleMissing
                    ? new HubException(HubError.MODULE_NOT_FOUND, "Module " + name + " is not registered.")
                    : new HubException(HubError.DEVICE_NOT_FOUND, "Device " + name.deviceId() + " is not registered.");
        });
    }

    /** Registers an identity from a registry request. An edge device gets its two system modules at once. */
    public Identity create(IdentityName name, JsonNode request) {
        if (find(name).isPresent()) {
            throw name.moduleId().isPresent()
                    ? new HubException(HubError.MODULE_EXISTS, "Module " + name + " is already registered.")
                    : new HubException(HubError.DEVICE_EXISTS, "Device " + name + " is already registered.");
        }
        requireId(name);
        name.moduleId().ifPresent(module -> get(IdentityName.device(name.deviceId())));
        Identity.requireStatus(request);
        boolean edge = edge(name, request, false);
        Optional<String> parent = parent(name, Optional.empty(), edge, request);
        Identity created = make(name, Credentials.parse(request.path("authentication"), Optional.empty()));
        created.describe(request, clock.instant());
        created.placeBelow(parent);
        makeEdge(created, edge);
        save(created);
        return created;
    }

    /** The module; registered without keys, as managed by IoT Edge, if a manifest is the first to name it. */
    Identity getOrCreateManaged(IdentityName name) {
        return find(name).orElseGet(() -> {
            requireId(name);
            Identity created = makeManaged(name);
            save(created);
            return created;
        });
    }

    /** Changes an identity as a registry request says. Who is disabled or used a key that is gone loses its connection. */
    public Identity update(IdentityName name, JsonNode request) {
        Identity identity = get(name);
        Identity.requireStatus(request);
        boolean edge = edge(name, request, identity.isEdge());
        Optional<String> parent = parent(name, Optional.of(identity), edge, request);
        identity.authenticateWith(
                Credentials.parse(request.path("authentication"), Optional.of(identity.credentials())));
        identity.describe(request, clock.instant());
        identity.placeBelow(parent);
        makeEdge(identity, edge);
        changed(identity);
        return identity;
    }

    /**
     * Gives an identity a new primary or secondary key. Who used the old one loses its connection.
     *
     * @throws HubException 400 if it has no keys
     */
    public Identity renewKey(IdentityName name, boolean primary) {
        Identity identity = get(name);
        if (identity.keys().isEmpty()) {
            throw new HubException(
                    HubError.ARGUMENT_INVALID,
                    name + " has no keys: its authentication type is "
                            + identity.credentials().type());
        }
        identity.authenticateWith(identity.credentials().renew(primary));
        changed(identity);
        return identity;
    }

    private void changed(Identity identity) {
        identity.tagWith(newEtag());
        save(identity);
        connections(identity.name()).forEach(ClientConnection::recheck);
    }

    public void delete(IdentityName name) {
        get(name);
        connections(name).forEach(connection -> connection.close("the identity was deleted"));
        if (name.moduleId().isPresent()) {
            modules.get(name.deviceId()).remove(name.moduleId().get());
            save(get(IdentityName.device(name.deviceId())));
        } else {
            devices.remove(name.deviceId());
            modules.remove(name.deviceId());
            folder.delete(fileName(name.deviceId()));
        }
    }

    /** Writes the identity's device with all its modules to disk. Returns when it is safe there. */
    void save(Identity identity) {
        String deviceId = identity.name().deviceId();
        ObjectNode state = devices.get(deviceId).toState();
        modules.get(deviceId)
                .values()
                .forEach(module -> state.withArray("modules").add(module.toState()));
        folder.writePrivate(fileName(deviceId), HubJson.bytes(state));
    }

    /** The edge device that others are below of, if they have this scope. */
    Optional<Identity> edgeDevice(String scope) {
        return devices.values().stream()
                .filter(Identity::isEdge)
                .filter(device -> device.deviceScope().equals(Optional.of(scope)))
                .findFirst();
    }

    /** The device that a module is on; a device itself. */
    Identity device(Identity identity) {
        return devices.get(identity.name().deviceId());
    }

    /** A device that is disabled takes its modules with it. */
    boolean isEnabled(Identity identity) {
        return identity.isEnabled() && device(identity).isEnabled();
    }

    private static boolean edge(IdentityName name, JsonNode request, boolean otherwise) {
        JsonNode wanted = request.path("capabilities").path("iotEdge");
        if (wanted.isMissingNode() || wanted.isNull() || name.moduleId().isPresent()) {
            return otherwise;
        }
        if (!wanted.isBoolean()) {
            throw new HubException(HubError.ARGUMENT_INVALID, "capabilities.iotEdge must be true or false.");
        }
        return wanted.booleanValue();
    }

    private Optional<String> parent(IdentityName name, Optional<Identity> device, boolean edge, JsonNode request) {
        return name.moduleId().isPresent() ? Optional.empty() : Scopes.parent(device, edge, request, this);
    }

    /** An edge device has its two system modules, another one has not. */
    private void makeEdge(Identity device, boolean edge) {
        if (device.isEdge() == edge) {
            return;
        }
        device.makeEdge(edge);
        for (String module : SYSTEM_MODULES) {
            IdentityName name = IdentityName.module(device.name().deviceId(), module);
            Optional<Identity> present = find(name);
            if (edge && present.isEmpty()) {
                makeManaged(name);
            } else if (!edge && present.isPresent()) {
                delete(name);
            }
        }
    }

    /** @throws HubException 400 if nothing can be called so */
    static void requireId(IdentityName name) {
        String last = name.moduleId().orElse(name.deviceId());
        if (!ID.matcher(name.deviceId()).matches() || !ID.matcher(last).matches()) {
            throw new HubException(
                    HubError.ARGUMENT_INVALID,
                    "An id is 1 to 128 characters out of letters, digits and - : . + % _ # * ? ! ( ) , = @ ; $ '");
        }
    }

    /** Of the identity and, where it is a device, of its modules. */
    private List<ClientConnection> connections(IdentityName name) {
        Stream<Identity> own = name.moduleId().isPresent() ? Stream.of() : modules(name.deviceId()).stream();
        return Stream.concat(Stream.of(get(name)), own)
                .flatMap(identity -> identity.connection().stream())
                .toList();
    }

    private Identity makeManaged(IdentityName name) {
        Identity identity = make(name, Credentials.none());
        identity.describe(HubJson.object().put("managedBy", "iotEdge"), clock.instant());
        return identity;
    }

    private Identity make(IdentityName name, Credentials credentials) {
        Identity identity = Identity.create(name, newGeneration(), newEtag(), credentials, clock.instant());
        put(identity);
        return identity;
    }

    private void put(Identity identity) {
        IdentityName name = identity.name();
        if (name.moduleId().isPresent()) {
            modules.get(name.deviceId()).put(name.moduleId().get(), identity);
        } else {
            devices.put(name.deviceId(), identity);
            modules.put(name.deviceId(), new TreeMap<>());
        }
    }

    private void load(JsonNode state) {
        Identity device = Identity.fromState(state);
        List<Identity> own = new java.util.ArrayList<>();
        state.path("modules").forEach(module -> own.add(Identity.fromState(module)));
        put(device);
        own.forEach(this::put);
        own.forEach(module -> seen(module.generationId()));
        seen(device.generationId());
    }

    private void seen(String generation) {
        lastGeneration = Math.max(lastGeneration, Long.parseLong(generation));
    }

    private String newGeneration() {
        Instant now = clock.instant();
        // .NET ticks, as in the real hub: a module that is made again gets a new one
        long ticks = (now.getEpochSecond() + 62_135_596_800L) * 10_000_000L + now.getNano() / 100;
        lastGeneration = Math.max(ticks, lastGeneration + 1);
        return Long.toString(lastGeneration);
    }

    private String newEtag() {
        byte[] digits = Integer.toString(100_000_000 + random.nextInt(900_000_000))
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return Base64.getEncoder().encodeToString(digits);
    }

    private static String fileName(String deviceId) {
        return FOLDER + "/" + Percent.encode(deviceId) + ".json";
    }
}
