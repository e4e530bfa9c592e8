package io.edgeagent.samples.temperature;

import java.io.IOException;
import java.util.Map;

/** The way to the hub, or to the edge hub. */
interface Upstream {
    /** Sends on the output {@code temperatureOutput}, and returns when the hub has the message. */
    void send(String json, Map<String, String> properties) throws IOException;

    void report(Map<String, Object> properties) throws IOException;
}
