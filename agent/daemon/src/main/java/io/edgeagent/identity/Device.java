package io.edgeagent.identity;

import java.util.Locale;

/** The device, as the cloud knows it. */
public record Device(String hubHost, String deviceId) {
    public Device {
        hubHost = hubHost.toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return deviceId + " on " + hubHost;
    }
}
