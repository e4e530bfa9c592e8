package io.edgeagent.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.model.ImageReference;
import io.edgeagent.model.RegistryCredential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/**
 * The real engine and registry that ./dev test set up, looked at with Docker's own client. Everything made under {@link #run}
 * is taken away by {@link #clean}.
 */
public final class EngineLab {
    /** Environment variable with the address of the engine that tests use if they say nothing else. */
    public static final String ENGINE = "EDGE_TEST_ENGINE";

    private final String engine;
    private final String registry = require("EDGE_TEST_REGISTRY");
    private final RegistryCredential login = new RegistryCredential(
            registry, require("EDGE_TEST_REGISTRY_USER"), require("EDGE_TEST_REGISTRY_PASSWORD"));
    private final String prefix = "t" + UUID.randomUUID().toString().substring(0, 8);

    public EngineLab() {
        this(ENGINE);
    }

    /** @param addressVariable the environment variable that holds the engine's address */
    public EngineLab(String addressVariable) {
        engine = require(addressVariable);
    }

    /** unix:///path of the engine's socket. */
    public String engine() {
        return engine;
    }

    /** A name that no other run uses; names of what is made begin with it. */
    public String run() {
        return prefix;
    }

    public RegistryCredential login() {
        return login;
    }

    /** An image in the registry: busybox with the tags 1 and 2. */
    public ImageReference image(String tag) {
        return ImageReference.parse(registry + "/busybox:" + tag);
    }

    /** Runs docker and returns its output; fails the test with what it said if it fails. */
    public String docker(String... arguments) {
        Outcome outcome = run(arguments);
        assertThat(outcome.exitCode)
                .as("docker " + String.join(" ", arguments) + ": " + outcome.complaint)
                .isZero();
        return outcome.output;
    }

    /** Runs docker; empty if it fails. */
    public Optional<String> tryDocker(String... arguments) {
        Outcome outcome = run(arguments);
        return outcome.exitCode == 0 ? Optional.of(outcome.output) : Optional.empty();
    }

    private record Outcome(int exitCode, String output, String complaint) {}

    private Outcome run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker", "-H", engine));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String complaint = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("docker ended").isTrue();
            return new Outcome(process.exitValue(), output.strip(), complaint.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Removes the containers and networks of this run, and the images that came from the registry. */
    public void clean() {
        docker("ps", "-aq", "--filter", "name=^/?" + prefix).lines().forEach(id -> tryDocker("rm", "-f", "-v", id));
        docker("network", "ls", "-q", "--filter", "name=^" + prefix)
                .lines()
                .forEach(id -> tryDocker("network", "rm", id));
        removeImages();
    }

    public void removeImages() {
        docker("images", "-q", "--no-trunc", registry + "/busybox")
                .lines()
                .distinct()
                .forEach(id -> tryDocker("rmi", "-f", id));
    }

    private static String require(String variable) {
        return Optional.ofNullable(System.getenv(variable))
                .filter(value -> !value.isBlank())
                .orElseThrow(() -> new TestAbortedException("skipped: needs ./dev (" + variable + " is not set)"));
    }
}
