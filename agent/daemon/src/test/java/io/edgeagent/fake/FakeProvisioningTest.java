package io.edgeagent.fake;

import io.edgeagent.identity.Device;
import io.edgeagent.identity.ProvisioningService;
import io.edgeagent.identity.ProvisioningServiceContract;

class FakeProvisioningTest extends ProvisioningServiceContract {
    private static final Device BOARD = new Device("hub.example.net", "board");

    private final FakeProvisioning service = new FakeProvisioning(BOARD);

    @Override
    protected ProvisioningService provisioning() {
        return service;
    }

    @Override
    protected Device assigned() {
        return BOARD;
    }

    @Override
    protected void begin(Trouble trouble) {
        service.refuse(trouble.code(), "is in trouble");
    }

    @Override
    protected void end() {
        service.relent();
    }

    @Override
    protected void deleteDevice() {
        service.deleteDevice();
    }

    @Override
    protected boolean isInHub() {
        return service.isInHub();
    }
}
