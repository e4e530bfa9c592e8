package io.edgeagent.device;

import java.util.Map;
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

    /**
     * What a module has of the board's devices.
     *
     * @param made what its container was made from
     * @param handles what its open devices depend on, see {@link Equipment#handles}
     */
    record Held(String made, Set<String> handles) {
        public Held {
            handles = Set.copyOf(handles);
        }
    }

    /**
     * What {@link #remember} was told last since the board booted, by an agent before this one too; empty where that is not known.
     */
    default Map<String, Held> held() {
        return Map.of();
    }

    /** Keeps what modules hold, until the next boot and where there is a place for it. Must not block. */
    default void remember(Map<String, Held> modules) {}

    /** A running watch. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
