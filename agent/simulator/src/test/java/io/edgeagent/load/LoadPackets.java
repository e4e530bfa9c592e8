package io.edgeagent.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The few packets of MQTT 3.1.1 that the load needs. */
final class LoadPackets {
    private static final int KEEP_ALIVE_SECONDS = 240;

    private LoadPackets() {}

    static ByteBuffer connect(String clientId, String user, String password, boolean clean) {
        byte[] id = text(clientId);
        byte[] name = text(user);
        byte[] secret = text(password);
        byte[] protocol = text("MQTT");
        int flags = 0xc0 | (clean ? 2 : 0);
        return begin(0x10, protocol.length + 4 + id.length + name.length + secret.length)
                .put(protocol)
                .put((byte) 4)
                .put((byte) flags)
                .putShort((short) KEEP_ALIVE_SECONDS)
                .put(id)
                .put(name)
                .put(secret)
                .flip();
    }

    /** @param packetId at its place; another one may be put there */
    static ByteBuffer publish(String topic, int packetId, byte[] payload) {
        byte[] name = text(topic);
        return begin(0x32, name.length + 2 + payload.length)
                .put(name)
                .putShort((short) packetId)
                .put(payload)
                .flip();
    }

    static ByteBuffer subscribe(int packetId, List<String> filters) {
        int length = 2;
        for (String filter : filters) {
            length += text(filter).length + 1;
        }
        ByteBuffer out = begin(0x82, length).putShort((short) packetId);
        filters.forEach(filter -> out.put(text(filter)).put((byte) 1));
        return out.flip();
    }

    static ByteBuffer pubAck(int packetId) {
        return begin(0x40, 2).putShort((short) packetId).flip();
    }

    static ByteBuffer pingReq() {
        return begin(0xc0, 0).flip();
    }

    static ByteBuffer disconnect() {
        return begin(0xe0, 0).flip();
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
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + bytes.length)
                .putShort((short) bytes.length)
                .put(bytes)
                .array();
    }
}
