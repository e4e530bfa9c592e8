package io.edgeagent.assembly;

import io.edgeagent.adapter.hubnet.mqtt.MqttUpstream;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.ModuleDirectory;
import io.edgeagent.identity.Device;
import io.edgeagent.identity.Identities;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.identity.ModuleSockets;
import io.edgeagent.identity.RuntimeIdentity;
import io.edgeagent.model.ProblemException;
import io.edgeagent.protocol.HubPaths;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.runtime.Workers;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may connect to the hub: the modules that the agent knows, and what is below this device, as an immutable picture that the agent replaces and the hub reads.
 * From any thread.
 */
final class HubDirectory implements ModuleDirectory, ModuleSockets {
    private static final Logger LOG = LoggerFactory.getLogger(HubDirectory.class);
    private static final Duration TOKEN_LIFE = Duration.ofHours(1);
    private static final String EDGE_HUB = "$edgeHub";

    private final Device device;
    private final Identities identities;
    private final ModuleSockets sockets;
    private final RuntimeIdentity own;
    private final List<X509Certificate> roots;
    private final AtomicBoolean asking = new AtomicBoolean();
    private final Executor reads = Workers.alone("hub-identity");
    private volatile Optional<Map<String, ModuleIdentity>> modules = Optional.empty();
    private volatile Optional<ModuleIdentity> hub;
    private volatile Optional<DeviceScope> below = Optional.empty();
    /** Leaf devices for which the cloud did not take the hub's word. */
    private final Set<ClientId> forThemselves = ConcurrentHashMap.newKeySet();

    /**
     * @param sockets are told of modules too
     * @param own the identity {@code $edgeHub}
     * @param roots that certificates of devices behind the board may lead to
     */
    HubDirectory(
            Device device,
            Identities identities,
            ModuleSockets sockets,
            RuntimeIdentity own,
            List<X509Certificate> roots) {
        this.roots = List.copyOf(roots);
        this.device = device;
        this.identities = identities;
        this.sockets = sockets;
        this.own = own;
        this.hub = own.known();
    }

    @Override
    public boolean follow(Collection<ModuleIdentity> known) {
        modules = Optional.of(
                known.stream().collect(Collectors.toUnmodifiableMap(ModuleIdentity::moduleId, Function.identity())));
        return sockets.follow(known);
    }

    /** Whether the agent has said which modules there are. Before that nobody can be told apart from a stranger. */
    boolean isFilled() {
        return modules.isPresent();
    }

    @Override
    public String device() {
        return device.deviceId();
    }

    @Override
    public String iotHub() {
        return device.hubHost();
    }

    @Override
    public Optional<Known> find(ClientId id) {
        return id.device().equals(device.deviceId())
                ? identity(id).map(identity -> new Known(identity.generationId(), identities.keyOf(identity)))
                : below.flatMap(scope -> scope.find(id));
    }

    /** What is below this device from now on. */
    void below(DeviceScope scope) {
        below = Optional.of(scope);
    }

    /** Whether somebody below proves himself with a certificate. */
    boolean hasCertificates() {
        return below.filter(DeviceScope::hasCertificates).isPresent();
    }

    @Override
    public List<X509Certificate> roots() {
        return roots;
    }

    @Override
    public void look(Occasion occasion) {
        below.ifPresent(scope -> scope.look(occasion));
    }

    private Optional<ModuleIdentity> identity(ClientId id) {
        if (!id.device().equals(device.deviceId())) {
            return Optional.empty();
        }
        return id.module().flatMap(module -> module.equals(EDGE_HUB) ? hub : modules.map(known -> known.get(module)));
    }

    MqttUpstream.Tokens tokens() {
        return new MqttUpstream.Tokens() {
            @Override
            public Optional<Token> token(ClientId id) {
                return HubDirectory.this.token(id);
            }

            @Override
            public void refused(ClientId id) {
                HubDirectory.this.refused(id);
            }
        };
    }

    Optional<MqttUpstream.Tokens.Token> token(ClientId id) {
        boolean own = id.device().equals(device.deviceId());
        if ((!own || id.module().filter(EDGE_HUB::equals).isPresent()) && hub.isEmpty()) {
            ask();
        }
        return own ? identity(id).map(identity -> token(identity, "")) : tokenBelow(id);
    }

    private MqttUpstream.Tokens.Token token(ModuleIdentity identity, String chain) {
        String resource = HubPaths.resource(device.hubHost(), device.deviceId(), identity.moduleId());
        Instant expires = Instant.now().plus(TOKEN_LIFE);
        String text =
                SasToken.sign(resource, identities.keyOf(identity), expires).toText();
        return new MqttUpstream.Tokens.Token(text, expires, chain);
    }

    /** The hub connects on behalf of what is below; with a device's own key if the cloud does not take that. */
    private Optional<MqttUpstream.Tokens.Token> tokenBelow(ClientId id) {
        Optional<Known> known = find(id);
        if (known.isEmpty()) {
            return Optional.empty();
        }
        if (forThemselves.contains(id)) {
            Instant expires = Instant.now().plus(TOKEN_LIFE);
            String resource = id.module()
                    .map(module -> HubPaths.resource(device.hubHost(), id.device(), module))
                    .orElseGet(() -> HubPaths.resource(device.hubHost(), id.device()));
            return known.get().keys().stream()
                    .findFirst()
                    .map(key -> new MqttUpstream.Tokens.Token(
                            SasToken.sign(resource, key, expires).toText(), expires));
        }
        String chain = (id.module().isPresent() ? id + ";" : "") + id.device() + ";" + device.deviceId();
        return hub.map(identity -> token(identity, chain));
    }

    /** The IoT Hub refused an identity: the hub's own is looked up again. */
    void refused(ClientId id) {
        if (id.module().filter(EDGE_HUB::equals).isPresent()) {
            hub = Optional.empty();
            ask();
        } else if (!id.device().equals(device.deviceId()) && !forThemselves.remove(id)) {
            find(id).filter(known -> !known.keys().isEmpty()).ifPresent(known -> forThemselves.add(id));
        }
    }

    /** Asks the IoT Hub for the hub's own identity, which may take a minute. */
    private void ask() {
        if (asking.compareAndSet(false, true)) {
            reads.execute(() -> {
                try {
                    hub = Optional.of(own.fetch());
                } catch (ProblemException e) {
                    LOG.info("event=hub_identity_unknown reason=\"{}\"", e.problem());
                } finally {
                    asking.set(false);
                }
            });
        }
    }
}
