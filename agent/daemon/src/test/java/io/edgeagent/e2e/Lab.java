package io.edgeagent.e2e;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import io.edgeagent.simulator.Simulator;
import io.edgeagent.simulator.SimulatorOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The real parts that the tests of a class stand on: an engine, a registry with a login, and a local IoT Hub. */
final class Lab implements BeforeAllCallback, AfterAllCallback, AutoCloseable {
    final String network =
            "edge-e2e-" + Integer.toHexString(ThreadLocalRandom.current().nextInt());
    final String registry = setting("EDGE_TEST_REGISTRY", "needs-dev");
    final String registryUser = setting("EDGE_TEST_REGISTRY_USER", "needs-dev");
    final String registryPassword = setting("EDGE_TEST_REGISTRY_PASSWORD", "needs-dev");
    final String engineUri;
    final String hubAddress;
    final Path folder;
    final DockerClient docker;
    private final SimulatorOptions options;
    private Optional<Simulator> hub = Optional.empty();

    Lab() {
        this(sharedEngine());
    }

    /** With another engine than the one that all tests share. */
    Lab(String engineUri) {
        this(engineUri, SimulatorOptions.DEFAULT);
    }

    /** With another hub. */
    Lab(String engineUri, SimulatorOptions options) {
        this(engineUri, options, setting("EDGE_TEST_HUB_ADDRESS", "needs-dev"));
    }

    /** @param hubAddress where the hub listens */
    Lab(String engineUri, SimulatorOptions options, String hubAddress) {
        this.hubAddress = hubAddress;
        this.engineUri = engineUri;
        this.options = options;
        folder = newFolder();
        docker = DockerClientImpl.getInstance(
                DefaultDockerClientConfig.createDefaultConfigBuilder()
                        .withDockerHost(engineUri)
                        .withDockerTlsVerify(false)
                        .build(),
                new ApacheDockerHttpClient.Builder()
                        .dockerHost(URI.create(engineUri))
                        .build());
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory("edge-e2e");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        hub();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        close();
    }

    /** The engine that all tests share. */
    static String sharedEngine() {
        return setting("EDGE_TEST_ENGINE", "unix:///needs-dev");
    }

    /** Where ./dev did not set the lab up, {@link io.edgeagent.testing.NeedsLab} skips the tests, but JUnit makes this object before. */
    private static String setting(String variable, String whenMissing) {
        String value = System.getenv(variable);
        return value == null || value.isBlank() ? whenMissing : value;
    }

    /** The hub, started at first use; after {@link #stopHub} it goes on from the same state. */
    Simulator hub() throws IOException {
        if (hub.isEmpty()) {
            hub = Optional.of(Simulator.start(folder.resolve("hub"), hubAddress, options));
        }
        return hub.get();
    }

    void stopHub() throws IOException {
        if (hub.isPresent()) {
            hub.get().close();
            hub = Optional.empty();
        }
    }

    /** An image of the registry that is not on the engine unless a test pulled it. */
    String image(String tag) {
        return registry + "/busybox:" + tag;
    }

    void removeImages() {
        for (String tag : List.of("1", "2")) {
            try {
                docker.removeImageCmd(image(tag)).withForce(true).exec();
            } catch (NotFoundException e) {
                // was not pulled
            }
        }
    }

    Optional<InspectContainerResponse> container(String name) {
        try {
            return Optional.of(docker.inspectContainerCmd(name).exec());
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    boolean runs(String name) {
        return container(name)
                .filter(found -> Boolean.TRUE.equals(found.getState().getRunning()))
                .isPresent();
    }

    /** Removes all containers of a device. */
    void removeContainers(String deviceId) {
        docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(
                        Map.of("io.edge-agent.device", options.hubName().orElse(hubAddress) + "/" + deviceId))
                .exec()
                .forEach(found ->
                        docker.removeContainerCmd(found.getId()).withForce(true).exec());
    }

    @Override
    public void close() throws IOException {
        stopHub();
        removeImages();
        try {
            docker.removeNetworkCmd(network).exec();
        } catch (NotFoundException e) {
            // no module was started
        }
        docker.close();
    }
}
