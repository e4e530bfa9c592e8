package io.edgeagent.protocol;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a device or module publishes to the hub, read from its topic (IoT Hub docs, MQTT; SDK behaviour). */
public sealed interface ClientTopic {

    /** Telemetry, {@code devices/{d}[/modules/{m}]/messages/events/{bag}}; the output of a module is in the bag ($.on). */
    record Telemetry(String deviceId, Optional<String> moduleId, PropertyBag properties) implements ClientTopic {}

    /** {@code $iothub/twin/GET/?$rid=..} */
    record TwinGet(String requestId) implements ClientTopic {}

    /** {@code $iothub/twin/PATCH/properties/reported/?$rid=..[&$version=..]} */
    record ReportedPatch(String requestId, Optional<Long> version) implements ClientTopic {}

    /** {@code $iothub/methods/res/{status}/?$rid=..} */
    record MethodResponse(int status, String requestId) implements ClientTopic {}

    /** @throws ProtocolException if the hub knows no such topic; it then closes the connection, MQTT has no error reply */
    static ClientTopic parse(String topic) {
        if (topic.startsWith("devices/")) {
            return telemetry(topic);
        }
        if (topic.startsWith("$iothub/twin/GET/")) {
            return new TwinGet(requestId(query(topic)));
        }
        if (topic.startsWith("$iothub/twin/PATCH/properties/reported/")) {
            Map<String, String> query = query(topic);
            return new ReportedPatch(
                    requestId(query), Optional.ofNullable(query.get("$version")).map(ClientTopic::number));
        }
        if (topic.startsWith(Topics.METHOD_RESPONSE)) {
            String rest = topic.substring(Topics.METHOD_RESPONSE.length());
            int slash = rest.indexOf('/');
            if (slash < 0) {
                throw unknown(topic);
            }
            return new MethodResponse(status(rest.substring(0, slash)), requestId(query(topic)));
        }
        throw unknown(topic);
    }

    private static ClientTopic telemetry(String topic) {
        String[] parts = topic.split("/", 8);
        boolean module = parts.length >= 6 && parts[2].equals("modules");
        int messages = module ? 4 : 2;
        if (parts.length < messages + 2
                || parts[1].isEmpty()
                || (module && parts[3].isEmpty())
                || !parts[messages].equals("messages")
                || !parts[messages + 1].equals("events")) {
            throw unknown(topic);
        }
        String prefix = module
                ? Topics.telemetry(parts[1], Optional.of(parts[3]))
                : Topics.telemetry(parts[1], Optional.empty());
        String bag = topic.length() > prefix.length() ? topic.substring(prefix.length()) : "";
        if (bag.endsWith("/")) {
            bag = bag.substring(0, bag.length() - 1);
        }
        return new Telemetry(
                Percent.identifier(parts[1]),
                module ? Optional.of(Percent.identifier(parts[3])) : Optional.empty(),
                PropertyBag.parse(bag));
    }

    /** Values stay as spelled: a request id is opaque, the answer must repeat it to the letter. */
    private static Map<String, String> query(String topic) {
        Map<String, String> values = new HashMap<>();
        int mark = topic.indexOf('?');
        for (String pair : topic.substring(mark + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (mark >= 0 && equals > 0) {
                values.put(Percent.decode(pair.substring(0, equals)), pair.substring(equals + 1));
            }
        }
        return values;
    }

    private static String requestId(Map<String, String> query) {
        String id = query.get("$rid");
        if (id == null || id.isEmpty()) {
            throw new ProtocolException("the topic has no $rid");
        }
        return id;
    }

    private static int status(String text) {
        long status = number(text);
        if (status != (int) status) {
            throw new ProtocolException("no status of a method: " + text);
        }
        return (int) status;
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ProtocolException("not a number in a topic: " + text, e);
        }
    }

    private static ProtocolException unknown(String topic) {
        return new ProtocolException("no such topic: " + topic);
    }
}
