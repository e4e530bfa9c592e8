package io.edgeagent.adapter.hubnet;

import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.ModuleDirectory;
import java.util.Map;
import java.util.Optional;

/**
 * Knows every module of the device, one device behind it with its key, and those with certificates. For tests.
 *
 * @param certified devices with certificates
 */
record LabDirectory(Map<ClientId, Known> certified) implements ModuleDirectory {
    @Override
    public String device() {
        return HubLab.DEVICE;
    }

    @Override
    public String iotHub() {
        return "hub.example";
    }

    @Override
    public Optional<Known> find(ClientId id) {
        return certified.containsKey(id) ? Optional.of(certified.get(id)) : byKey(id);
    }

    private Optional<Known> byKey(ClientId id) {
        return id.device().equals(HubLab.DEVICE)
                ? id.module().map(module -> new Known("1", HubLab.key(module)))
                : Optional.of(id.device()).filter(HubLab.LEAF::equals).map(leaf -> new Known("1", HubLab.key(leaf)));
    }
}
