package io.edgeagent.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.CreateOptions;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.HostPaths;
import io.edgeagent.model.ProblemException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The agent's keys, settings and sockets, which no module gets, whatever the policy allows it besides. A folder above them, such as
 * the host's {@code /}, is a matter of the policy: who may have that has the whole board.
 *
 * @param host where they are for the engine; may block
 * @param folders as we see them
 */
public record OwnState(Supplier<HostPaths> host, List<Path> folders) {
    /** Nothing is ours. */
    public static final OwnState NONE = new OwnState(() -> HostPaths.SAME, List.of());

    private static final List<String> SHARED = List.of("NetworkMode", "PidMode", "IpcMode", "Cgroup");
    private static final String CONTAINER = "container:";

    public OwnState {
        folders = List.copyOf(folders);
    }

    /**
     * Looks at links of the file system, so on a worker's thread.
     *
     * @throws ProblemException OPTIONS_REFUSED naming the field
     */
    void check(CreateOptions options) {
        if (folders.isEmpty()) {
            return;
        }
        HostPaths places = host.get();
        JsonNode config = options.at("HostConfig");
        for (String field : SHARED) {
            String mode = config.path(field).asText("");
            if (mode.startsWith(CONTAINER) && places.isOwnContainer(mode.substring(CONTAINER.length()))) {
                throw refused(field + " " + mode);
            }
        }
        for (JsonNode from : config.path("VolumesFrom")) {
            if (places.isOwnContainer(from.asText("").replace(":ro", "").replace(":rw", ""))) {
                throw refused("VolumesFrom " + from.asText());
            }
        }
        List<String> ours = folders.stream()
                .flatMap(folder -> places.onHost(folder).stream())
                .map(folder -> BindSource.path(folder.toString()))
                .toList();
        sources(config).stream()
                .filter(source -> isOurs(source, ours, places))
                .findFirst()
                .ifPresent(source -> {
                    throw refused(source);
                });
    }

    private static List<String> sources(JsonNode config) {
        List<String> sources = new ArrayList<>();
        config.path("Binds").forEach(bind -> sources.add(BindSource.ofBind(bind.asText(""))));
        config.path("Mounts").forEach(mount -> {
            sources.add(mount.path("Source").asText(""));
            // the local driver mounts what its options name
            mount.path("VolumeOptions")
                    .path("DriverConfig")
                    .path("Options")
                    .forEach(option -> sources.add(option.asText("")));
        });
        return sources;
    }

    private static boolean isOurs(String source, List<String> ours, HostPaths places) {
        if (source.isEmpty() || places.isOwnVolume(source)) {
            return !source.isEmpty();
        }
        if (!source.startsWith("/")) {
            return false;
        }
        String real = places.isHost() ? real(source).orElse(source) : source;
        return ours.stream()
                .anyMatch(folder -> BindSource.isIn(BindSource.path(source), folder)
                        || BindSource.isIn(BindSource.path(real), folder));
    }

    /** Where links lead; what is not there yet is there where its folder is. */
    private static Optional<String> real(String source) {
        try {
            Path path = Path.of(source);
            for (Path there = path; there != null; there = there.getParent()) {
                try {
                    return Optional.of(
                            there.toRealPath().resolve(there.relativize(path)).toString());
                } catch (IOException e) {
                    // the folder above is tried next
                }
            }
            return Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static ProblemException refused(String what) {
        return new ProblemException(
                ErrorCode.OPTIONS_REFUSED,
                "\"" + what
                        + "\" would give the module the agent's own keys, which is never allowed; remove it from createOptions");
    }
}
