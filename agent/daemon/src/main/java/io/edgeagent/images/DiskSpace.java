package io.edgeagent.images;

import java.util.Optional;

/** How much room file systems have. */
public interface DiskSpace {

    /**
     * Room on the file system of a folder; empty if the folder cannot be seen from here, as when the agent runs in a container.
     */
    Optional<FreeSpace> of(String folder);

    /**
     * Room on one file system.
     *
     * @param free bytes, for programs that are not root
     * @param total bytes
     * @param files room for more files, which can end long before the bytes do; empty where the file system has no such limit, or
     *     where it is not known
     */
    record FreeSpace(long free, long total, Optional<Files> files) {
        /** Inodes. */
        public record Files(long free, long total) {}
    }
}
