package io.edgeagent.adapter.workload;

import io.edgeagent.identity.ModuleIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** Makes the folder and takes away the socket of an agent that is gone. */
    Path prepare(String module) throws IOException {
        Files.createDirectories(root);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
        Path folder = of(module);
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path socket = socket(folder);
        Files.deleteIfExists(socket);
        return socket;
    }

    /** Takes away the folders of all other modules. */
    void keepOnly(Collection<ModuleIdentity> modules) throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        List<Path> wanted =
                modules.stream().map(module -> of(module.moduleId())).collect(Collectors.toList());
        try (Stream<Path> found = Files.list(root)) {
            for (Path folder : found.filter(path -> !wanted.contains(path)).toList()) {
                Files.deleteIfExists(socket(folder));
                Files.deleteIfExists(folder);
            }
        }
    }
}
