package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.simulator.hub.IdentityName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** One edge device of a test, in the hub and as an agent process. */
final class Device implements AutoCloseable {
    private static final String AGENT = "$edgeAgent";
    // a machine that does much else is slow
    private static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("e2e.patience", 60));

    final Lab lab;
    final String id;
    final String connectionString;
    final Path state;
    private final Map<String, String> identity;
    private Optional<AgentProcess> agent = Optional.empty();

    Device(Lab lab, String id) throws IOException {
        this.lab = lab;
        this.id = id;
        this.connectionString = lab.hub().createEdgeDevice(id);
        this.state = lab.folder.resolve("state-" + id);
        this.identity = Map.of("CONNECTION_STRING", connectionString);
    }

    /** A device that comes to the hub by itself, or was made there in another way. */
    Device(Lab lab, String id, Map<String, String> identity) {
        this.lab = lab;
        this.id = id;
        this.connectionString = "";
        this.state = lab.folder.resolve("state-" + id);
        this.identity = identity;
    }

    AgentProcess start(String otherConnectionString) throws IOException {
        return start(Map.of("CONNECTION_STRING", otherConnectionString));
    }

    AgentProcess start() throws IOException {
        return start(identity);
    }

    private AgentProcess start(Map<String, String> as) throws IOException {
        agent.ifPresent(AgentProcess::close);
        AgentProcess started = AgentProcess.start(lab, as, state);
        agent = Optional.of(started);
        return started;
    }

    Path state() {
        return state;
    }

    AgentProcess agent() {
        return agent.orElseThrow();
    }

    void apply(Manifest manifest) throws IOException {
        lab.hub().applyConfiguration(id, manifest.json());
    }

    void patchDesired(ObjectNode patch) throws IOException {
        lab.hub().updateDesired(IdentityName.module(id, AGENT), patch);
    }

    JsonNode reported() {
        try {
            return lab.hub().twin(id, AGENT).path("properties").path("reported");
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    long desiredVersion() throws IOException {
        return lab.hub()
                .twin(id, AGENT)
                .path("properties")
                .path("desired")
                .path("$version")
                .asLong();
    }

    /** Waits until the newest desired version is reported with this code; returns its description. */
    String awaitStatus(int code) {
        await("status " + code).atMost(PATIENCE).untilAsserted(() -> {
            JsonNode now = reported();
            assertThat(now.path("lastDesiredStatus").path("code").asInt())
                    .as(now.path("lastDesiredStatus").toString())
                    .isEqualTo(code);
            assertThat(now.path("lastDesiredVersion").asLong()).isEqualTo(desiredVersion());
        });
        return reported().path("lastDesiredStatus").path("description").asText();
    }

    JsonNode module(String name) {
        return reported().path("modules").path(name);
    }

    @Override
    public void close() {
        agent.ifPresent(running -> {
            running.close();
            // shown by the build only where a test failed
            System.out.println("--- log of " + id + "\n" + running.log());
        });
        lab.removeContainers(id);
    }
}
