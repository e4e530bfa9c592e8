package io.edgeagent.model;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where our files are for the container engine. It mounts by the host's paths, which an agent in a container does not have: a
 * folder of ours can be given to a module only if it lies in a volume or a mounted folder.
 *
 * @param mounts what is mounted in our container; a host that we run on directly is mounted whole
 * @param container the id and the name of our container; empty on the host itself
 */
public record HostPaths(List<Mount> mounts, List<String> container) {
    /** The agent runs on the host itself. */
    public static final HostPaths SAME = new HostPaths(List.of(new Mount(Path.of("/"), Optional.of(Path.of("/")))));

    /**
     * @param here where we see it
     * @param onHost where the host has it; empty for what is in no file of the host, such as a tmpfs
     * @param volume the name of the volume; empty if it is not a volume
     */
    public record Mount(Path here, Optional<Path> onHost, String volume) {
        public Mount(Path here, Optional<Path> onHost) {
            this(here, onHost, "");
        }
    }

    public HostPaths {
        mounts = List.copyOf(mounts);
        container = List.copyOf(container);
    }

    public HostPaths(List<Mount> mounts) {
        this(mounts, List.of());
    }

    /** Whether we run on the host itself, and see its files where the engine sees them. */
    public boolean isHost() {
        return equals(SAME);
    }

    /** Whether the engine would take this text for our container: its name, its id, or the beginning of its id. */
    public boolean isOwnContainer(String text) {
        String asked = text.startsWith("/") ? text.substring(1) : text;
        return !asked.isEmpty()
                && (container.contains(asked)
                        || (!container.isEmpty() && container.get(0).startsWith(asked)));
    }

    /** Whether a volume of this name is mounted in our container. */
    public boolean isOwnVolume(String name) {
        return !name.isEmpty() && mounts.stream().anyMatch(mount -> mount.volume.equals(name));
    }

    /**
     * The host's path of a file or folder of ours; it need not exist.
     *
     * @param ours absolute
     * @return empty if it lies in the container's own file system, which the host cannot mount
     */
    public Optional<Path> onHost(Path ours) {
        Path path = ours.normalize();
        return mounts.stream()
                .filter(mount -> path.startsWith(mount.here))
                .max(Comparator.comparingInt(mount -> mount.here.getNameCount()))
                .flatMap(mount -> mount.onHost.map(host -> host.resolve(mount.here.relativize(path))))
                .map(Path::normalize);
    }
}
