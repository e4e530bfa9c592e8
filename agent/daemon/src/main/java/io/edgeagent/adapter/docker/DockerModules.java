package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.reconcile.ContainerRecipe;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Containers of modules, whichever agent made them, for the command on the board. All methods throw ProblemException. */
public final class DockerModules implements AutoCloseable {
    private static final Fields TERMINAL = Fields.of("Config/Tty");
    /** A person waits and can end it. */
    private static final Duration NO_LIMIT = Duration.ofDays(3650);

    private final DockerConnection connection;
    private final ContainerList list;

    /** One container. */
    public record Found(String module, String id, String image, String status, boolean running) {}

    /** @param uri unix:///path of the engine's socket */
    public DockerModules(String uri) {
        this.connection = new DockerConnection(uri);
        this.list = new ContainerList(connection);
    }

    /** Those that are in force, without what an update set aside. */
    public List<Found> find() {
        return connection.guard(
                "list modules",
                () -> list.labelled(ContainerRecipe.MODULE_LABEL).stream()
                        .filter(container -> container.name().equals(container.label(ContainerRecipe.MODULE_LABEL)))
                        .map(container -> new Found(
                                container.name(),
                                container.id(),
                                container.image(),
                                container.status(),
                                container.state().equals("running")))
                        .toList());
    }

    /** Stops it within its own stop timeout, and starts it. */
    public void restart(String id) {
        connection.guard("restart", NO_LIMIT, () -> {
            connection.post("/containers/" + id + "/restart");
            return id;
        });
    }

    /** Writes as it reads: nothing is kept. Ends quietly when nobody reads on. */
    public void logs(
            String id,
            Optional<Integer> tail,
            Optional<Instant> since,
            Optional<Instant> until,
            boolean follow,
            OutputStream out,
            OutputStream err) {
        QueryString query = new QueryString()
                .with("stdout", true)
                .with("stderr", true)
                .with("follow", follow)
                .with("tail", tail.map(String::valueOf).orElse("all"));
        since.ifPresent(time -> query.with("since", String.valueOf(time.getEpochSecond())));
        until.ifPresent(time -> query.with("until", String.valueOf(time.getEpochSecond())));
        connection.guard(
                NO_LIMIT,
                thrown -> EngineErrors.explain("logs", thrown),
                patience -> {
                    JsonNode config = connection
                            .get("/containers/" + id + "/json", TERMINAL)
                            .path("Config");
                    try (EngineReply reply = connection.stream("/containers/" + id + "/logs" + query)) {
                        new LogStream(reply.body(), config.path("Tty").asBoolean()).copy(out, err);
                    }
                    return id;
                },
                () -> new ProblemException(ErrorCode.ENGINE_UNREACHABLE, "logs: the engine does not answer"));
    }

    @Override
    public void close() {
        connection.close();
    }
}
