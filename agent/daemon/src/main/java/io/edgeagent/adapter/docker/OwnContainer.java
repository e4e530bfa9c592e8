package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.HostPaths;
import io.edgeagent.model.HostPaths.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The container that this process runs in, as its engine sees it.
 *
 * @param mounts its volumes and mounted folders
 * @param networks those it is on, by name
 * @param sharedNetwork whether it has the network of the host or of another container, and so can join none
 */
record OwnContainer(String id, HostPaths mounts, List<String> networks, boolean sharedNetwork) {
    /** What of an inspected container is read. */
    static final Fields FIELDS = Fields.of(
            "Id", "Mounts/Destination", "Mounts/Source", "NetworkSettings/Networks", "HostConfig/NetworkMode");

    private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");
    // engines mount these three from the container's folder, which has its id: proc(5), fields root and mount point
    private static final Pattern FOLDER = Pattern.compile(
            "^\\S+ \\S+ \\S+ \\S*/(?:overlay-)?containers/([0-9a-f]{64})/\\S* /etc/(?:hostname|hosts|resolv\\.conf)"
                    + " .*");

    /**
     * The id of the container whose files are mounted here. Whether the engine that we talk to knows it is another matter: an
     * agent beside an engine inside a container sees the id of that outer container.
     *
     * @param mountInfo lines of /proc/self/mountinfo
     */
    static Optional<String> idIn(List<String> mountInfo) {
        List<String> ids = mountInfo.stream()
                .map(FOLDER::matcher)
                .filter(Matcher::matches)
                .map(found -> found.group(1))
                .distinct()
                .toList();
        return ids.size() == 1 ? Optional.of(ids.get(0)) : Optional.empty();
    }

    /** {@link #idIn} of this process. */
    static Optional<String> idHere() {
        try {
            return idIn(Files.readAllLines(MOUNT_INFO));
        } catch (IOException e) {
            // no Linux, or hidden: then we are in no container that we could say anything of
            return Optional.empty();
        }
    }

    /** @param inspected the engine's answer to GET /containers/ID/json */
    static OwnContainer of(JsonNode inspected) {
        List<Mount> mounts = new ArrayList<>();
        for (JsonNode mount : inspected.path("Mounts")) {
            // a volume's Source is its mountpoint on the host; a tmpfs has none
            mounts.add(new Mount(
                    Path.of(mount.path("Destination").asText()),
                    Optional.of(mount.path("Source").asText(""))
                            .filter(source -> source.startsWith("/"))
                            .map(Path::of),
                    mount.path("Name").asText("")));
        }
        List<String> networks = new ArrayList<>();
        inspected.path("NetworkSettings").path("Networks").fieldNames().forEachRemaining(networks::add);
        String mode = inspected.path("HostConfig").path("NetworkMode").asText("");
        String id = inspected.path("Id").asText();
        String name = inspected.path("Name").asText("");
        return new OwnContainer(
                id,
                new HostPaths(mounts, List.of(id, name.startsWith("/") ? name.substring(1) : name)),
                List.copyOf(networks),
                mode.equals("host") || mode.startsWith("container:"));
    }
}
