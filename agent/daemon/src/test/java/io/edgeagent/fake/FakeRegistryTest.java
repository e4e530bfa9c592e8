package io.edgeagent.fake;

import io.edgeagent.identity.IdentityRegistry;
import io.edgeagent.identity.IdentityRegistryContract;

class FakeRegistryTest extends IdentityRegistryContract {
    private final FakeRegistry registry = new FakeRegistry();

    @Override
    protected IdentityRegistry registry() {
        return registry;
    }
}
