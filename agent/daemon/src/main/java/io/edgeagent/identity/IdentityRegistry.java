package io.edgeagent.identity;

import io.edgeagent.protocol.SharedKey;
import java.util.List;

/**
 * The module identities of this device in the hub, managed with the device's own credentials.
 *
 * <p>All calls block and throw {@link io.edgeagent.model.ProblemException}: HUB_UNREACHABLE, HUB_UNAUTHORIZED, HUB_THROTTLED,
 * HUB_REFUSED or CERTIFICATE_INVALID.
 */
public interface IdentityRegistry {

    List<HubModule> list();

    /** Makes an identity; one that exists already is returned as it is. */
    ModuleIdentity create(String moduleId);

    /** Sets the keys that the module signs with. */
    void setKeys(ModuleIdentity identity, SharedKey primary, SharedKey secondary);

    /** Deletes an identity with its twin. It is not an error if it is gone already. */
    void delete(String moduleId);
}
