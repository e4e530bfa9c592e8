package io.edgeagent.adapter.hubnet.amqp;

import io.edgeagent.adapter.hubnet.Wire.ProtocolViolation;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The hub's messages as AMQP messages and back (hub contract 1.5). */
final class MessageMap {
    private static final String SENDER_DEVICE = "iothub-connection-device-id";
    private static final String SENDER_MODULE = "iothub-connection-module-id";
    private static final String INPUT = "x-opt-input-name";
    private static final String SUBJECT = "dt-subject";
    private static final String INTERFACE = "iothub-interface-id";
    private static final Map<String, String> OF_APPLICATION = Map.of(
            "iothub-message-schema", "messageSchema",
            "iothub-creation-time-utc", "creationTime",
            "iothub-operation", "operation",
            "iothub-ack", "ack",
            "iothub-outputname", Message.OUTPUT);
    private static final Map<String, String> OF_ANNOTATIONS = Map.of(
            INTERFACE,
            INTERFACE,
            SUBJECT,
            SUBJECT,
            "iothub-enqueuedtime",
            "enqueuedTime",
            "iothub-deliverycount",
            "deliveryCount",
            "x-opt-sequence-number",
            "sequenceNumber",
            "x-opt-lock-token",
            "lockToken");
    /** By their places in the properties section. */
    private static final Map<Integer, String> OF_PROPERTIES = Map.of(
            0, "messageId",
            1, "userId",
            2, "to",
            5, "cid",
            6, Message.CONTENT_TYPE,
            7, Message.CONTENT_ENCODING,
            8, "absolute-expiry-time");

    private MessageMap() {}

    /**
     * A message as its sender published it. Who the sender says that it is does not count.
     *
     * @throws ProtocolViolation if two properties differ only in their case, or the body is not bytes
     */
    static Message message(ClientId sender, AmqpMessage from) throws ProtocolViolation {
        Map<String, String> system = new LinkedHashMap<>();
        for (int place = 0; place <= 8; place++) {
            Optional<Object> value = from.properties().get(place);
            if (value.isPresent() && OF_PROPERTIES.containsKey(place)) {
                system.put(OF_PROPERTIES.get(place), text(value.get()));
            }
        }
        from.annotations().forEach((name, value) -> {
            if (name instanceof String && OF_ANNOTATIONS.containsKey(name) && value != null) {
                system.put(OF_ANNOTATIONS.get(name), text(value));
            }
        });
        Map<String, String> application = new LinkedHashMap<>();
        Set<String> names = new TreeSet<>();
        for (Map.Entry<?, ?> property : from.application().entrySet()) {
            String name = String.valueOf(property.getKey());
            if (!names.add(name.toLowerCase(Locale.ROOT))) {
                throw new ProtocolViolation("two properties of a message are called " + name);
            }
            String value = property.getValue() == null ? "" : text(property.getValue());
            if (OF_APPLICATION.containsKey(name)) {
                system.put(OF_APPLICATION.get(name), value);
            } else if (!name.equalsIgnoreCase(SENDER_DEVICE) && !name.equalsIgnoreCase(SENDER_MODULE)) {
                application.put(name, value);
            }
        }
        Optional<String> output =
                Optional.ofNullable(system.remove(Message.OUTPUT)).filter(name -> !name.isEmpty());
        return new Message(sender, output, system, application, from.body());
    }

    private static String text(Object value) {
        return value instanceof ByteBuffer bytes
                ? StandardCharsets.UTF_8.decode(bytes.duplicate()).toString()
                : value.toString();
    }

    /** For an input of a module. Java's client reads the sender from application properties, the others from annotations. */
    static byte[] toInput(String input, long sequence, Message message) {
        Map<String, Object> annotations = new LinkedHashMap<>();
        Map<String, String> application = new LinkedHashMap<>();
        annotations.put(INPUT, input);
        annotations.put("x-opt-sequence-number", sequence);
        annotations.put(SENDER_DEVICE, message.sender().device());
        application.put(SENDER_DEVICE, message.sender().device());
        message.sender().module().ifPresent(module -> {
            annotations.put(SENDER_MODULE, module);
            application.put(SENDER_MODULE, module);
        });
        return bytes(message, annotations, application);
    }

    /** For a device, from the cloud. */
    static byte[] toDevice(long sequence, Message message) {
        Map<String, Object> annotations = new LinkedHashMap<>();
        annotations.put("x-opt-sequence-number", sequence);
        return bytes(message, annotations, new LinkedHashMap<>());
    }

    private static byte[] bytes(Message message, Map<String, Object> annotations, Map<String, String> application) {
        TypeWriter out = new TypeWriter(message.size() + 1024);
        Map<String, String> system = message.system();
        for (String name : List.of(SUBJECT, INTERFACE)) {
            if (system.containsKey(name)) {
                annotations.put(name, system.get(name));
            }
        }
        OF_APPLICATION.forEach((wire, name) -> {
            if (system.containsKey(name) && !name.equals(Message.OUTPUT)) {
                application.put(wire, system.get(name));
            }
        });
        application.putAll(message.application());
        annotations(out, annotations);
        properties(out, system);
        application(out, application);
        return out.described(AmqpMessage.DATA).binary(message.bytes()).toBytes();
    }

    private static void annotations(TypeWriter out, Map<String, Object> annotations) {
        out.described(AmqpMessage.ANNOTATIONS);
        int begun = out.beginMap(annotations.size() * 2);
        annotations.forEach((name, value) -> {
            out.symbol(name);
            if (value instanceof Long number) {
                out.unsignedLong(number);
            } else {
                out.string(value.toString());
            }
        });
        out.end(begun);
    }

    private static void properties(TypeWriter out, Map<String, String> system) {
        out.described(AmqpMessage.PROPERTIES);
        int begun = out.beginList(9);
        for (int place = 0; place <= 8; place++) {
            Optional<String> value =
                    Optional.ofNullable(OF_PROPERTIES.get(place)).map(system::get);
            Optional<Instant> time = place == 8 ? value.flatMap(MessageMap::instant) : Optional.empty();
            if (time.isPresent()) {
                out.timestamp(time.get());
            } else if (value.isEmpty() || place == 8) {
                out.nothing();
            } else if (place == 1) {
                out.binary(value.get().getBytes(StandardCharsets.UTF_8));
            } else if (place >= 6) {
                out.symbol(value.get());
            } else {
                out.string(value.get());
            }
        }
        out.end(begun);
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static void application(TypeWriter out, Map<String, String> application) {
        out.described(AmqpMessage.APPLICATION);
        int begun = out.beginMap(application.size() * 2);
        application.forEach((name, value) -> out.string(name).string(value));
        out.end(begun);
    }

    /** A batch as its messages (hub contract 1.5), or the one message that it is. */
    static List<Message> messages(ClientId sender, int format, ByteBuffer bytes) throws ProtocolViolation {
        AmqpMessage outer = AmqpMessage.parse(bytes);
        if (format != AmqpMessage.BATCH) {
            return List.of(message(sender, outer));
        }
        List<Message> messages = new ArrayList<>();
        for (ByteBuffer inner : outer.data()) {
            messages.add(message(sender, AmqpMessage.parse(inner)));
        }
        return messages;
    }

    /** An answer to a request about a twin. */
    static byte[] twinAnswer(Object correlation, int status, String body) {
        TypeWriter out = new TypeWriter(body.length() + 256);
        out.described(AmqpMessage.ANNOTATIONS);
        int begun = out.beginMap(2);
        out.symbol("status").number(status).end(begun);
        return correlated(out, correlation, body);
    }

    /** Desired properties that have changed. */
    static byte[] desired(String patch) {
        return new TypeWriter(patch.length() + 64)
                .described(AmqpMessage.DATA)
                .binary(patch.getBytes(StandardCharsets.UTF_8))
                .toBytes();
    }

    /** @param id a UUID: the only type that every client accepts */
    static byte[] methodCall(java.util.UUID id, String name, String payload) {
        TypeWriter out = new TypeWriter(payload.length() + 256);
        correlation(out, id);
        application(out, Map.of("IoThub-methodname", name));
        return out.described(AmqpMessage.DATA)
                .binary(payload.getBytes(StandardCharsets.UTF_8))
                .toBytes();
    }

    /** The answer of the node {@code $cbs}. */
    static byte[] cbsAnswer(Object correlation, int status, String description) {
        TypeWriter out = new TypeWriter(256);
        correlation(out, correlation);
        out.described(AmqpMessage.APPLICATION);
        int begun = out.beginMap(4);
        out.string("status-code").number(status);
        out.string("status-description").string(description).end(begun);
        return out.described(AmqpMessage.VALUE).nothing().toBytes();
    }

    private static byte[] correlated(TypeWriter out, Object correlation, String body) {
        correlation(out, correlation);
        return out.described(AmqpMessage.DATA)
                .binary(body.getBytes(StandardCharsets.UTF_8))
                .toBytes();
    }

    private static void correlation(TypeWriter out, Object correlation) {
        out.described(AmqpMessage.PROPERTIES);
        int begun = out.beginList(6);
        for (int place = 0; place < 5; place++) {
            out.nothing();
        }
        out.id(correlation).end(begun);
    }
}
