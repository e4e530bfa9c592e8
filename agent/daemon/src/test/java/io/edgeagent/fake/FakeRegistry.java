package io.edgeagent.fake;

import io.edgeagent.identity.HubModule;
import io.edgeagent.identity.IdentityRegistry;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.protocol.SharedKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The hub's module identities of one device, in memory. Safe for use by several threads. */
public final class FakeRegistry implements IdentityRegistry {
    private final Map<String, ModuleIdentity> identities = new LinkedHashMap<>();
    private final Map<String, List<SharedKey>> keys = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private final Map<String, ErrorCode> refusals = new HashMap<>();
    private long generations = 636;

    /** An identity that was made elsewhere. */
    public synchronized ModuleIdentity add(String moduleId) {
        ModuleIdentity identity = new ModuleIdentity(moduleId, Long.toString(++generations));
        identities.put(moduleId, identity);
        return identity;
    }

    /** Somebody gives a module another key. */
    public synchronized void changeKey(String moduleId, SharedKey key) {
        keys.put(moduleId, List.of(key, key));
    }

    /** Somebody deletes a module. */
    public synchronized void remove(String moduleId) {
        identities.remove(moduleId);
        keys.remove(moduleId);
    }

    /** Calls of this kind fail until {@link #relent}: "create led", or "list". */
    public synchronized void refuse(String call, ErrorCode code) {
        refusals.put(call, code);
    }

    public synchronized void relent() {
        refusals.clear();
    }

    /** Every call that changed something or tried to, in order. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    public synchronized void forgetCalls() {
        calls.clear();
    }

    public synchronized Optional<SharedKey> primaryKey(String moduleId) {
        return Optional.ofNullable(keys.get(moduleId)).map(pair -> pair.get(0));
    }

    public synchronized Optional<SharedKey> secondaryKey(String moduleId) {
        return Optional.ofNullable(keys.get(moduleId)).map(pair -> pair.get(1));
    }

    @Override
    public synchronized List<HubModule> list() {
        answer("list");
        return identities.values().stream()
                .map(identity -> new HubModule(identity, primaryKey(identity.moduleId())))
                .toList();
    }

    @Override
    public synchronized ModuleIdentity create(String moduleId) {
        note("create " + moduleId);
        return identities.containsKey(moduleId) ? identities.get(moduleId) : add(moduleId);
    }

    @Override
    public synchronized void setKeys(ModuleIdentity identity, SharedKey primary, SharedKey secondary) {
        note("keys " + identity.moduleId());
        keys.put(identity.moduleId(), List.of(primary, secondary));
    }

    @Override
    public synchronized void delete(String moduleId) {
        note("delete " + moduleId);
        remove(moduleId);
    }

    private void note(String call) {
        calls.add(call);
        answer(call);
    }

    private void answer(String call) {
        if (refusals.containsKey(call)) {
            throw new ProblemException(refusals.get(call), "the hub did not take: " + call);
        }
    }
}
