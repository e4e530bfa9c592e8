package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.remote.ModuleLogs;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@link ModuleLogs} of an engine: read as it comes, never faster than it is taken. */
final class DockerLogs implements ModuleLogs {
    private static final Fields TERMINAL = Fields.of("Config/Tty");
    /** An engine that looks for the first line of a time reads through all lines before it, and says nothing meanwhile. */
    private static final Duration SILENCE = Duration.ofMinutes(2);

    private final DockerConnection connection;
    private final ContainerList list;
    private final String label;

    /** @param label of this device's containers */
    DockerLogs(DockerConnection connection, ContainerList list, String label) {
        this.connection = connection;
        this.list = list;
        this.label = label;
    }

    @Override
    public List<String> modules() {
        return connection.guard(
                "list modules",
                () -> containers().stream()
                        .map(ContainerList.Entry::name)
                        .sorted()
                        .toList());
    }

    /** Those that are in force, without what an update set aside. */
    private List<ContainerList.Entry> containers() {
        return list.labelled(label).stream()
                .filter(container -> container.name().equals(container.label(ContainerRecipe.MODULE_LABEL)))
                .toList();
    }

    @Override
    public void read(String module, Range range, Reader reader) throws IOException {
        Handover handover = new Handover(reader);
        connection.guard(
                SILENCE,
                thrown -> EngineErrors.explain("log of module " + module, thrown),
                patience -> {
                    read(id(module), range, patience, handover);
                    return module;
                },
                () -> new ProblemException(
                        ErrorCode.ENGINE_UNREACHABLE,
                        "log of module " + module + ": the engine sent nothing for " + SILENCE.toSeconds() + " s"));
        if (handover.failure.isPresent()) {
            throw handover.failure.get();
        }
    }

    private void read(String id, Range range, Patience patience, Handover handover) {
        QueryString query = new QueryString()
                .with("stdout", true)
                .with("stderr", true)
                .with("timestamps", range.times())
                .with("tail", range.tail().map(String::valueOf).orElse("all"));
        range.since().ifPresent(time -> query.with("since", seconds(time)));
        range.until().ifPresent(time -> query.with("until", seconds(time)));
        JsonNode config =
                connection.get("/containers/" + id + "/json", TERMINAL).path("Config");
        try (EngineReply reply = connection.stream("/containers/" + id + "/logs" + query)) {
            new LogStream(reply.body(), config.path("Tty").asBoolean()).read((stderr, begins, bytes, count) -> {
                patience.pause();
                boolean more = handover.take(stderr, begins, bytes, count);
                patience.renew();
                return more;
            });
        }
    }

    private String id(String module) {
        return containers().stream()
                .filter(container -> container.name().equals(module))
                .findFirst()
                .map(ContainerList.Entry::id)
                .orElseThrow(() -> new ProblemException(
                        ErrorCode.CONTAINER_GONE, "log of module " + module + ": it has no container now"));
    }

    private static String seconds(Instant time) {
        return time.getNano() == 0
                ? String.valueOf(time.getEpochSecond())
                : String.format(Locale.ROOT, "%d.%09d", time.getEpochSecond(), time.getNano());
    }

    /** Keeps what the reader threw, which is not the engine's fault. */
    private static final class Handover {
        private final Reader reader;
        private Optional<IOException> failure = Optional.empty();

        Handover(Reader reader) {
            this.reader = reader;
        }

        boolean take(boolean stderr, boolean begins, byte[] bytes, int count) {
            try {
                return reader.read(stderr, begins, bytes, count);
            } catch (IOException e) {
                failure = Optional.of(e);
                return false;
            }
        }
    }
}
