package io.edgeagent.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.ModulesContent;
import io.edgeagent.simulator.hub.CloudMessage;
import io.edgeagent.simulator.hub.Event;
import io.edgeagent.simulator.hub.Hub;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.simulator.hub.Json;
import io.edgeagent.simulator.hub.MethodResult;
import io.edgeagent.simulator.hub.StateFolder;
import io.edgeagent.simulator.tls.CertificateAuthority;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A running simulator. Safe to call from any thread; calls wait for the hub's thread. What the hub refuses is thrown as {@link
 * HubException}, just as REST would answer it.
 */
public final class Simulator implements AutoCloseable {
    private final StateFolder folder;
    private final EventLoopGroup hubThread;
    private final Hub hub;
    private final Listeners listeners;
    private final int httpsPort;
    private final int mqttPort;

    private Simulator(
            StateFolder folder,
            EventLoopGroup hubThread,
            Hub hub,
            Listeners listeners,
            InetAddress address,
            SimulatorOptions options)
            throws IOException {
        this.folder = folder;
        this.hubThread = hubThread;
        this.hub = hub;
        this.listeners = listeners;
        mqttPort = listeners.openMqtt(address, options.mqttPort());
        httpsPort = listeners.openHttps(address, options.httpsPort());
    }

    /** Starts on the ports that SDKs need. */
    public static Simulator start(Path stateDir, String address) throws IOException {
        return start(stateDir, address, SimulatorOptions.DEFAULT);
    }

    /**
     * Starts, and goes on with what the folder holds.
     *
     * @param stateDir made if it is missing; one simulator at a time
     * @param address IPv4 address or name with a dot, which it listens on and is called; SDKs take no other name
     * @throws IOException if the folder is held, the name is unknown or a port cannot be had
     */
    public static Simulator start(Path stateDir, String address, SimulatorOptions options) throws IOException {
        if (!address.contains(".") || address.contains(":")) {
            throw new IOException(
                    "\"" + address
                            + "\" cannot be a hub's name: SDKs need an IPv4 address or a name with a dot, for example 127.0.0.9");
        }
        InetAddress bindAddress = InetAddress.getByName(address);
        StateFolder folder = StateFolder.open(stateDir);
        EventLoopGroup hubThread = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("hub-simulator", true), NioIoHandler.newFactory());
        try {
            Hub hub = Hub.open(folder, address, options.clock(), hubThread.next());
            Listeners listeners = new Listeners(hubThread, tls(folder, address), hub);
            try {
                return new Simulator(folder, hubThread, hub, listeners, bindAddress, options);
            } catch (IOException e) {
                listeners.close();
                hub.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            stop(hubThread);
            folder.close();
            throw e;
        }
    }

    /** The name that certificate, tokens and user names have to carry. */
    public String hostName() {
        return hub.hostName();
    }

    /** The certificate that clients have to trust, in PEM. */
    public Path caFile() {
        return folder.resolve(CertificateAuthority.CA_FILE);
    }

    public int httpsPort() {
        return httpsPort;
    }

    public int mqttPort() {
        return mqttPort;
    }

    /** For service SDKs. It holds a key. */
    public String serviceConnectionString() {
        return hub.serviceConnectionString().toText();
    }

    /** A token for the Authorization header of REST requests. */
    public String serviceToken(Duration lifetime) {
        return hub.serviceToken(lifetime).toText();
    }

    /** Registers an edge device with $edgeAgent and $edgeHub, which have no keys yet. Returns its connection string. */
    public String createEdgeDevice(String deviceId) {
        ObjectNode request = Json.object();
        request.putObject("capabilities").put("iotEdge", true);
        return create(IdentityName.device(deviceId), request);
    }

    /** Registers a device. Returns its connection string. */
    public String createDevice(String deviceId) {
        return create(IdentityName.device(deviceId), Json.object());
    }

    /** Registers a module. Returns its connection string. */
    public String createModule(String deviceId, String moduleId) {
        return create(IdentityName.module(deviceId, moduleId), Json.object());
    }

    /** Its identity in the registry API's form. */
    public ObjectNode identity(IdentityName name) {
        return call(() -> hub.identityJson(name));
    }

    /** Ids of the device's modules. */
    public List<String> modules(String deviceId) {
        return call(() -> hub.registry().modules(deviceId).stream()
                .map(module -> module.name().moduleId().orElseThrow())
                .toList());
    }

    public ObjectNode twin(String deviceId) {
        return twin(IdentityName.device(deviceId));
    }

    public ObjectNode twin(String deviceId, String moduleId) {
        return twin(IdentityName.module(deviceId, moduleId));
    }

    /** The twin in the service API's form. */
    public ObjectNode twin(IdentityName name) {
        return call(() -> hub.twins().get(name));
    }

    /** Merges into the desired properties. Returns the new twin. */
    public ObjectNode updateDesired(IdentityName name, ObjectNode patch) {
        ObjectNode request = Json.object();
        request.putObject("properties").set("desired", patch);
        return call(() -> hub.twins().patch(name, request));
    }

    /**
     * What the portal's "Set modules" does.
     *
     * @param manifest with modulesContent
     */
    public void applyConfiguration(String deviceId, JsonNode manifest) {
        ModulesContent content = ModulesContent.parse(manifest);
        run(() -> hub.twins().applyConfiguration(deviceId, content));
    }

    /** Calls a method of somebody who is connected and waits for the answer. */
    public MethodResult invokeMethod(IdentityName name, String method, JsonNode payload, Duration timeout) {
        return join(call(() -> hub.methods().invoke(name, method, payload, timeout, Duration.ZERO)));
    }

    /** All events that are still kept, oldest first. */
    public List<Event> events() {
        return eventsSince(0);
    }

    /** Events after the sequence number. */
    public List<Event> eventsSince(long sequence) {
        return call(() -> hub.events().since(sequence, Integer.MAX_VALUE));
    }

    /** Queues a message from the cloud to a device. */
    public void sendToDevice(String deviceId, String body, Map<String, String> properties) {
        String base64 = Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8));
        CloudMessage message = new CloudMessage(UUID.randomUUID().toString(), properties, base64);
        run(() -> hub.cloudMessages().send(IdentityName.device(deviceId), message));
    }

    /** Whether it is connected at this moment. */
    public boolean isConnected(IdentityName name) {
        return identity(name).path("connectionState").asText().equals("Connected");
    }

    /** Cuts the connection. Returns whether there was one. */
    public boolean disconnect(IdentityName name) {
        return call(() -> hub.disconnect(name));
    }

    /** Sets faults, in the form of POST /_sim/faults: throttle, refuseConnections, loseTwinResponses, reset. */
    public void faults(ObjectNode wanted) {
        run(() -> hub.faults().set(wanted));
    }

    /** Ends all faults. */
    public void resetFaults() {
        faults(Json.object().put("reset", true));
    }

    /** Stops; ports and folder are free when this returns, and the next start goes on from the same state. */
    @Override
    public void close() throws IOException {
        listeners.close();
        stop(hubThread);
        hub.close();
        folder.close();
    }

    private String create(IdentityName name, ObjectNode request) {
        return call(() -> {
            hub.registry().create(name, request);
            return hub.connectionString(name).toText();
        });
    }

    private void run(Runnable task) {
        join(CompletableFuture.runAsync(task, hubThread));
    }

    private <T> T call(Supplier<T> task) {
        return join(CompletableFuture.supplyAsync(task, hubThread));
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HubException refused) {
                throw refused;
            }
            throw new IllegalStateException("the simulator failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the simulator worked", e);
        }
    }

    private static SslContext tls(StateFolder folder, String address) throws IOException {
        CertificateAuthority.ServerCertificate certificate = new CertificateAuthority(folder).certificateFor(address);
        return SslContextBuilder.forServer(
                        certificate.key(), certificate.chain().toArray(X509Certificate[]::new))
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.2", "TLSv1.3")
                .build();
    }

    private static void stop(EventLoopGroup hubThread) {
        hubThread.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
