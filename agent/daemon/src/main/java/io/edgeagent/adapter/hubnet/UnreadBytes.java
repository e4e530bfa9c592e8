package io.edgeagent.adapter.hubnet;

import java.nio.ByteBuffer;

/**
 * What a reader left of what came, until more comes. It grows with what came, never with what was announced, and not beyond a
 * limit.
 */
final class UnreadBytes {
    /** The largest frame of any protocol: a message of 256 KB with its properties percent-encoded in the topic. */
    static final int MAX_FRAME = 1024 * 1024;

    private static final int SMALLEST = 256;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ByteBuffer left = NOTHING;
    private boolean own;

    boolean isEmpty() {
        return !left.hasRemaining();
    }

    boolean hasRoomFor(ByteBuffer fresh) {
        return left.remaining() + fresh.remaining() <= MAX_FRAME;
    }

    /** What was left with something fresh behind it. Once it is read as far as it goes, the rest is to be kept. */
    ByteBuffer with(ByteBuffer fresh) {
        own = left.hasRemaining();
        if (!own) {
            return fresh;
        }
        // there may be room behind what was kept
        int needed = left.remaining() + fresh.remaining();
        left = left.capacity() >= needed
                ? left.compact().put(fresh).flip()
                : ByteBuffer.allocate(powerOfTwo(needed)).put(left).put(fresh).flip();
        return left;
    }

    /** @param rest of what {@link #with} gave; the buffer may be used for something else afterwards */
    void keep(ByteBuffer rest) {
        if (!rest.hasRemaining()) {
            left = NOTHING;
        } else if (!own) {
            left = ByteBuffer.allocate(Math.max(SMALLEST, rest.remaining()))
                    .put(rest)
                    .flip();
        }
    }

    void clear() {
        left = NOTHING;
    }

    static int powerOfTwo(int atLeast) {
        return Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, atLeast - 1)) << 1);
    }
}
