package io.edgeagent.identity;

import io.edgeagent.protocol.SharedKey;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the hub's module identities in step with the deployment. Keys are derived from the master key, the module's name and
 * generation, so they need not be stored and are the same offline.
 */
public final class Identities {
    /** The agent's own module identity; the hub makes it together with the edge device. */
    public static final String EDGE_AGENT = "$edgeAgent";

    private static final Logger LOG = LoggerFactory.getLogger(Identities.class);

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
     * new to us or have got others there.
     *
     * @param known identities whose keys were pushed before
     * @return the identities of all wanted modules, keys pushed
     * @throws io.edgeagent.model.ProblemException if the hub did not take a call; those before it stand
     */
    public Map<String, ModuleIdentity> reconcile(Collection<String> wanted, Map<String, ModuleIdentity> known) {
        Map<String, HubModule> inHub = new LinkedHashMap<>();
        registry.list().forEach(module -> inHub.put(module.identity().moduleId(), module));
        Map<String, ModuleIdentity> ready = new LinkedHashMap<>();
        for (String module : wanted) {
            Optional<HubModule> held = Optional.ofNullable(inHub.get(module));
            ModuleIdentity identity = held.map(HubModule::identity).orElseGet(() -> registry.create(module));
            Optional<ModuleIdentity> before = Optional.ofNullable(known.get(module));
            boolean changed = held.flatMap(HubModule::primaryKey)
                    .filter(key -> !key.equals(keyOf(identity)))
                    .isPresent();
            if (changed || !before.equals(Optional.of(identity))) {
                pushKeys(identity);
                before.ifPresent(old -> say(old, identity));
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

    private static void say(ModuleIdentity before, ModuleIdentity now) {
        if (before.equals(now)) {
            LOG.warn("event=module_key_set_again module={} reason=\"it was changed in the hub\"", now.moduleId());
        } else {
            LOG.warn(
                    "event=module_identity_made_again module={} reason=\"the one before was deleted in the hub\"",
                    now.moduleId());
        }
    }

    /** Sets the derived keys again, after somebody changed them in the hub. */
    public void pushKeys(ModuleIdentity identity) {
        registry.setKeys(identity, derive(identity, "primary"), derive(identity, "secondary"));
    }

    private SharedKey derive(ModuleIdentity identity, String use) {
        return SharedKey.of(keys.masterKey().sign(identity.moduleId() + ":" + identity.generationId() + ":" + use));
    }
}
