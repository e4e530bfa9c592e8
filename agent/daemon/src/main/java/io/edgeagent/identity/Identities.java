package io.edgeagent.identity;

import io.edgeagent.protocol.SharedKey;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps the hub's module identities in step with the deployment. Keys are derived from the master key, the module's name and
 * generation, so they need not be stored and are the same offline.
 */
public final class Identities {
    /** The agent's own module identity; the hub makes it together with the edge device. */
    public static final String EDGE_AGENT = "$edgeAgent";

    private final IdentityRegistry registry;
    private final KeyStore keys;

    public Identities(IdentityRegistry registry, KeyStore keys) {
        this.registry = registry;
        this.keys = keys;
    }

    /** The module's primary key. */
    public SharedKey keyOf(ModuleIdentity identity) {
        return derive(identity, "primary");
    }

    /**
     * Makes what is missing in the hub, deletes identities of ours that are no longer wanted, and pushes keys to those that are
     * new to us.
     *
     * @param known identities whose keys were pushed before
     * @return the identities of all wanted modules, keys pushed
     * @throws io.edgeagent.model.ProblemException if the hub did not take a call; those before it stand
     */
    public Map<String, ModuleIdentity> reconcile(Collection<String> wanted, Map<String, ModuleIdentity> known) {
        Map<String, ModuleIdentity> inHub = new LinkedHashMap<>();
        registry.list().forEach(identity -> inHub.put(identity.moduleId(), identity));
        Map<String, ModuleIdentity> ready = new LinkedHashMap<>();
        for (String module : wanted) {
            ModuleIdentity identity = inHub.containsKey(module) ? inHub.get(module) : registry.create(module);
            if (!identity.equals(known.get(module))) {
                pushKeys(identity);
            }
            ready.put(module, identity);
        }
        for (String module : known.keySet()) {
            if (!wanted.contains(module) && inHub.containsKey(module)) {
                registry.delete(module);
            }
        }
        return ready;
    }

    /** Sets the derived keys again, after somebody changed them in the hub. */
    public void pushKeys(ModuleIdentity identity) {
        registry.setKeys(identity, derive(identity, "primary"), derive(identity, "secondary"));
    }

    private SharedKey derive(ModuleIdentity identity, String use) {
        return SharedKey.of(keys.masterKey().sign(identity.moduleId() + ":" + identity.generationId() + ":" + use));
    }
}
