package io.edgeagent.config;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** A file of the operator that is replaced whole or not at all. It may hold a key, and is never open to more than it shall be. */
final class WholeFile {
    /** Who may have it. */
    interface Access {
        void give(PosixFileAttributeView file) throws IOException;
    }

    private WholeFile() {}

    static void replace(Path path, byte[] content, Access access) throws IOException {
        Path temporary = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        Files.createFile(temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        access.give(Files.getFileAttributeView(temporary, PosixFileAttributeView.class));
        Files.write(temporary, content);
        sync(temporary, StandardOpenOption.WRITE);
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
        sync(path.toAbsolutePath().getParent(), StandardOpenOption.READ);
    }

    private static void sync(Path path, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }
}
