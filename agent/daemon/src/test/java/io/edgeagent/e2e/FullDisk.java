package io.edgeagent.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small file system for the state of one device, which a test can fill. Needs root. */
final class FullDisk implements AutoCloseable {
    private final Path folder;
    private final Path ballast;

    FullDisk(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        this.ballast = folder.resolve("ballast");
        Files.createDirectories(folder);
        run("mount", "-t", "tmpfs", "-o", "size=512k,mode=700", "edge-test", folder.toString());
    }

    /** To the last byte. */
    void fill() throws IOException {
        try (OutputStream out = Files.newOutputStream(ballast)) {
            for (int left = 1 << 20; left > 0; left--) {
                out.write(0);
            }
        } catch (IOException e) {
            // is full
        }
    }

    void empty() throws IOException {
        Files.deleteIfExists(ballast);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException(String.join(" ", command));
        }
    }

    @Override
    public void close() throws IOException {
        try {
            run("umount", "-l", folder.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
