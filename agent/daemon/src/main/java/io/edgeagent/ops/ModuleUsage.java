package io.edgeagent.ops;

/**
 * What a running module uses of the board, as the engine counts it; 0 where the engine does not tell.
 *
 * @param cpuNanos processor time since the container's start
 * @param hostCpuNanos processor time of the whole host, of all its processors, at the same moment
 * @param memoryBytes without what the kernel can drop at once
 * @param memoryLimit bytes; the host's memory where the module has no limit
 * @param networkIn bytes since the container's start, as {@code networkOut}, {@code diskRead} and {@code diskWritten}
 */
public record ModuleUsage(
        long cpuNanos,
        long hostCpuNanos,
        long memoryBytes,
        long memoryLimit,
        long pids,
        long networkIn,
        long networkOut,
        long diskRead,
        long diskWritten) {}
