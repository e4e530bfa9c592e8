package io.edgeagent.simulator;

import java.time.InstantSource;

/**
 * What may differ from a real hub.
 *
 * @param httpsPort port of REST and of MQTT over WebSocket; 0 picks a free one
 * @param mqttPort port of MQTT; 0 picks a free one
 * @param clock what tokens are held against
 */
public record SimulatorOptions(int httpsPort, int mqttPort, InstantSource clock) {
    /** The ports that SDKs have built in. */
    public static final SimulatorOptions DEFAULT = new SimulatorOptions(443, 8883, InstantSource.system());

    /** For tests that use no SDK: runs without rights to port 443, and many times on one address. */
    public static SimulatorOptions anyPorts() {
        return new SimulatorOptions(0, 0, InstantSource.system());
    }

    public SimulatorOptions withClock(InstantSource other) {
        return new SimulatorOptions(httpsPort, mqttPort, other);
    }
}
