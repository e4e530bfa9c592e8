package io.edgeagent.adapter.hubnet.amqp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.apache.qpid.proton.amqp.UnsignedLong;

/** Writes values of AMQP's type system (AMQP 1.0, part 1). */
final class TypeWriter {
    private ByteBuffer out;

    /** @param expected how many bytes it will be, about */
    TypeWriter(int expected) {
        out = ByteBuffer.allocate(Math.max(64, expected));
    }

    byte[] toBytes() {
        return Arrays.copyOf(out.array(), out.position());
    }

    private ByteBuffer room(int bytes) {
        if (out.remaining() < bytes) {
            out = ByteBuffer.allocate(Math.max(out.capacity() * 2, out.position() + bytes))
                    .put(out.flip());
        }
        return out;
    }

    /** Says what the next value is. */
    TypeWriter described(int code) {
        room(3).put((byte) 0).put((byte) 0x53).put((byte) code);
        return this;
    }

    /** @return what {@link #end} wants to know */
    int beginList(int count) {
        return begin(0xd0, count);
    }

    /** @param count keys and values together */
    int beginMap(int count) {
        return begin(0xd1, count);
    }

    int beginSymbols(int count) {
        int begun = begin(0xf0, count);
        room(1).put((byte) 0xb3);
        return begun;
    }

    private int begin(int code, int count) {
        room(9).put((byte) code);
        int at = out.position();
        out.putInt(0).putInt(count);
        return at;
    }

    TypeWriter end(int begun) {
        out.putInt(begun, out.position() - begun - 4);
        return this;
    }

    TypeWriter nothing() {
        room(1).put((byte) 0x40);
        return this;
    }

    TypeWriter string(String text) {
        return long32(0xb1, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Characters that no symbol has become question marks. */
    TypeWriter symbol(String text) {
        return long32(0xb3, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** One of those that {@link #beginSymbols} has begun. */
    TypeWriter element(String symbol) {
        byte[] bytes = symbol.getBytes(StandardCharsets.US_ASCII);
        room(4 + bytes.length).putInt(bytes.length).put(bytes);
        return this;
    }

    TypeWriter binary(byte[] bytes) {
        return long32(0xb0, bytes);
    }

    TypeWriter binary(ByteBuffer bytes) {
        room(5 + bytes.remaining()).put((byte) 0xb0).putInt(bytes.remaining()).put(bytes.duplicate());
        return this;
    }

    private TypeWriter long32(int code, byte[] bytes) {
        room(5 + bytes.length).put((byte) code).putInt(bytes.length).put(bytes);
        return this;
    }

    TypeWriter number(int value) {
        room(5).put((byte) 0x71).putInt(value);
        return this;
    }

    TypeWriter unsignedLong(long value) {
        room(9).put((byte) 0x80).putLong(value);
        return this;
    }

    TypeWriter unsignedByte(int value) {
        room(2).put((byte) 0x50).put((byte) value);
        return this;
    }

    TypeWriter timestamp(Instant value) {
        room(9).put((byte) 0x83).putLong(value.toEpochMilli());
        return this;
    }

    TypeWriter uuid(UUID value) {
        room(17).put((byte) 0x98).putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits());
        return this;
    }

    /** A message's or a correlation's id, in the type in which it came. */
    TypeWriter id(Object id) {
        if (id instanceof UnsignedLong number) {
            return unsignedLong(number.longValue());
        }
        if (id instanceof UUID uuid) {
            return uuid(uuid);
        }
        return id instanceof ByteBuffer bytes ? binary(bytes) : string(id.toString());
    }
}
