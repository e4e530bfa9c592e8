package io.edgeagent.images;

import java.util.Optional;

/** How much room file systems have. */
public interface DiskSpace {

    /**
     * Room on the file system of a folder; empty if the folder cannot be seen from here, as when the agent runs in a container.
     */
    Optional<Room> of(String folder);

    /**
     * Room on one file system, in bytes.
     *
     * @param free for programs that are not root
     */
    record Room(long free, long total) {}
}
