package io.edgeagent.board;

import java.time.Duration;
import java.util.Map;

/** Keeps update locks while no agent runs, until the board boots again: which modules hold one, and for how long. Never fails. */
public interface UpdateLockStore {
    /** For an agent that forgets them. */
    UpdateLockStore NONE = new UpdateLockStore() {
        @Override
        public Map<String, Duration> read() {
            return Map.of();
        }

        @Override
        public boolean write(Map<String, Duration> locks) {
            return true;
        }
    };

    Map<String, Duration> read();

    /** Must not wait for a disk. @return whether they are there; if not, they are written again */
    boolean write(Map<String, Duration> locks);
}
