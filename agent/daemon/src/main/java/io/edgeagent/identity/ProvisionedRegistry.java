package io.edgeagent.identity;

import io.edgeagent.model.ProblemException;
import io.edgeagent.protocol.SharedKey;
import java.util.List;
import java.util.function.Supplier;

/** The registry of a device that a provisioning service assigned: what it refuses is tried again after asking that service. */
public final class ProvisionedRegistry implements IdentityRegistry {
    private final IdentityRegistry hub;
    private final Reprovisioning provisioning;

    public ProvisionedRegistry(IdentityRegistry hub, Reprovisioning provisioning) {
        this.hub = hub;
        this.provisioning = provisioning;
    }

    @Override
    public List<HubModule> list() {
        return call(hub::list);
    }

    @Override
    public ModuleIdentity create(String moduleId) {
        return call(() -> hub.create(moduleId));
    }

    @Override
    public void setKeys(ModuleIdentity identity, SharedKey primary, SharedKey secondary) {
        call(() -> {
            hub.setKeys(identity, primary, secondary);
            return identity;
        });
    }

    @Override
    public void delete(String moduleId) {
        call(() -> {
            hub.delete(moduleId);
            return moduleId;
        });
    }

    private <T> T call(Supplier<T> body) {
        provisioning.beforeCall();
        T answer;
        try {
            answer = body.get();
        } catch (ProblemException e) {
            if (!provisioning.refused(e.problem())) {
                throw e;
            }
            answer = body.get();
        }
        provisioning.accepted();
        return answer;
    }
}
