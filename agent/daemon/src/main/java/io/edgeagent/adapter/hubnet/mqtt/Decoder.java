package io.edgeagent.adapter.hubnet.mqtt;

import io.edgeagent.adapter.hubnet.Wire.ProtocolViolation;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Bytes to packets, strictly by the standard. Nothing is allocated for what a peer announces, only for what it has sent. */
final class Decoder {
    private static final int MAX_LENGTH_BYTES = 4;

    private final int largest;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();

    /** @param largest bytes that the variable header and payload of a packet may have */
    Decoder(int largest) {
        this.largest = largest;
    }

    /** The next packet, or empty if it is not all there; then nothing was taken from the buffer. */
    Optional<Packet> next(ByteBuffer in) throws ProtocolViolation {
        int begin = in.position();
        if (in.remaining() < 2) {
            return Optional.empty();
        }
        int first = in.get() & 0xff;
        int length = 0;
        int bytes = 0;
        int digit;
        do {
            if (!in.hasRemaining()) {
                in.position(begin);
                return Optional.empty();
            }
            if (++bytes > MAX_LENGTH_BYTES) {
                throw new ProtocolViolation("the remaining length of a packet has more than 4 bytes");
            }
            digit = in.get() & 0xff;
            length |= (digit & 0x7f) << (7 * (bytes - 1));
        } while ((digit & 0x80) != 0);
        if (length > largest) {
            throw new ProtocolViolation("a packet of " + length + " bytes is larger than " + largest);
        }
        if (in.remaining() < length) {
            in.position(begin);
            return Optional.empty();
        }
        ByteBuffer body = in.slice(in.position(), length);
        in.position(in.position() + length);
        Packet packet = packet(first >> 4, first & 0xf, body);
        if (body.hasRemaining()) {
            throw new ProtocolViolation("a packet of type " + (first >> 4) + " is longer than its content");
        }
        return Optional.of(packet);
    }

    private Packet packet(int type, int flags, ByteBuffer in) throws ProtocolViolation {
        if (type != 3 && flags != (type == 6 || type == 8 || type == 10 ? 2 : 0)) {
            throw new ProtocolViolation("a packet of type " + type + " has the flags " + flags);
        }
        return switch (type) {
            case 1 -> connect(in);
            case 2 -> connAck(in);
            case 3 -> publish(flags, in);
            case 4 -> new Packet.PubAck(id(in));
            case 5, 6, 7 -> {
                id(in);
                yield new Packet.OfQosTwo(type);
            }
            case 8 -> subscribe(in);
            case 9 -> subAck(in);
            case 10 -> unsubscribe(in);
            case 11 -> new Packet.UnsubAck(id(in));
            case 12 -> new Packet.PingReq();
            case 13 -> new Packet.PingResp();
            case 14 -> new Packet.Disconnect();
            default -> throw new ProtocolViolation("there is no packet of type " + type);
        };
    }

    private Packet connect(ByteBuffer in) throws ProtocolViolation {
        String name = text(in);
        int level = octet(in);
        int flags = octet(in);
        int keepAlive = number(in);
        // a peer of another protocol level gets an answer: the rest of its packet is not looked at
        if (!name.equals("MQTT") || level != 4) {
            in.position(in.limit());
            return new Packet.Connect(name, level, true, 0, "", Optional.empty(), Optional.empty(), Optional.empty());
        }
        boolean hasWill = (flags & 0x04) != 0;
        int willQos = flags >> 3 & 3;
        boolean willRetain = (flags & 0x20) != 0;
        boolean hasPassword = (flags & 0x40) != 0;
        boolean hasUserName = (flags & 0x80) != 0;
        if ((flags & 1) != 0
                || willQos == 3
                || (!hasWill && (willQos != 0 || willRetain))
                || (hasPassword && !hasUserName)) {
            throw new ProtocolViolation("CONNECT has flags that exclude each other");
        }
        String clientId = text(in);
        Optional<Packet.Will> will = Optional.empty();
        if (hasWill) {
            String topic = topic(in);
            will = Optional.of(new Packet.Will(topic, binary(in), willQos, willRetain));
        }
        Optional<String> userName = hasUserName ? Optional.of(text(in)) : Optional.empty();
        Optional<ByteBuffer> password = hasPassword ? Optional.of(binary(in)) : Optional.empty();
        return new Packet.Connect(name, level, (flags & 2) != 0, keepAlive, clientId, will, userName, password);
    }

    private static Packet connAck(ByteBuffer in) throws ProtocolViolation {
        int flags = octet(in);
        if (flags > 1) {
            throw new ProtocolViolation("CONNACK has unknown flags");
        }
        return new Packet.ConnAck(flags == 1, octet(in));
    }

    private Packet publish(int flags, ByteBuffer in) throws ProtocolViolation {
        int qos = flags >> 1 & 3;
        boolean duplicate = (flags & 8) != 0;
        if (qos == 3 || (qos == 0 && duplicate)) {
            throw new ProtocolViolation("PUBLISH has flags that exclude each other");
        }
        String topic = topic(in);
        int id = qos == 0 ? 0 : id(in);
        ByteBuffer payload = ByteBuffer.allocate(in.remaining()).put(in).flip();
        return new Packet.Publish(duplicate, qos, (flags & 1) != 0, topic, id, payload);
    }

    private Packet subscribe(ByteBuffer in) throws ProtocolViolation {
        int id = id(in);
        List<Packet.Filter> filters = new ArrayList<>();
        while (in.hasRemaining()) {
            String filter = filter(in);
            int qos = octet(in);
            if (qos > 2) {
                throw new ProtocolViolation("SUBSCRIBE asks for QoS " + qos);
            }
            filters.add(new Packet.Filter(filter, qos));
        }
        if (filters.isEmpty()) {
            throw new ProtocolViolation("SUBSCRIBE has no filter");
        }
        return new Packet.Subscribe(id, filters);
    }

    private static Packet subAck(ByteBuffer in) throws ProtocolViolation {
        int id = id(in);
        List<Integer> codes = new ArrayList<>();
        while (in.hasRemaining()) {
            codes.add(octet(in));
        }
        return new Packet.SubAck(id, codes);
    }

    private Packet unsubscribe(ByteBuffer in) throws ProtocolViolation {
        int id = id(in);
        List<String> topics = new ArrayList<>();
        while (in.hasRemaining()) {
            topics.add(filter(in));
        }
        if (topics.isEmpty()) {
            throw new ProtocolViolation("UNSUBSCRIBE has no filter");
        }
        return new Packet.Unsubscribe(id, topics);
    }

    private String topic(ByteBuffer in) throws ProtocolViolation {
        String topic = text(in);
        if (topic.isEmpty() || topic.indexOf('#') >= 0 || topic.indexOf('+') >= 0) {
            throw new ProtocolViolation("a topic is empty or has a wildcard");
        }
        return topic;
    }

    /** A wildcard stands alone between slashes, and # only at the end. */
    private String filter(ByteBuffer in) throws ProtocolViolation {
        String filter = text(in);
        int from = 0;
        while (from <= filter.length()) {
            int slash = filter.indexOf('/', from);
            int end = slash < 0 ? filter.length() : slash;
            String level = filter.substring(from, end);
            boolean wildcard = level.indexOf('#') >= 0 || level.indexOf('+') >= 0;
            if (wildcard && (end - from != 1 || (filter.charAt(from) == '#' && slash >= 0))) {
                throw new ProtocolViolation("a wildcard of a filter does not stand alone");
            }
            from = end + 1;
        }
        if (filter.isEmpty()) {
            throw new ProtocolViolation("a filter is empty");
        }
        return filter;
    }

    private static int octet(ByteBuffer in) throws ProtocolViolation {
        if (!in.hasRemaining()) {
            throw new ProtocolViolation("a packet is shorter than its content");
        }
        return in.get() & 0xff;
    }

    private static int number(ByteBuffer in) throws ProtocolViolation {
        return octet(in) << 8 | octet(in);
    }

    private static int id(ByteBuffer in) throws ProtocolViolation {
        int id = number(in);
        if (id == 0) {
            throw new ProtocolViolation("a packet has the id 0");
        }
        return id;
    }

    private static ByteBuffer binary(ByteBuffer in) throws ProtocolViolation {
        int length = number(in);
        if (in.remaining() < length) {
            throw new ProtocolViolation("a packet is shorter than its content");
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(length).put(in.slice(in.position(), length)).flip();
        in.position(in.position() + length);
        return bytes;
    }

    private String text(ByteBuffer in) throws ProtocolViolation {
        int length = number(in);
        if (in.remaining() < length) {
            throw new ProtocolViolation("a packet is shorter than its content");
        }
        ByteBuffer bytes = in.slice(in.position(), length);
        in.position(in.position() + length);
        if (isPlain(bytes)) {
            byte[] ascii = new byte[length];
            bytes.get(ascii);
            return new String(ascii, StandardCharsets.ISO_8859_1);
        }
        try {
            CharBuffer text = utf8.reset().decode(bytes);
            for (int i = 0; i < text.length(); i++) {
                if (text.charAt(i) == 0) {
                    throw new ProtocolViolation("a text holds the character U+0000");
                }
            }
            return text.toString();
        } catch (CharacterCodingException e) {
            throw new ProtocolViolation("a text is not valid UTF-8");
        }
    }

    /** Whether it is ASCII without U+0000, as nearly all topics are: a decoder takes several times as long. */
    private static boolean isPlain(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) <= 0) {
                return false;
            }
        }
        return true;
    }
}
