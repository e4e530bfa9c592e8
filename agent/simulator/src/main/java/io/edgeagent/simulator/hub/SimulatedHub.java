package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.HubError;
import io.edgeagent.protocol.SasToken;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/** The parts of the hub, put together. All but {@link #open} and {@link #close} belongs to the hub's thread. */
public final class SimulatedHub implements Closeable {
    private static final String FILE = "hub.json";

    private final String hostName;
    private final Policies policies;
    private final InstantSource clock;
    private final Registry registry;
    private final TrustedCas cas;
    private final Authenticator authenticator;
    private final Faults faults = new Faults();
    private final EventLog events;
    private final Telemetry telemetry;
    private final Twins twins;
    private final MethodCalls methods;
    private final CloudMessages cloudMessages;
    private final Sessions sessions;

    private SimulatedHub(
            StateFolder folder,
            String hostName,
            Policies policies,
            InstantSource clock,
            ScheduledExecutorService hubThread)
            throws IOException {
        this.hostName = hostName;
        this.policies = policies;
        this.clock = clock;
        registry = Registry.open(folder, clock);
        cas = TrustedCas.open(folder);
        authenticator = new Authenticator(hostName, policies, registry, cas, clock);
        events = EventLog.open(folder);
        telemetry = new Telemetry(events, clock);
        twins = new Twins(registry, faults, clock);
        methods = new MethodCalls(registry, hubThread);
        cloudMessages = new CloudMessages(registry);
        sessions = new Sessions(registry, methods, cloudMessages, clock);
    }

    /** Opens the hub that the folder holds; the first time makes one with new keys. */
    public static SimulatedHub open(
            StateFolder folder, String hostName, InstantSource clock, ScheduledExecutorService hubThread)
            throws IOException {
        Optional<byte[]> file = folder.read(FILE);
        Policies policies = new Policies(file.isPresent() ? HubJson.parse(file.get()) : HubJson.object());
        folder.writePrivate(FILE, HubJson.bytes(policies.toState()));
        return new SimulatedHub(folder, hostName, policies, clock, hubThread);
    }

    /** By the hub's clock. */
    public Instant now() {
        return clock.instant();
    }

    /** The connection strings of the shared access policies, by their names. */
    public Map<String, ConnectionString> policies() {
        return policies.connectionStrings(hostName);
    }

    /** A token of the policy that may do everything. */
    public SasToken serviceToken(Duration lifetime) {
        return SasToken.sign(
                hostName,
                policies.key(Policies.OWNER).orElseThrow(),
                clock.instant().plus(lifetime),
                Optional.of(Policies.OWNER));
    }

    /** @throws HubException 404 if there is no such identity, 400 if it has no keys */
    public ConnectionString connectionString(IdentityName name) {
        Identity identity = registry.get(name);
        if (identity.keys().isEmpty()) {
            throw new HubException(
                    HubError.ARGUMENT_INVALID,
                    name + " has no keys yet: the edge runtime sets them when it first runs on the device.");
        }
        return new ConnectionString(
                hostName,
                Optional.of(name.deviceId()),
                name.moduleId(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(identity.keys().get(0)));
    }

    public ObjectNode identityJson(IdentityName name) {
        return registry.get(name).toJson();
    }

    /**
     * A page of the devices and modules in the scope of an edge device.
     *
     * @param from number of the first device; the field "continuationLink" holds that of the next page, or null
     */
    public ObjectNode deviceScope(String edge, int from, int count) {
        return Scopes.page(registry.get(IdentityName.device(edge)), from, count, registry);
    }

    /** Drops the connection of the identity. Returns whether there was one. */
    public boolean disconnect(IdentityName name) {
        Optional<ClientConnection> connection = registry.get(name).connection();
        connection.ifPresent(client -> client.close("a test asked for it"));
        return connection.isPresent();
    }

    public String hostName() {
        return hostName;
    }

    public InstantSource clock() {
        return clock;
    }

    public Registry registry() {
        return registry;
    }

    public TrustedCas cas() {
        return cas;
    }

    public Authenticator authenticator() {
        return authenticator;
    }

    public Faults faults() {
        return faults;
    }

    public EventLog events() {
        return events;
    }

    public Telemetry telemetry() {
        return telemetry;
    }

    public Twins twins() {
        return twins;
    }

    public MethodCalls methods() {
        return methods;
    }

    public CloudMessages cloudMessages() {
        return cloudMessages;
    }

    public Sessions sessions() {
        return sessions;
    }

    @Override
    public void close() throws IOException {
        events.close();
    }
}
