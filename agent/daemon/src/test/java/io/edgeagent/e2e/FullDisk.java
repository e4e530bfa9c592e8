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
        this(folder, "512k");
    }

    /** @param size as mount takes it */
    FullDisk(Path folder, String size) throws IOException, InterruptedException {
        this.folder = folder;
        this.ballast = folder.resolve("ballast");
        Files.createDirectories(folder);
        run("mount", "-t", "tmpfs", "-o", "size=" + size + ",mode=700", "edge-test", folder.toString());
    }

    /** To the last byte. */
    void fill() throws IOException {
        try (OutputStream out = Files.newOutputStream(ballast)) {
            byte[] block = new byte[4096];
            while (true) {
                out.write(block);
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
