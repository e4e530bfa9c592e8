package io.edgeagent.adapter.iothub;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.fake.Manifest;
import io.edgeagent.fake.MemoryAgentIdentity;
import io.edgeagent.identity.AgentCredentials;
import io.edgeagent.identity.Device;
import io.edgeagent.identity.Identities;
import io.edgeagent.model.Json;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.runtime.Clock;
import io.edgeagent.simulator.Simulator;
import io.edgeagent.simulator.SimulatorOptions;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.twin.CloudLink;
import io.edgeagent.twin.CloudLinkContract;
import io.edgeagent.twin.MethodAnswer;
import io.edgeagent.upstream.Upstream;
import io.edgeagent.upstream.UpstreamSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The link on the SDK against the local hub, for a device with every character that an id may have. */
abstract class ModuleClientLinkContract extends CloudLinkContract {
    /** Every character that IoT Hub allows in an id and MQTT in a topic. */
    static final String ANY_ID = "Az09-:.%_*?!(),=@;$'%2B%7(A)";

    @TempDir
    Path folder;

    private Simulator hub;
    private ModuleClientLink link;

    /** The variables that say how the hub is reached; it is started already. */
    abstract Map<String, String> way(Simulator started);

    /** On free ports; a subclass that needs the hub's own ports takes an {@link #ownAddress} too. */
    SimulatorOptions options() {
        return SimulatorOptions.anyPorts();
    }

    String address() {
        return "127.0.0.1";
    }

    static String ownAddress() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "127." + random.nextInt(1, 250) + "." + random.nextInt(1, 250) + "." + random.nextInt(1, 250);
    }

    @BeforeEach
    void start() throws IOException {
        hub = Simulator.start(folder.resolve("hub"), address(), options());
        hub.identities();
        String device = ANY_ID;
        ConnectionString key = created(device);
        SSLContext tls = HubTrust.context(Optional.of(hub.caFile()));
        HubRest registry = new HubRest(
                new Device(hub.hostName() + ":" + hub.httpsPort(), device),
                DeviceAccess.byKey(
                        key.key().orElseThrow(), tls, Upstream.of(UpstreamSettings.DIRECT), InstantSource.system()));
        AgentCredentials credentials = new AgentCredentials(
                new Device(hub.hostName(), device),
                registry,
                new Identities(registry, () -> SharedKey.of(new byte[] {1})),
                new MemoryAgentIdentity(),
                new MemoryAgentIdentity().saved("the agent's identity", Runnable::run, Clock.SYSTEM));
        link = new ModuleClientLink(credentials, tls, Upstream.of(UpstreamSettings.of(way(hub))), "test");
    }

    /** Without its text, which an id with a semicolon does not have. */
    private ConnectionString created(String device) {
        try {
            hub.createEdgeDevice(device);
        } catch (RuntimeException e) {
            // the device is there; only its connection string cannot be written
        }
        String key = hub.identity(IdentityName.device(device))
                .at("/authentication/symmetricKey/primaryKey")
                .asText();
        return ConnectionString.ofDevice(hub.hostName(), device, Optional.of(SharedKey.fromBase64(key)));
    }

    @AfterEach
    void stop() throws IOException {
        link.close();
        hub.close();
    }

    private static IdentityName agent() {
        return IdentityName.module(ANY_ID, "$edgeAgent");
    }

    @Override
    protected CloudLink link() {
        return link;
    }

    @Override
    protected void reachable() {
        // it comes up by itself
    }

    @Override
    protected void cut() {
        hub.disconnect(agent());
    }

    @Override
    protected void desire(String singleQuoted) {
        hub.updateDesired(agent(), Manifest.json(singleQuoted));
    }

    @Override
    protected JsonNode reported() {
        return hub.twin(agent()).at("/properties/reported");
    }

    @Override
    protected MethodAnswer call(String method, String payload) {
        try {
            var result = hub.invokeMethod(agent(), method, Json.MAPPER.readTree(payload), Duration.ofSeconds(20));
            return new MethodAnswer(result.status(), result.payload());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
