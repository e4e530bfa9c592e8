package io.edgeagent.simulator.hub;

import io.edgeagent.protocol.PropertyBag;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Turns what a client publishes into an event: the hub's own properties come from the connection, never from the message. */
public final class Telemetry {
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry(PropertyBag.MESSAGE_ID, "message-id"),
            Map.entry(PropertyBag.CORRELATION_ID, "correlation-id"),
            Map.entry("$.uid", "user-id"),
            Map.entry("$.to", "to"),
            Map.entry(PropertyBag.OUTPUT, "output-name"),
            Map.entry("$.exp", "absolute-expiry-time"),
            Map.entry(PropertyBag.CONTENT_TYPE, "content-type"),
            Map.entry(PropertyBag.CONTENT_ENCODING, "content-encoding"),
            Map.entry("$.ctime", "iothub-creation-time-utc"),
            Map.entry("$.schema", "iothub-message-schema"),
            Map.entry("$.ifid", "iothub-interface-id"),
            Map.entry("$.sub", "dt-subject"));

    private final EventLog events;
    private final InstantSource clock;

    Telemetry(EventLog events, InstantSource clock) {
        this.events = events;
        this.clock = clock;
    }

    /** Stores a message; it may be acknowledged when this returns. */
    public void accept(Identity from, PropertyBag bag, byte[] body) {
        Map<String, String> system = new LinkedHashMap<>();
        Map<String, String> application = new LinkedHashMap<>();
        bag.values().forEach((name, value) -> {
            if (NAMES.containsKey(name)) {
                system.put(NAMES.get(name), value);
            } else if (!name.startsWith("$.")) {
                application.put(name, value);
            }
        });
        IdentityName name = from.name();
        system.put("iothub-connection-device-id", name.deviceId());
        name.moduleId().ifPresent(module -> system.put("iothub-connection-module-id", module));
        system.put("iothub-connection-auth-generation-id", from.generationId());
        system.put("iothub-enqueuedtime", HubJson.time(clock.instant()));
        system.put("iothub-message-source", "Telemetry");
        String encoded = Base64.getEncoder().encodeToString(body);
        events.append(sequence -> new Event(sequence, name.deviceId(), name.moduleId(), system, application, encoded));
        from.active(clock.instant());
    }
}
