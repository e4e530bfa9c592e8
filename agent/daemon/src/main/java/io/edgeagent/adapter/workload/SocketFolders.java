package io.edgeagent.adapter.workload;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One folder per module, each with its socket. Only the agent's user may enter the folder above them, so no other user of the
 * board gets at a socket; inside its container, which mounts the one folder, any user may use it.
 */
public final class SocketFolders {
    // the path of a Unix socket has 107 bytes at most, unix(7), and a module's name may have 128
    private static final int LONGEST = 40;
    private static final int HASH_BYTES = 8;
    private static final int DEEPEST = 20;

    private final Path root;

    /** @param root absolute; must outlive the agent's process, because running containers hold its folders mounted */
    public SocketFolders(Path root) {
        this.root = root;
    }

    /** The folder of a module, which may not be there yet. */
    public Path of(String module) {
        if (module.length() <= LONGEST) {
            return root.resolve(module);
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(module.getBytes(StandardCharsets.UTF_8));
            return root.resolve(module.substring(0, LONGEST - 2 * HASH_BYTES) + "+"
                    + HexFormat.of().formatHex(hash, 0, HASH_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    static Path socket(Path folder) {
        return folder.resolve("workload.sock");
    }

    /** Makes the folder of a module, and lets the agent alone into the one above. */
    void prepare(String module) throws IOException {
        Files.createDirectories(root);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
        Path folder = of(module);
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.deleteIfExists(made());
    }

    /** Where a socket is made, out of reach of any module; it is then {@link #moved} to its place. */
    Path made() {
        return root.resolve("+");
    }

    /**
     * Lets any user in the module's container at the socket and puts it in its place, over the one of an agent that is gone. A module
     * may write to its folder where the manifest mounts more into it, and could have put a link there to any file of the board:
     * a rename follows none, and nothing is done to what lies in the folder.
     */
    void moved(String module) throws IOException {
        Files.setPosixFilePermissions(made(), PosixFilePermissions.fromString("rw-rw-rw-"));
        Path place = socket(of(module));
        if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            delete(place);
        }
        Files.move(made(), place, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Takes the socket away; the folder stays, because a container may have it mounted. */
    void shut(String module) {
        try {
            Files.deleteIfExists(socket(of(module)));
        } catch (IOException e) {
            // something else is in its place, and nobody listens
        }
    }

    /** Takes away the folders of all other modules. */
    void keepOnly(Collection<String> modules) throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        List<Path> wanted = modules.stream().map(this::of).collect(Collectors.toList());
        try (Stream<Path> found = Files.list(root)) {
            for (Path folder : found.filter(path -> !wanted.contains(path)).toList()) {
                delete(folder);
            }
        }
    }

    /** With all that a module put there. Links are not followed, not even ones that appear meanwhile: openat(2). */
    private static void delete(Path path) throws IOException {
        try (DirectoryStream<Path> above = Files.newDirectoryStream(path.getParent())) {
            if (!(above instanceof SecureDirectoryStream<Path> secure)) {
                throw new IOException("this system cannot delete " + path + " without following links");
            }
            delete(secure, path.getFileName(), DEEPEST);
        }
    }

    private static void delete(SecureDirectoryStream<Path> above, Path name, int depth) throws IOException {
        PosixFileAttributeView view =
                above.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (!view.readAttributes().isDirectory()) {
            above.deleteFile(name);
            return;
        }
        if (depth == 0) {
            throw new IOException("a module put folders of more than " + DEEPEST + " levels beside its socket");
        }
        try (SecureDirectoryStream<Path> folder = above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            for (Path inside : folder) {
                delete(folder, inside.getFileName(), depth - 1);
            }
        }
        above.deleteDirectory(name);
    }
}
