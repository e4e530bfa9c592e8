package io.edgeagent.adapter.store;

import io.edgeagent.identity.Device;
import io.edgeagent.identity.ProvisioningMemory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** {@code provisioning.json} in the state folder. What it says of another registration does not count. */
public final class ProvisioningFile implements ProvisioningMemory {
    private final AtomicFile file;
    private final String registration;

    /**
     * @param folder the agent's own
     * @param registration scope and id
     */
    public ProvisioningFile(Path folder, String registration) {
        this.file = new AtomicFile(folder.resolve("provisioning.json"));
        this.registration = registration;
    }

    @Override
    public Optional<Device> assigned() {
        return DeviceJson.read(file, json -> json.path("registration").asText().equals(registration));
    }

    @Override
    public void keep(Device device) {
        file.write(DeviceJson.write(device)
                .put("registration", registration)
                .toString()
                .getBytes(StandardCharsets.UTF_8));
    }
}
