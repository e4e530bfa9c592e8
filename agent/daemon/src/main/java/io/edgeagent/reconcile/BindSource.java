package io.edgeagent.reconcile;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * The source of a bind or mount, as text: a volume's name or a path of the host. Not {@link java.nio.file.Path}, which does not
 * take every text that an engine takes.
 */
final class BindSource {
    private static final List<String> SOCKETS =
            List.of("/run/docker.sock", "/run/podman/podman.sock", "/run/containerd/containerd.sock");
    private static final Set<String> SOCKET_NAMES = Set.of("docker.sock", "podman.sock", "containerd.sock");

    private BindSource() {}

    /** Of "source:target:options"; empty for a target alone, which is a new volume. */
    static String ofBind(String bind) {
        int colon = bind.indexOf(':');
        return colon < 0 ? "" : bind.substring(0, colon);
    }

    /** Whether the engine takes it for the name of a volume. All else is a path: Podman's may begin with '.' too. */
    static boolean isVolume(String source) {
        for (int i = 0; i < source.length(); i++) {
            char c = source.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && (i == 0 || (c != '_' && c != '.' && c != '-'))) {
                return false;
            }
        }
        return true;
    }

    /** An absolute path without ".", ".." and doubled slashes; /var/run is where /run is. */
    static String path(String source) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : source.split("/", -1)) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        String path = "/" + String.join("/", parts);
        return isIn(path, "/var/run") ? path.substring("/var".length()) : path;
    }

    /** Whether a path is the folder or in it. */
    static boolean isIn(String path, String folder) {
        return path.equals(folder) || folder.equals("/") || path.startsWith(folder + "/");
    }

    /** Whether it is an engine's socket, wherever that is. */
    static boolean isSocket(String source) {
        String path = path(source);
        return SOCKET_NAMES.contains(path.substring(path.lastIndexOf('/') + 1));
    }

    /** Whether an engine's socket is to be found in it. */
    static boolean holdsSocket(String source) {
        String path = path(source);
        return isSocket(source) || path.equals("/var") || SOCKETS.stream().anyMatch(socket -> isIn(socket, path));
    }
}
