package io.edgeagent.device;

import java.util.Set;
import java.util.function.Supplier;

/** Sees which devices the board has. It never opens one: a bus is not probed, a port not claimed. Any thread. */
public interface DeviceInventory {
    /** Where no devices can be seen. */
    DeviceInventory NONE = new DeviceInventory() {
        @Override
        public HostDevices look(Set<String> paths) {
            return HostDevices.HIDDEN;
        }

        @Override
        public Watch watch(HostDevices known, Supplier<Set<String>> paths, Runnable changed) {
            return () -> {};
        }
    };

    /**
     * Looks once; takes milliseconds.
     *
     * @param paths that are of interest besides the kinds that are looked for by themselves
     */
    HostDevices look(Set<String> paths);

    /**
     * Tells of every change, within half a second, until the returned handle is closed: {@link #look} then.
     *
     * @param known what the caller has seen already
     * @param paths as in {@link #look}, asked anew each time
     * @param changed called on a thread of the inventory
     */
    Watch watch(HostDevices known, Supplier<Set<String>> paths, Runnable changed);

    /** A running watch. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
