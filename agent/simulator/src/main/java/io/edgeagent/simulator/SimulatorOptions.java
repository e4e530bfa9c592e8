package io.edgeagent.simulator;

import java.time.InstantSource;
import java.util.Optional;

/**
 * What may differ from a real hub.
 *
 * @param httpsPort port of REST and of MQTT over WebSocket; 0 picks a free one
 * @param mqttPort port of MQTT; 0 picks a free one
 * @param clock what tokens are held against
 * @param onlyFrom the one address that connections are taken from, as if a firewall let only a proxy through; empty for all
 * @param hubName host name of the IoT Hub, where it is not reached by that but through an edge device above, at the address that it
 *     listens on; empty for one that is called as its address
 */
public record SimulatorOptions(
        int httpsPort, int mqttPort, InstantSource clock, Optional<String> onlyFrom, Optional<String> hubName) {
    /** The ports that SDKs have built in. */
    public static final SimulatorOptions DEFAULT = new SimulatorOptions(443, 8883, InstantSource.system());

    public SimulatorOptions(int httpsPort, int mqttPort, InstantSource clock) {
        this(httpsPort, mqttPort, clock, Optional.empty(), Optional.empty());
    }

    /** For tests that use no SDK: runs without rights to port 443, and many times on one address. */
    public static SimulatorOptions anyPorts() {
        return new SimulatorOptions(0, 0, InstantSource.system());
    }

    public SimulatorOptions withClock(InstantSource other) {
        return new SimulatorOptions(httpsPort, mqttPort, other, onlyFrom, hubName);
    }

    public SimulatorOptions onlyFrom(String address) {
        return new SimulatorOptions(httpsPort, mqttPort, clock, Optional.of(address), hubName);
    }

    /** Stands in for a parent of that IoT Hub's devices. */
    public SimulatorOptions parentFor(String hub) {
        return new SimulatorOptions(httpsPort, mqttPort, clock, onlyFrom, Optional.of(hub));
    }
}
