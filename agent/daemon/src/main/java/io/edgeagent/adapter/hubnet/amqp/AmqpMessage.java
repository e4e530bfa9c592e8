package io.edgeagent.adapter.hubnet.amqp;

import io.edgeagent.adapter.hubnet.Wire.ProtocolViolation;
import io.edgeagent.adapter.hubnet.amqp.TypeReader.Described;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A message as a client sent it (AMQP 1.0, 3.2), in its sections.
 *
 * @param annotations by name
 * @param properties in the order of the standard
 * @param application by name
 * @param data of each data section
 * @param value of a section that holds one value instead
 */
record AmqpMessage(
        Map<?, ?> annotations,
        FieldList properties,
        Map<?, ?> application,
        List<ByteBuffer> data,
        Optional<Object> value) {
    /** The format of a transfer that holds several messages. */
    static final int BATCH = 0x80013700;

    private static final int HEADER = 0x70;
    private static final int DELIVERY_ANNOTATIONS = 0x71;
    static final int ANNOTATIONS = 0x72;
    static final int PROPERTIES = 0x73;
    static final int APPLICATION = 0x74;
    static final int DATA = 0x75;
    private static final int SEQUENCE = 0x76;
    static final int VALUE = 0x77;
    private static final int FOOTER = 0x78;

    static AmqpMessage parse(ByteBuffer bytes) throws ProtocolViolation {
        TypeReader reader = TypeReader.of(bytes);
        Map<?, ?> annotations = Map.of();
        FieldList properties = new FieldList(List.of());
        Map<?, ?> application = Map.of();
        List<ByteBuffer> data = new ArrayList<>();
        Optional<Object> value = Optional.empty();
        while (bytes.hasRemaining()) {
            if (!(reader.read() instanceof Described section)) {
                throw new ProtocolViolation("a message has something that is not a section");
            }
            switch (section.code()) {
                case HEADER, DELIVERY_ANNOTATIONS, FOOTER -> {
                    // for brokers between
                }
                case ANNOTATIONS -> annotations = map(section);
                case PROPERTIES -> properties = section.fields();
                case APPLICATION -> application = map(section);
                case DATA -> data.add(binary(section));
                case VALUE -> value = Optional.ofNullable(section.value());
                case SEQUENCE -> throw new ProtocolViolation("the body of a message is a sequence");
                default -> throw new ProtocolViolation("a message has a section that is not known");
            }
        }
        return new AmqpMessage(annotations, properties, application, data, value);
    }

    private static Map<?, ?> map(Described section) throws ProtocolViolation {
        if (section.value() instanceof Map<?, ?> map) {
            return map;
        }
        throw new ProtocolViolation("a section of a message is not a map");
    }

    private static ByteBuffer binary(Described section) throws ProtocolViolation {
        if (section.value() instanceof ByteBuffer bytes) {
            return bytes;
        }
        throw new ProtocolViolation("a data section of a message is not binary");
    }

    /** The body as bytes; several sections are joined. */
    ByteBuffer body() throws ProtocolViolation {
        if (value.isPresent()) {
            if (value.get() instanceof String text) {
                return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            }
            if (value.get() instanceof ByteBuffer bytes) {
                return bytes;
            }
            throw new ProtocolViolation("the body of a message is neither data nor text");
        }
        if (data.size() == 1) {
            return data.get(0);
        }
        ByteBuffer joined = ByteBuffer.allocate(
                data.stream().mapToInt(ByteBuffer::remaining).sum());
        data.forEach(part -> joined.put(part.duplicate()));
        return joined.flip();
    }

    String text() throws ProtocolViolation {
        return StandardCharsets.UTF_8.decode(body().duplicate()).toString();
    }

    /** What an answer must refer to; any type of the standard. */
    Optional<Object> messageId() {
        return properties.get(0);
    }

    Optional<Object> correlationId() {
        return properties.get(5);
    }

    /** An annotation or application property, as text. */
    static Optional<String> text(Map<?, ?> from, String name) {
        return Optional.ofNullable(from.get(name)).map(Object::toString);
    }
}
