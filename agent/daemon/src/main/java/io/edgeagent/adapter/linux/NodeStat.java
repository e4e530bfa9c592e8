package io.edgeagent.adapter.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Map;
import java.util.Optional;

/**
 * What stat(2) says of a device node; nobody needs the right to open it for that.
 *
 * @param type 'c', 'b', or 'd' for a folder
 * @param instance number of the inode: devtmpfs gives each node that it makes a new one, and none twice. Times would not do:
 *     "udevadm trigger" and every write to a terminal change them
 */
record NodeStat(char type, int major, int minor, int group, String groupName, int mode, long instance) {
    private static final int KIND = 0170000;
    private static final int BITS = 07777;

    /** How nodes are looked at. */
    interface Reader {
        /** Empty for what is neither a node nor a folder, and for what is not there. */
        Optional<NodeStat> of(Path path);
    }

    static final Reader OF_FILES = path -> {
        try {
            Map<String, Object> found = Files.readAttributes(path, "unix:mode,rdev,gid,ino");
            int mode = (int) found.get("mode");
            long number = (long) found.get("rdev");
            Optional<Character> type = type(mode & KIND);
            if (type.isEmpty()) {
                return Optional.empty();
            }
            String name = Files.readAttributes(path, PosixFileAttributes.class)
                    .group()
                    .getName();
            return Optional.of(new NodeStat(
                    type.get(), major(number), minor(number), (int) found.get("gid"), name, mode & BITS, (long)
                            found.get("ino")));
        } catch (IOException e) {
            return Optional.empty();
        }
    };

    private static Optional<Character> type(int kind) {
        return switch (kind) {
            case 0020000 -> Optional.of('c');
            case 0060000 -> Optional.of('b');
            case 0040000 -> Optional.of('d');
            default -> Optional.empty();
        };
    }

    // glibc's makedev(3)
    private static int major(long number) {
        return (int) (((number >>> 8) & 0xfff) | ((number >>> 32) & 0xfffff000L));
    }

    private static int minor(long number) {
        return (int) ((number & 0xff) | ((number >>> 12) & 0xffffff00L));
    }
}
