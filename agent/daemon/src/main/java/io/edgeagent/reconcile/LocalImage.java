package io.edgeagent.reconcile;

import io.edgeagent.model.PulledImage;
import java.util.Set;

/**
 * An image on the board, whoever brought it.
 *
 * @param id content id, sha256:...
 * @param names its tags (repository:tag) and digests (repository@sha256:...) as the engine writes them
 */
public record LocalImage(String id, Set<String> names) {
    public LocalImage {
        names = Set.copyOf(names);
    }

    /** Whether all its names are ours: a tag that we pulled, or a digest of a repository from which we pulled. */
    boolean isNamedOnlyAs(PulledImage ours) {
        return names.stream()
                .allMatch(name -> ours.names().stream()
                        .anyMatch(own -> name.contains("@")
                                ? repository(name).equals(repository(own))
                                : familiar(name).equals(familiar(own))));
    }

    /** Docker writes docker.io/library/busybox as busybox; Podman writes it out. */
    static String familiar(String name) {
        String path = name.replaceFirst("^(?:index\\.)?docker\\.io/", "");
        return path.startsWith("library/") ? path.substring("library/".length()) : path;
    }

    private static String repository(String name) {
        String path = familiar(name).replaceFirst("@.*$", "");
        int tag = path.indexOf(':', path.lastIndexOf('/') + 1);
        return tag < 0 ? path : path.substring(0, tag);
    }
}
