package io.edgeagent.simulator.hub;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The simulator's folder. A file is either as it was or as it was meant to be, also after kill -9: it is written beside, synced
 * and renamed. Held by one simulator at a time.
 */
public final class StateFolder implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(StateFolder.class);
    private static final Set<OpenOption> WRITE =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    private static final String PRIVATE = "rw-------";
    private static final String PUBLIC = "rw-r--r--";

    private final Path root;
    private final FileChannel lockFile;

    private StateFolder(Path root, FileChannel lockFile) {
        this.root = root;
        this.lockFile = lockFile;
    }

    /** @throws IOException if the folder cannot be made or another simulator holds it */
    public static StateFolder open(Path root) throws IOException {
        Files.createDirectories(root);
        FileChannel channel = FileChannel.open(root.resolve("lock"), WRITE, permissions(PRIVATE));
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new StateFolder(root, channel);
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("held by this process", e);
        }
        channel.close();
        throw new IOException("another simulator runs on " + root + ": stop it, or give another state folder");
    }

    public Path resolve(String name) {
        return root.resolve(name);
    }

    /** Files of a sub-folder whose names have the ending, sorted. */
    List<Path> list(String folder, String ending) throws IOException {
        Path path = root.resolve(folder);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> file.getFileName().toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    public Optional<byte[]> read(String name) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(root.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Writes a file that only its owner may read. @throws UncheckedIOException if the disk does not take it */
    public void writePrivate(String name, byte[] content) {
        write(name, content, PRIVATE);
    }

    public void writePublic(String name, byte[] content) {
        write(name, content, PUBLIC);
    }

    void delete(String name) {
        Path file = root.resolve(name);
        try {
            Files.deleteIfExists(file);
            sync(file.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file, e);
        }
    }

    /** Puts a file aside that cannot be read, so that a person can look at it. */
    void setAside(Path file, Exception why) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".damaged");
        Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        LOG.warn("set aside a damaged file file={} as={} reason={}", file, aside, why.getMessage());
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    private void write(String name, byte[] content, String mode) {
        Path file = root.resolve(name);
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.createDirectories(file.getParent());
            // what a killed writer left would keep its own mode
            Files.deleteIfExists(temporary);
            try (FileChannel channel = FileChannel.open(temporary, WRITE, permissions(mode))) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            sync(file.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static java.nio.file.attribute.FileAttribute<?> permissions(String mode) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }
}
