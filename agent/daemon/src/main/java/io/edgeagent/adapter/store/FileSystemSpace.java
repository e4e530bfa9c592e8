package io.edgeagent.adapter.store;

import io.edgeagent.images.DiskSpace;
import java.io.File;
import java.util.Optional;

/** {@link DiskSpace} as the kernel tells it, statvfs(3). */
public final class FileSystemSpace implements DiskSpace {
    @Override
    public Optional<Room> of(String folder) {
        // not java.nio's FileStore, which must find the mount in /proc/mounts and cannot in every container
        File file = new File(folder);
        long total = file.getTotalSpace();
        return total > 0 ? Optional.of(new Room(file.getUsableSpace(), total)) : Optional.empty();
    }
}
