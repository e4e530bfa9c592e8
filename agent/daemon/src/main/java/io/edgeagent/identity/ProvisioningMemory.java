package io.edgeagent.identity;

import java.util.Optional;

/** What the provisioning service said last, so that a board that boots without a network knows who it is. */
public interface ProvisioningMemory {

    Optional<Device> assigned();

    /** @throws io.edgeagent.model.ProblemException DISK_FULL; what was kept before stays */
    void keep(Device device);
}
