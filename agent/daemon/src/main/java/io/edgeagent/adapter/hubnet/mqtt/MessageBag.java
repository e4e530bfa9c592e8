package io.edgeagent.adapter.hubnet.mqtt;

import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.Message;
import io.edgeagent.protocol.PropertyBag;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Messages to property bags in topics and back; the names on the wire are those of contract 8.3. */
final class MessageBag {
    /** System properties by their names on the wire. */
    private static final Map<String, String> OF_WIRE = Map.ofEntries(
            Map.entry("$.mid", "messageId"),
            Map.entry("$.cid", "cid"),
            Map.entry("$.uid", "userId"),
            Map.entry("$.to", "to"),
            Map.entry("$.exp", "absolute-expiry-time"),
            Map.entry("$.ct", Message.CONTENT_TYPE),
            Map.entry("$.ce", Message.CONTENT_ENCODING),
            Map.entry("$.schema", "messageSchema"),
            Map.entry("$.ctime", "creationTime"),
            Map.entry("$.ifid", "iothub-interface-id"),
            Map.entry("$.sub", "dt-subject"),
            Map.entry("$.on", Message.OUTPUT),
            Map.entry("$.cdid", Message.SENDER_DEVICE),
            Map.entry("$.cmid", Message.SENDER_MODULE),
            Map.entry("iothub-operation", "operation"),
            Map.entry("iothub-ack", "ack"));

    private static final Map<String, String> TO_WIRE = reversed();

    private MessageBag() {}

    private static Map<String, String> reversed() {
        Map<String, String> reversed = new LinkedHashMap<>();
        OF_WIRE.forEach((wire, name) -> reversed.put(name, wire));
        return Map.copyOf(reversed);
    }

    /**
     * A message as its sender published it. What the sender says about who it is does not count.
     *
     * @throws IllegalArgumentException if two properties differ only in their case: routes could not tell them apart
     */
    static Message message(ClientId sender, PropertyBag bag, ByteBuffer body) {
        Map<String, String> system = new LinkedHashMap<>();
        Map<String, String> application = new LinkedHashMap<>();
        Set<String> names = new TreeSet<>();
        bag.values().forEach((name, value) -> {
            if (!names.add(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("two properties are called " + name);
            }
            String known = OF_WIRE.get(name);
            (known != null ? system : application).put(known != null ? known : name, value);
        });
        system.remove(Message.SENDER_DEVICE);
        system.remove(Message.SENDER_MODULE);
        Optional<String> output =
                Optional.ofNullable(system.remove(Message.OUTPUT)).filter(name -> !name.isEmpty());
        return new Message(sender, output, system, application, body);
    }

    /** For an input of a module: with the sender's ids, without the output. System properties come first. */
    static String toInput(Message message) {
        Map<String, String> values = new LinkedHashMap<>();
        copySystem(message, values);
        values.remove("$.on");
        values.put("$.cdid", message.sender().device());
        message.sender().module().ifPresent(module -> values.put("$.cmid", module));
        values.putAll(message.application());
        return new PropertyBag(values).toText();
    }

    /** A message of the cloud to a device. What has no name here goes on as it came. */
    static Message fromCloud(ClientId device, PropertyBag bag, ByteBuffer body) {
        Map<String, String> system = new LinkedHashMap<>();
        Map<String, String> application = new LinkedHashMap<>();
        bag.values().forEach((name, value) -> {
            String known = OF_WIRE.get(name);
            (known != null ? system : application).put(known != null ? known : name, value);
        });
        return new Message(device, Optional.empty(), system, application, body);
    }

    /** As the cloud sent it. */
    static String toDevice(Message message) {
        return toCloud(message);
    }

    /** For IoT Hub, which knows the sender from the connection. */
    static String toCloud(Message message) {
        Map<String, String> values = new LinkedHashMap<>();
        copySystem(message, values);
        values.remove("$.cdid");
        values.remove("$.cmid");
        values.putAll(message.application());
        return new PropertyBag(values).toText();
    }

    private static void copySystem(Message message, Map<String, String> values) {
        message.system().forEach((name, value) -> {
            String wire = TO_WIRE.get(name);
            if (wire != null) {
                values.put(wire, value);
            }
        });
    }
}
