package io.edgeagent.device;

/** Nodes that are worth the whole board: who has one needs no other. By number, since names can lie. */
final class ForbiddenNodes {
    // Linux, Documentation/admin-guide/devices.txt
    private static final int MEMORY = 1;
    private static final int SCSI_GENERIC = 21;
    private static final int FLASH = 90;

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
        boolean isDisk = node.major() == SCSI_GENERIC
                || node.major() == FLASH
                || node.name().startsWith("nvme")
                || node.name().startsWith("bsg/");
        if (isDisk) {
            return "it is a way to a disk";
        }
        boolean isMemory = node.major() == MEMORY
                && (node.minor() == 1 || node.minor() == 2 || node.minor() == 4 || node.minor() == 11);
        return isMemory ? "it is the memory of the kernel" : "";
    }
}
