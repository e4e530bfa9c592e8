package io.edgeagent.fake;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.Container.Health;
import io.edgeagent.reconcile.Container.State;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.ContainerSpec;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A container of the engine in memory. */
final class FakeContainer {
    final String id = UUID.randomUUID().toString();
    final ContainerSpec spec;
    final String imageId;
    String name;
    State state = State.CREATED;
    Health health = Health.NONE;
    private int exitCode;
    private boolean outOfMemory;
    private Optional<Instant> startedAt = Optional.empty();
    private Optional<Instant> finishedAt = Optional.empty();

    FakeContainer(ContainerSpec spec, String imageId) {
        this.spec = new ContainerSpec(spec.name(), spec.body().deepCopy());
        this.imageId = imageId;
        this.name = spec.name();
    }

    /** Understands the few commands that tests use: "sh -c '..exit 3'", and one that eats all memory. */
    void start(Instant now) {
        state = State.RUNNING;
        exitCode = 0;
        startedAt = Optional.of(now);
        String test = spec.body().at("/Healthcheck/Test/1").asText();
        health = test.isEmpty() ? Health.NONE : test.equals("true") ? Health.HEALTHY : Health.UNHEALTHY;
        String command = spec.body().at("/Cmd/2").asText();
        int exit = command.indexOf("exit ");
        if (exit >= 0) {
            end(Integer.parseInt(command.substring(exit + 5)), now);
        } else if (command.contains("/dev/zero") && hostConfig().path("Memory").asLong() > 0) {
            end(137, now);
            outOfMemory = true;
        }
    }

    void end(int code, Instant now) {
        state = State.EXITED;
        health = Health.NONE;
        exitCode = code;
        finishedAt = Optional.of(now);
    }

    Container shown() {
        return new Container(
                id,
                Container.moduleOf(label(ContainerRecipe.MODULE_LABEL), name),
                name,
                label(ContainerRecipe.FINGERPRINT_LABEL),
                label(ContainerRecipe.FOUNDATION_LABEL),
                label(ContainerRecipe.RECIPE_LABEL),
                imageId,
                state,
                health,
                exitCode,
                startedAt,
                finishedAt,
                outOfMemory,
                "");
    }

    JsonNode hostConfig() {
        return spec.body().path("HostConfig");
    }

    Set<String> ports() {
        Set<String> ports = new HashSet<>();
        hostConfig()
                .path("PortBindings")
                .forEach(list -> list.forEach(
                        binding -> ports.add(binding.path("HostPort").asText())));
        return ports;
    }

    String label(String name) {
        return spec.body().path("Labels").path(name).asText();
    }
}
