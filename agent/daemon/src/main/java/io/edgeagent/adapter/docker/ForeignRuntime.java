package io.edgeagent.adapter.docker;

import com.github.dockerjava.api.DockerClient;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.reconcile.ContainerRecipe;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An IoT Edge that runs on this engine: it would fight with us for ports, names and the module network. */
final class ForeignRuntime {
    private static final Set<String> SYSTEM_MODULES = Set.of("edgeAgent", "edgeHub");

    private ForeignRuntime() {}

    /**
     * As below, on a connection and a thread of its own, because nothing else ends a call on a Unix socket: the thread stays until
     * the engine answers or is gone, and is in nobody's way.
     */
    static List<String> systemModules(String uri, Duration patience) {
        CompletableFuture<List<String>> answer = CompletableFuture.supplyAsync(
                () -> {
                    try (DockerConnection connection = new DockerConnection(uri)) {
                        return systemModules(connection.client());
                    }
                },
                ForeignRuntime::start);
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new ProblemException(
                    ErrorCode.ENGINE_UNREACHABLE,
                    "the engine takes calls and does not answer within " + patience.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException reason ? reason : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "look-for-iot-edge");
        thread.setDaemon(true);
        thread.start();
    }

    /** Names of its running system modules. What carries our label is an agent's, ours or another device's. */
    static List<String> systemModules(DockerClient docker) {
        return docker
                .listContainersCmd()
                .withStatusFilter(List.of("running", "restarting"))
                .withLabelFilter(Map.of(ContainerRecipe.OWNER_LABEL, ContainerRecipe.OWNER))
                .exec()
                .stream()
                .filter(container -> !container.getLabels().containsKey(ContainerRecipe.DEVICE_LABEL))
                .flatMap(container ->
                        Arrays.stream(Optional.ofNullable(container.getNames()).orElse(new String[0])))
                .map(name -> name.substring(1))
                .filter(SYSTEM_MODULES::contains)
                .sorted()
                .toList();
    }
}
