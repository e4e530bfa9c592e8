package io.edgeagent.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.ModulesContent;
import io.edgeagent.simulator.blob.BlobService;
import io.edgeagent.simulator.dps.Registrar;
import io.edgeagent.simulator.hub.CloudMessage;
import io.edgeagent.simulator.hub.Event;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.simulator.hub.MethodResult;
import io.edgeagent.simulator.hub.Policies;
import io.edgeagent.simulator.hub.SimulatedHub;
import io.edgeagent.simulator.hub.StateFolder;
import io.edgeagent.simulator.tls.CertificateAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A running simulator. Safe to call from any thread; calls wait for the hub's thread. What the hub refuses is thrown as {@link
 * HubException}, just as REST would answer it.
 */
public final class Simulator implements AutoCloseable {
    private final StateFolder folder;
    private final HubThread hubThread;
    private final SimulatedHub hub;
    private final Registrar provisioning;
    private final BlobService blobs;
    private final Listeners listeners;
    private final int httpsPort;
    private final int mqttPort;

    private Simulator(
            StateFolder folder,
            HubThread hubThread,
            SimulatedHub hub,
            Registrar provisioning,
            BlobService blobs,
            Listeners listeners,
            InetAddress address,
            SimulatorOptions options)
            throws IOException {
        this.folder = folder;
        this.hubThread = hubThread;
        this.hub = hub;
        this.provisioning = provisioning;
        this.blobs = blobs;
        this.listeners = listeners;
        mqttPort = listeners.openMqtt(address, options.mqttPort());
        httpsPort = listeners.openHttps(address, options.httpsPort());
        blobs.listensOn(httpsPort);
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
        HubThread hubThread = new HubThread();
        try {
            SimulatedHub hub =
                    SimulatedHub.open(folder, options.hubName().orElse(address), options.clock(), hubThread.timer());
            Registrar provisioning = Registrar.open(folder, hub);
            BlobService blobs = BlobService.open(folder, options.clock(), address);
            Listeners listeners = new Listeners(
                    hubThread.eventLoops(),
                    new CertificateAuthority(folder).certificateFor(address),
                    hub,
                    provisioning,
                    blobs,
                    options.onlyFrom());
            try {
                return new Simulator(folder, hubThread, hub, provisioning, blobs, listeners, bindAddress, options);
            } catch (IOException e) {
                listeners.close();
                hub.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            hubThread.close();
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
        return policies().get(Policies.OWNER);
    }

    /** The connection strings of all shared access policies, by name. They hold keys. */
    public Map<String, String> policies() {
        Map<String, String> texts = new LinkedHashMap<>();
        hub.policies().forEach((name, connectionString) -> texts.put(name, connectionString.toText()));
        return texts;
    }

    /** A token for the Authorization header of REST requests. */
    public String serviceToken(Duration lifetime) {
        return hub.serviceToken(lifetime).toText();
    }

    /** Registers an edge device with $edgeAgent and $edgeHub, which have no keys yet. Returns its connection string. */
    public String createEdgeDevice(String deviceId) {
        ObjectNode request = HubJson.object();
        request.putObject("capabilities").put("iotEdge", true);
        return create(IdentityName.device(deviceId), request);
    }

    /** Registers a device. Returns its connection string. */
    public String createDevice(String deviceId) {
        return create(IdentityName.device(deviceId), HubJson.object());
    }

    /** Registers a module. Returns its connection string. */
    public String createModule(String deviceId, String moduleId) {
        return create(IdentityName.module(deviceId, moduleId), HubJson.object());
    }

    /** Its provisioning service, which answers on the HTTPS port. */
    public SimulatedDps dps() {
        return new SimulatedDps(hubThread, provisioning);
    }

    /** Changes identities as a cloud's operator does, and lets them prove themselves with certificates. */
    public SimulatedIdentities identities() {
        return new SimulatedIdentities(hubThread, hub);
    }

    /** Its blob storage, on the HTTPS port too. */
    public SimulatedBlobs blobs() {
        return new SimulatedBlobs(hubThread, blobs);
    }

    /** Its identity in the registry API's form. */
    public ObjectNode identity(IdentityName name) {
        return hubThread.call(() -> hub.identityJson(name));
    }

    /** Ids of the device's modules. */
    public List<String> modules(String deviceId) {
        return hubThread.call(() -> hub.registry().modules(deviceId).stream()
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
        return hubThread.call(() -> hub.twins().get(name));
    }

    /** Merges into the desired properties. Returns the new twin. */
    public ObjectNode updateDesired(IdentityName name, ObjectNode patch) {
        ObjectNode request = HubJson.object();
        request.putObject("properties").set("desired", patch);
        return hubThread.call(() -> hub.twins().patch(name, request));
    }

    /**
     * What the portal's "Set modules" does.
     *
     * @param manifest with modulesContent
     */
    public void applyConfiguration(String deviceId, JsonNode manifest) {
        ModulesContent content = ModulesContent.parse(manifest);
        hubThread.run(() -> hub.twins().applyConfiguration(deviceId, content));
    }

    /** Calls a method of somebody who is connected and waits for the answer. */
    public MethodResult invokeMethod(IdentityName name, String method, JsonNode payload, Duration timeout) {
        return HubThread.join(
                hubThread.call(() -> hub.methods().invoke(name, method, payload, timeout, Duration.ZERO)));
    }

    /** All events that are still kept, oldest first. */
    public List<Event> events() {
        return eventsSince(0);
    }

    /** Events after the sequence number. */
    public List<Event> eventsSince(long sequence) {
        return hubThread.call(() -> hub.events().since(sequence, Integer.MAX_VALUE));
    }

    /** Queues a message from the cloud to a device. */
    public void sendToDevice(String deviceId, String body, Map<String, String> properties) {
        String base64 = Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8));
        CloudMessage message = new CloudMessage(UUID.randomUUID().toString(), properties, base64);
        hubThread.run(() -> hub.cloudMessages().send(IdentityName.device(deviceId), message));
    }

    /** Whether it is connected at this moment. */
    public boolean isConnected(IdentityName name) {
        return identity(name).path("connectionState").asText().equals("Connected");
    }

    /** Cuts the connection. Returns whether there was one. */
    public boolean disconnect(IdentityName name) {
        return hubThread.call(() -> hub.disconnect(name));
    }

    /** Sets faults, in the form of POST /_sim/faults. */
    public void faults(ObjectNode wanted) {
        hubThread.run(() -> hub.faults().set(wanted));
    }

    /** Ends all faults. */
    public void resetFaults() {
        faults(HubJson.object().put("reset", true));
    }

    /** Stops; ports and folder are free when this returns, and the next start goes on from the same state. */
    @Override
    public void close() throws IOException {
        listeners.close();
        hubThread.close();
        hub.close();
        folder.close();
    }

    private String create(IdentityName name, ObjectNode request) {
        return hubThread.call(() -> {
            hub.registry().create(name, request);
            return hub.connectionString(name).toText();
        });
    }
}
