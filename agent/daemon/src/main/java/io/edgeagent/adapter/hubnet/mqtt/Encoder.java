package io.edgeagent.adapter.hubnet.mqtt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Packets to bytes. */
final class Encoder {
    private Encoder() {}

    static ByteBuffer bytes(Packet packet) {
        if (packet instanceof Packet.Publish publish) {
            return publish(publish);
        }
        if (packet instanceof Packet.PubAck ack) {
            return withId(0x40, ack.id(), new byte[0]);
        }
        if (packet instanceof Packet.ConnAck ack) {
            return packet(0x20, new byte[] {(byte) (ack.sessionPresent() ? 1 : 0), (byte) ack.code()});
        }
        if (packet instanceof Packet.Connect connect) {
            return connect(connect);
        }
        if (packet instanceof Packet.Subscribe subscribe) {
            return subscribe(subscribe);
        }
        if (packet instanceof Packet.SubAck ack) {
            byte[] codes = new byte[ack.codes().size()];
            for (int i = 0; i < codes.length; i++) {
                codes[i] = ack.codes().get(i).byteValue();
            }
            return withId(0x90, ack.id(), codes);
        }
        if (packet instanceof Packet.Unsubscribe unsubscribe) {
            List<byte[]> parts = new ArrayList<>();
            unsubscribe.topics().forEach(topic -> parts.add(text(topic)));
            return withId(0xa2, unsubscribe.id(), joined(parts));
        }
        if (packet instanceof Packet.UnsubAck ack) {
            return withId(0xb0, ack.id(), new byte[0]);
        }
        if (packet instanceof Packet.PingReq) {
            return packet(0xc0, new byte[0]);
        }
        if (packet instanceof Packet.PingResp) {
            return packet(0xd0, new byte[0]);
        }
        if (packet instanceof Packet.Disconnect) {
            return packet(0xe0, new byte[0]);
        }
        throw new IllegalArgumentException("QoS 2 is not spoken here");
    }

    private static ByteBuffer publish(Packet.Publish publish) {
        byte[] topic = text(publish.topic());
        int length =
                topic.length + (publish.qos() > 0 ? 2 : 0) + publish.payload().remaining();
        ByteBuffer out =
                begin(0x30 | (publish.duplicate() ? 8 : 0) | publish.qos() << 1 | (publish.retain() ? 1 : 0), length);
        out.put(topic);
        if (publish.qos() > 0) {
            out.putShort((short) publish.id());
        }
        return out.put(publish.payload().duplicate()).flip();
    }

    private static ByteBuffer connect(Packet.Connect connect) {
        List<byte[]> parts = new ArrayList<>();
        int flags = (connect.cleanSession() ? 2 : 0)
                | (connect.userName().isPresent() ? 0x80 : 0)
                | (connect.password().isPresent() ? 0x40 : 0);
        parts.add(text(connect.protocolName()));
        parts.add(new byte[] {
            (byte) connect.protocolLevel(),
            (byte) flags,
            (byte) (connect.keepAliveSeconds() >> 8),
            (byte) connect.keepAliveSeconds()
        });
        parts.add(text(connect.clientId()));
        connect.userName().ifPresent(name -> parts.add(text(name)));
        connect.password().ifPresent(password -> parts.add(counted(bytes(password))));
        return packet(0x10, joined(parts));
    }

    private static ByteBuffer subscribe(Packet.Subscribe subscribe) {
        List<byte[]> parts = new ArrayList<>();
        for (Packet.Filter filter : subscribe.filters()) {
            parts.add(text(filter.topic()));
            parts.add(new byte[] {(byte) filter.qos()});
        }
        return withId(0x82, subscribe.id(), joined(parts));
    }

    private static ByteBuffer withId(int first, int id, byte[] rest) {
        return begin(first, 2 + rest.length).putShort((short) id).put(rest).flip();
    }

    private static ByteBuffer packet(int first, byte[] rest) {
        return begin(first, rest.length).put(rest).flip();
    }

    private static ByteBuffer begin(int first, int length) {
        ByteBuffer out = ByteBuffer.allocate(5 + length).put((byte) first);
        int left = length;
        do {
            out.put((byte) ((left & 0x7f) | (left > 0x7f ? 0x80 : 0)));
            left >>= 7;
        } while (left > 0);
        return out;
    }

    private static byte[] text(String text) {
        return counted(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static byte[] counted(byte[] bytes) {
        if (bytes.length > 0xffff) {
            throw new IllegalArgumentException("a text of MQTT has at most 65535 bytes");
        }
        return ByteBuffer.allocate(2 + bytes.length)
                .putShort((short) bytes.length)
                .put(bytes)
                .array();
    }

    private static byte[] joined(List<byte[]> parts) {
        ByteBuffer all =
                ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
        parts.forEach(all::put);
        return all.array();
    }
}
