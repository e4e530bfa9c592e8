package io.edgeagent.fake;

import io.edgeagent.device.DeviceInventory;
import io.edgeagent.device.DeviceInventoryContract;

class FakeInventoryTest extends DeviceInventoryContract {
    private final FakeInventory inventory = new FakeInventory();

    @Override
    protected DeviceInventory inventory() {
        return inventory;
    }

    @Override
    protected void plug() {
        inventory.plug(FakeInventory.i2c(1));
    }

    @Override
    protected void unplug() {
        inventory.unplug("/dev/i2c-1");
    }
}
