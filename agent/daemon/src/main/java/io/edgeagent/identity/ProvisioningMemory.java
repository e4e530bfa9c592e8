package io.edgeagent.identity;

import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.SavedState;
import java.util.Optional;
import java.util.concurrent.Executor;

/** What the provisioning service said last, so that a board that boots without a network knows who it is. */
public interface ProvisioningMemory {

    Optional<Device> assigned();

    /** @throws io.edgeagent.model.ProblemException DISK_FULL; what was kept before stays */
    void keep(Device device);

    /** Its write, repeated until it is on the disk. */
    default SavedState<Device> saved(Executor disk, Clock clock) {
        SavedState<Device> saved = new SavedState<>("what the provisioning service said", this::keep, disk, clock);
        assigned().ifPresent(saved::restored);
        return saved;
    }
}
