package io.edgeagent.identity;

import io.edgeagent.model.Attempt;
import io.edgeagent.model.Problem;
import io.edgeagent.protocol.SharedKey;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
     * How a reconciliation ended.
     *
     * @param ready identities whose keys the hub has
     * @param failed modules that the hub did not take, with what it said
     */
    public record Outcome(Map<String, ModuleIdentity> ready, Map<String, Problem> failed) {}

    /**
     * Makes what is missing in the hub, deletes identities of ours that are no longer wanted, and pushes keys to those that are
     * new to us or have got others there. A module that the hub refuses keeps no other from being made.
     *
     * @param known identities whose keys were pushed before
     * @throws io.edgeagent.model.ProblemException if the list of identities cannot be had
     */
    public Outcome reconcile(Collection<String> wanted, Map<String, ModuleIdentity> known) {
        Map<String, HubModule> inHub = new LinkedHashMap<>();
        registry.list().forEach(module -> inHub.put(module.identity().moduleId(), module));
        Outcome outcome = new Outcome(new LinkedHashMap<>(), new TreeMap<>());
        for (String module : wanted) {
            Attempt.run(
                    () -> outcome.ready.put(
                            module,
                            ensure(
                                    module,
                                    Optional.ofNullable(inHub.get(module)),
                                    Optional.ofNullable(known.get(module)))),
                    problem -> outcome.failed.put(module, problem));
            if (Optional.ofNullable(outcome.failed.get(module))
                    .filter(Identities::concernsAll)
                    .isPresent()) {
                // calls for the others would end the same way; what is known of them stands
                wanted.stream()
                        .filter(other -> !outcome.ready.containsKey(other))
                        .forEach(other -> Optional.ofNullable(known.get(other))
                                .ifPresentOrElse(
                                        identity -> outcome.ready.put(other, identity),
                                        () -> outcome.failed.putIfAbsent(other, outcome.failed.get(module))));
                return outcome;
            }
        }
        for (String module : known.keySet()) {
            if (!wanted.contains(module) && inHub.containsKey(module)) {
                Attempt.run(() -> registry.delete(module), problem -> outcome.failed.put(module, problem));
            }
        }
        return outcome;
    }

    private static boolean concernsAll(Problem problem) {
        return switch (problem.code()) {
            case HUB_UNREACHABLE, HUB_THROTTLED, HUB_UNAUTHORIZED, CERTIFICATE_INVALID -> true;
            default -> false;
        };
    }

    private ModuleIdentity ensure(String module, Optional<HubModule> held, Optional<ModuleIdentity> before) {
        ModuleIdentity identity = held.map(HubModule::identity).orElseGet(() -> registry.create(module));
        boolean changed = held.flatMap(HubModule::primaryKey)
                .filter(key -> !key.equals(keyOf(identity)))
                .isPresent();
        if (changed || !before.equals(Optional.of(identity))) {
            pushKeys(identity);
            before.ifPresent(old -> say(old, identity));
        }
        return identity;
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
