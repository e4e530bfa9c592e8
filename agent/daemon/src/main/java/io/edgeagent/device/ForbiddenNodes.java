package io.edgeagent.device;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Nodes that are worth the whole board: who has one needs no other. By number where Linux gives fixed ones
 * (Documentation/admin-guide/devices.txt), by the kernel's name where numbers are given at run time.
 */
final class ForbiddenNodes {
    private static final String DISK = "it is a way to a disk";
    private static final String MEMORY = "it is a way to the memory of the kernel";

    private static final Map<Integer, String> MAJORS = Map.of(
            21, DISK, // SCSI generic
            90, DISK, // memory technology devices: raw flash
            162, DISK, // raw block devices
            202, MEMORY); // the processor's registers, /dev/cpu/0/msr

    private static final int MEMORY_DEVICES = 1;
    private static final Set<Integer> MEMORY_MINORS = Set.of(1, 2, 4, 11, 12); // mem, kmem, port, kmsg, oldmem

    private static final int MISCELLANEOUS = 10;
    private static final Map<Integer, String> MISCELLANEOUS_MINORS = Map.of(
            184, MEMORY, // microcode of the processor
            196, MEMORY, // vfio: devices that can write everywhere
            220, DISK, // mptctl, as the next two
            221, DISK,
            222, DISK,
            231, MEMORY, // snapshot: the image that the board sleeps in
            234, DISK, // btrfs-control
            236, DISK, // device-mapper
            237, DISK); // loop-control

    private static final Map<String, List<String>> NAMES = Map.of(
            DISK,
            List.of(
                    "nvme",
                    "ng",
                    "bsg/",
                    "mtd",
                    "ubi",
                    "mmcblk",
                    "dax",
                    "nmem",
                    "ndctl",
                    "nd/",
                    "zfs",
                    "ublk",
                    "ublkc",
                    "megaraid_sas_ioctl",
                    "mapper/",
                    "btrfs-control",
                    "loop-control",
                    "raw/"),
            MEMORY,
            // on a Raspberry Pi, vc-mem is all memory and vcio runs code on the GPU, which sees all memory
            List.of("mem", "kmem", "port", "crash", "vc-mem", "vcio", "vfio/", "cpu/"));

    private ForbiddenNodes() {}

    static boolean isForbidden(DeviceNode node) {
        return !reason(node).isEmpty();
    }

    /** Empty for a node that may be granted. */
    static String reason(DeviceNode node) {
        if (node.type() == 'd') {
            return "it is a folder";
        }
        if (node.type() == 'b') {
            return "it is a disk";
        }
        return byNumber(node.major(), node.minor())
                .or(() -> byName(node.name()))
                .or(() -> byName(node.label()))
                .orElse("");
    }

    private static Optional<String> byNumber(int major, int minor) {
        if (major == MEMORY_DEVICES && MEMORY_MINORS.contains(minor)) {
            return Optional.of(MEMORY);
        }
        return Optional.ofNullable(major == MISCELLANEOUS ? MISCELLANEOUS_MINORS.get(minor) : MAJORS.get(major));
    }

    /** "ng0n1" is forbidden by "ng", "nginx" is not: a number or nothing follows, and whatever there is below a folder. */
    private static Optional<String> byName(String name) {
        return NAMES.entrySet().stream()
                .filter(names -> names.getValue().stream().anyMatch(known -> isOf(known, name)))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean isOf(String known, String name) {
        int end = known.length();
        return name.startsWith(known)
                && (known.endsWith("/")
                        || name.length() == end
                        || Character.isDigit(name.charAt(end))
                        || "_-".indexOf(name.charAt(end)) >= 0);
    }
}
