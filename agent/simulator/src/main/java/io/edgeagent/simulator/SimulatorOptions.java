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
 */
public record SimulatorOptions(int httpsPort, int mqttPort, InstantSource clock, Optional<String> onlyFrom) {
    /** The ports that SDKs have built in. */
    public static final SimulatorOptions DEFAULT = new SimulatorOptions(443, 8883, InstantSource.system());

    public SimulatorOptions(int httpsPort, int mqttPort, InstantSource clock) {
        this(httpsPort, mqttPort, clock, Optional.empty());
    }

    /** For tests that use no SDK: runs without rights to port 443, and many times on one address. */
    public static SimulatorOptions anyPorts() {
        return new SimulatorOptions(0, 0, InstantSource.system());
    }

    public SimulatorOptions withClock(InstantSource other) {
        return new SimulatorOptions(httpsPort, mqttPort, other, onlyFrom);
    }

    public SimulatorOptions onlyFrom(String address) {
        return new SimulatorOptions(httpsPort, mqttPort, clock, Optional.of(address));
    }
}
