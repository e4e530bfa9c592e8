package io.edgeagent.identity;

import java.util.Map;

/**
 * Keeps the modules' identities over a power cut. A save that returned is on the disk whole; one that failed with {@link
 * io.edgeagent.model.ProblemException} left the old state in place. Damaged state is set aside and read as absent.
 */
public interface IdentityStore {
    /** Identities whose keys the hub has, by module. */
    Map<String, ModuleIdentity> identities();

    void saveIdentities(Map<String, ModuleIdentity> identities);
}
