package io.edgeagent.fake;

import io.edgeagent.board.UpdateGate;
import io.edgeagent.board.UpdateLockStore;
import io.edgeagent.board.UpdateLocks;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.HubTime;
import java.time.ZoneOffset;

/** For tests that have nothing to do with update locks and windows. */
public final class OpenGate {
    private OpenGate() {}

    public static UpdateGate of(Clock clock) {
        return new UpdateGate(locks(clock), new HubTime(clock), clock, ZoneOffset.UTC);
    }

    public static UpdateLocks locks(Clock clock) {
        return new UpdateLocks(clock, UpdateLockStore.NONE);
    }
}
