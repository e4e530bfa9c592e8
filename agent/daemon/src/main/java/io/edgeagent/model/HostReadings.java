package io.edgeagent.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the host says of its health.
 *
 * @param memoryTotal bytes
 * @param memoryAvailable bytes that programs can still get without swapping
 * @param cpuBusy processor time since boot in which something ran, in ticks of the kernel
 * @param cpuTotal all processor time since boot, in the same ticks
 * @param celsius the hottest part
 * @param power empty where the board does not tell
 * @param cards memory cards and chips that tell how worn they are
 */
public record HostReadings(
        Duration uptime,
        long memoryTotal,
        long memoryAvailable,
        long cpuBusy,
        long cpuTotal,
        OptionalDouble celsius,
        Optional<Power> power,
        List<Card> cards) {

    public HostReadings {
        cards = List.copyOf(cards);
    }

    /**
     * A Raspberry Pi's power supply and what its firmware does about it.
     *
     * @param flags as {@code vcgencmd get_throttled} prints them: the low bits now, the high ones since boot
     */
    public record Power(int flags) {
        private static final int UNDERVOLTAGE = 1;
        private static final int CAPPED = 2;
        private static final int THROTTLED = 4;
        private static final int TOO_HOT = 8;
        private static final int SINCE_BOOT = 16;

        public boolean undervoltage() {
            return (flags & UNDERVOLTAGE) != 0;
        }

        public boolean undervoltageSinceBoot() {
            return (flags & (UNDERVOLTAGE << SINCE_BOOT)) != 0;
        }

        /** Whether the processor is slowed down, for whatever reason. */
        public boolean throttled() {
            return (flags & (CAPPED | THROTTLED | TOO_HOT)) != 0;
        }

        public boolean throttledSinceBoot() {
            return (flags & ((CAPPED | THROTTLED | TOO_HOT) << SINCE_BOOT)) != 0;
        }
    }

    /**
     * A memory card or chip (JEDEC 84-B51: DEVICE_LIFE_TIME_EST, PRE_EOL_INFO).
     *
     * @param name of the block device, "mmcblk0"
     * @param used how much of its life is used at most, in per cent; above 100 it is over
     * @param reserve 1 normal, 2 four fifths of the spare blocks are used, 3 nine tenths; 0 not told
     */
    public record Card(String name, int used, int reserve) {}
}
