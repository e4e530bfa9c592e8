package io.edgeagent.images;

import java.util.OptionalLong;

/**
 * How much of a disk must stay free: 256 MB or 5 % of it, whichever is less, and 10,000 inodes or 5 % of them.
 *
 * @param minFree bytes in place of these; 0 for none, of inodes neither
 */
public record DiskFloor(OptionalLong minFree) {
    private static final long MOST = 256_000_000;
    private static final int SHARE = 20;
    // an image of a distribution has some thousand files
    private static final long MOST_FILES = 10_000;

    public long bytes(DiskSpace.FreeSpace room) {
        return minFree.orElse(Math.min(MOST, room.total() / SHARE));
    }

    /** Who guards no bytes guards no inodes either. */
    public long files(DiskSpace.FreeSpace.Files files) {
        return minFree.orElse(1) == 0 ? 0 : Math.min(MOST_FILES, files.total() / SHARE);
    }

    /** Whether less is free than must stay free, of either. */
    public boolean isUndercut(DiskSpace.FreeSpace room) {
        return room.free() < bytes(room)
                || room.files().filter(files -> files.free() < files(files)).isPresent();
    }
}
