package io.edgeagent.hub;

import java.util.Objects;
import java.util.Optional;

/**
 * Who connects to the hub: a module of this device, or a leaf device.
 *
 * @param device the device's id in the IoT Hub, as registered
 * @param module the module's id; empty for a leaf device
 */
public record ClientId(String device, Optional<String> module) implements Comparable<ClientId> {
    public ClientId {
        Objects.requireNonNull(device);
        Objects.requireNonNull(module);
    }

    public static ClientId module(String device, String module) {
        return new ClientId(device, Optional.of(module));
    }

    public static ClientId leaf(String device) {
        return new ClientId(device, Optional.empty());
    }

    /** Reads what {@link #toString} writes: ids hold no slash. */
    public static ClientId parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? leaf(text) : module(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public int compareTo(ClientId other) {
        return toString().compareTo(other.toString());
    }

    /** {@code device} or {@code device/module}, the MQTT client id. */
    @Override
    public String toString() {
        return module.map(name -> device + "/" + name).orElse(device);
    }
}
