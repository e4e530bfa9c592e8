package io.edgeagent.adapter.hubnet.websocket;

import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.Layer;
import io.edgeagent.adapter.hubnet.Wire;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The frames of a WebSocket after its handshake (RFC 6455, 5), on either side, as a plain connection. Where frames begin and end
 * means nothing to what is inside (MQTT 3.1.1, 6), so bytes are passed on as they come, and no frame is ever collected. It sends no
 * pings: the clients of Azure do not bear them (hub contract 1.9).
 */
final class WebSocketLayer extends Layer {
    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int MASKED = 0x80;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private static final int NORMAL = 1000;
    private static final int VIOLATION = 1002;
    private static final int NOT_TAKEN = 1003;
    private static final int TOO_LARGE = 1009;

    /** Announced by a frame; what it brings is bounded by what is inside. */
    private static final long MAX_FRAME = 1024 * 1024;
    /** A peer that does not fetch what was sent gets no answers to its pings. */
    private static final long MOST_UNSENT = 64 * 1024;

    private final Optional<RandomGenerator> masks;
    private long left;
    private int mask;
    private int maskedBytes;
    private boolean inMessage;

    private WebSocketLayer(EventLoop loop, Wire.Reader above, Optional<RandomGenerator> masks) {
        super(loop, above);
        this.masks = masks;
    }

    static WebSocketLayer server(EventLoop loop, Wire.Reader above) {
        return new WebSocketLayer(loop, above, Optional.empty());
    }

    /** @param masks cannot be foretold by who chooses the content (RFC 6455, 10.3) */
    static WebSocketLayer client(EventLoop loop, Wire.Reader above, RandomGenerator masks) {
        return new WebSocketLayer(loop, above, Optional.of(masks));
    }

    @Override
    protected void begin() {
        open();
    }

    @Override
    public void read(ByteBuffer in) throws ProtocolViolation {
        while (!isOver() && !isPaused() && (left > 0 ? payload(in) : frame(in))) {}
        if (isOver()) {
            in.position(in.limit());
        }
    }

    /** The head of a frame, or a whole control frame; false if it is not all there. */
    private boolean frame(ByteBuffer in) throws ProtocolViolation {
        int begin = in.position();
        if (in.remaining() < 2) {
            return false;
        }
        int first = in.get() & 0xff;
        int second = in.get() & 0xff;
        int small = second & 0x7f;
        check(first, second);
        int more = (small == TWO_BYTES ? 2 : small == EIGHT_BYTES ? 8 : 0) + (masks.isEmpty() ? 4 : 0);
        if (in.remaining() < more) {
            in.position(begin);
            return false;
        }
        long length = small < TWO_BYTES ? small : small == TWO_BYTES ? in.getShort() & 0xffff : in.getLong();
        if ((small == TWO_BYTES && length < TWO_BYTES) || (small == EIGHT_BYTES && length <= 0xffff)) {
            throw refused(VIOLATION, "the length of a frame is not written in the shortest way");
        }
        if (length > MAX_FRAME) {
            throw refused(TOO_LARGE, "a frame of " + length + " bytes is larger than " + MAX_FRAME);
        }
        int key = masks.isEmpty() ? in.getInt() : 0;
        int opcode = first & 0xf;
        if (opcode < CLOSE) {
            left = length;
            mask = key;
            maskedBytes = 0;
            inMessage = (first & FIN) == 0;
            return true;
        }
        if (in.remaining() < length) {
            in.position(begin);
            return false;
        }
        byte[] content = new byte[(int) length];
        in.get(content);
        toggle(ByteBuffer.wrap(content), key, 0);
        control(opcode, content);
        return true;
    }

    private void check(int first, int second) throws ProtocolViolation {
        int opcode = first & 0xf;
        if ((first & RESERVED) != 0) {
            throw refused(VIOLATION, "a frame has reserved bits");
        }
        if (((second & MASKED) != 0) != masks.isEmpty()) {
            throw refused(VIOLATION, masks.isEmpty() ? "a client's frame is not masked" : "a server's frame is masked");
        }
        switch (opcode) {
            case CONTINUATION, BINARY -> {
                if ((opcode == CONTINUATION) != inMessage) {
                    throw refused(
                            VIOLATION,
                            inMessage ? "a message begins inside of another one" : "a frame continues no message");
                }
            }
            case TEXT -> throw refused(NOT_TAKEN, "a frame has text, and only binary frames are spoken here");
            case CLOSE, PING, PONG -> {
                if ((first & FIN) == 0 || (second & 0x7f) >= TWO_BYTES) {
                    throw refused(VIOLATION, "a control frame is longer than 125 bytes, or in parts");
                }
            }
            default -> throw refused(VIOLATION, "there is no frame of type " + opcode);
        }
    }

    private boolean payload(ByteBuffer in) throws ProtocolViolation {
        int length = (int) Math.min(left, in.remaining());
        if (length == 0) {
            return false;
        }
        ByteBuffer part = in.slice(in.position(), length);
        in.position(in.position() + length);
        if (masks.isEmpty()) {
            toggle(part, mask, maskedBytes);
        }
        left -= length;
        maskedBytes = (maskedBytes + length) & 3;
        feed(part);
        return true;
    }

    /**
     * Masks or unmasks (RFC 6455, 5.3).
     *
     * @param from how many bytes of the frame came before
     */
    private static void toggle(ByteBuffer bytes, int mask, int from) {
        for (int i = 0; i < bytes.limit(); i++) {
            int shift = 24 - 8 * ((from + i) & 3);
            bytes.put(i, (byte) (bytes.get(i) ^ mask >>> shift));
        }
    }

    private void control(int opcode, byte[] content) throws ProtocolViolation {
        if (opcode == PING && unsent() < MOST_UNSENT) {
            send(PONG, ByteBuffer.wrap(content));
        } else if (opcode == CLOSE) {
            if (content.length == 1) {
                throw refused(VIOLATION, "a close frame has half a code");
            }
            close("the peer closed the WebSocket"
                    + (content.length == 0
                            ? ""
                            : " with code " + (ByteBuffer.wrap(content).getShort() & 0xffff)));
        }
    }

    private ProtocolViolation refused(int code, String reason) {
        sendClose(code);
        return new ProtocolViolation(reason);
    }

    private void sendClose(int code) {
        send(CLOSE, ByteBuffer.allocate(2).putShort((short) code).flip());
    }

    @Override
    public void write(ByteBuffer data) {
        if (!isOver()) {
            send(BINARY, data);
        }
    }

    private void send(int opcode, ByteBuffer content) {
        int length = content.remaining();
        ByteBuffer frame = ByteBuffer.allocate(14 + (masks.isPresent() ? length : 0));
        frame.put((byte) (FIN | opcode));
        int masked = masks.isPresent() ? MASKED : 0;
        if (length < TWO_BYTES) {
            frame.put((byte) (masked | length));
        } else if (length <= 0xffff) {
            frame.put((byte) (masked | TWO_BYTES)).putShort((short) length);
        } else {
            frame.put((byte) (masked | EIGHT_BYTES)).putLong(length);
        }
        if (masks.isEmpty()) {
            below().write(frame.flip());
            below().write(content);
            return;
        }
        int key = masks.get().nextInt();
        frame.putInt(key);
        int begin = frame.position();
        frame.put(content).flip();
        toggle(frame.slice(begin, length), key, 0);
        below().write(frame);
    }

    @Override
    protected void sayGoodbye() {
        sendClose(NORMAL);
    }
}
