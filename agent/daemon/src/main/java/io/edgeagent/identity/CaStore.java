package io.edgeagent.identity;

import io.edgeagent.x509.Credential;
import java.util.Optional;

/** Keys of CAs with their certificates, on the device's disk. */
public interface CaStore {

    /**
     * What was written last; empty if nothing was, or if it cannot be used, which is logged.
     *
     * @throws io.edgeagent.model.ProblemException if it cannot be read just now
     */
    Optional<Credential> read(String name);

    /**
     * Replaces it whole.
     *
     * @throws io.edgeagent.model.ProblemException if it could not be written; what was there before stays
     */
    void write(String name, Credential credential);
}
