package io.edgeagent.adapter.hubnet.amqp;

import io.edgeagent.adapter.hubnet.Wire.ProtocolViolation;
import io.edgeagent.adapter.hubnet.amqp.TypeReader.Described;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What stands between the peer and proton-j, which was made for peers that mean well: it takes as much memory as it is told, turns in
 * circles at an acknowledgement of everything, and remembers names for ever. Frames go through whole, one at a time, and only if they
 * make sense where they are and stay within the limits.
 */
final class FrameGate {
    /** Also what proton-j's buffers of a connection have each, so not larger. */
    static final int MAX_FRAME = 16 * 1024;

    static final int MOST_SESSIONS = 128;
    private static final int MOST_SESSIONS_OF_STRANGERS = 16;
    private static final int MOST_LINKS_OF_STRANGERS = 8;
    private static final int LINKS_OF_EACH = 16;
    private static final int MOST_STRANGE = 100;
    private static final int HEADER = 8;
    private static final int LEAST_FRAME = 512;
    private static final long SHORTEST_IDLE = 5000;
    private static final int MAX_NAME = 1024;
    /** Deliveries in one acknowledgement; more than can be on their way. */
    private static final long WIDEST = 2048;

    private static final long HIGHEST_ID = 0xffff_ffffL;
    private static final Set<String> SYMBOLS = Set.of(
            "com.microsoft:client-version",
            "com.microsoft:api-version",
            "com.microsoft:channel-correlation-id",
            "com.microsoft:model-id",
            "com.microsoft:auth-chain",
            "com.microsoft:timeout",
            "amqp:internal-error",
            "amqp:not-found",
            "amqp:unauthorized-access",
            "amqp:decode-error",
            "amqp:not-allowed",
            "amqp:resource-limit-exceeded",
            "amqp:connection:forced",
            "amqp:connection:framing-error",
            "amqp:link:detach-forced",
            "amqp:link:message-size-exceeded");

    private static final int OPEN = 0x10;
    private static final int BEGIN = 0x11;
    private static final int ATTACH = 0x12;
    private static final int FLOW = 0x13;
    private static final int TRANSFER = 0x14;
    private static final int DISPOSITION = 0x15;
    private static final int DETACH = 0x16;
    private static final int END = 0x17;
    private static final int CLOSE = 0x18;

    private final Map<Integer, Channel> channels = new HashMap<>();
    private boolean opened;
    private boolean closed;
    private int guests;
    private int strange;

    /** The client's side of a session. */
    private static final class Channel {
        private final Map<Long, Attached> links = new HashMap<>();
        private final Set<String> names = new HashSet<>();
    }

    /** @param key its role and name, which make it one of its kind in the session */
    private record Attached(String key, boolean clientSends) {}

    /** So many identities have shown on this connection who they are: each may have its links. */
    void guests(int count) {
        guests = count;
    }

    /** The next frame with its header; empty if it is not all there. */
    Optional<ByteBuffer> next(ByteBuffer in) throws ProtocolViolation {
        Optional<ByteBuffer> frame = split(in, 0, MAX_FRAME);
        if (frame.isPresent()) {
            check(frame.get());
        }
        return frame;
    }

    /** @param type of the only frames that are taken */
    static Optional<ByteBuffer> split(ByteBuffer in, int type, int largest) throws ProtocolViolation {
        if (in.remaining() < HEADER) {
            return Optional.empty();
        }
        int size = in.getInt(in.position());
        if (size < HEADER || size > largest) {
            throw new ProtocolViolation("a frame of " + (size & HIGHEST_ID) + " bytes is not taken");
        }
        // an extended header means nothing to anybody
        if (in.get(in.position() + 4) != 2 || in.get(in.position() + 5) != type) {
            throw new ProtocolViolation("what came is not a frame of AMQP");
        }
        if (in.remaining() < size) {
            return Optional.empty();
        }
        ByteBuffer frame = in.slice(in.position(), size);
        in.position(in.position() + size);
        return Optional.of(frame);
    }

    private void check(ByteBuffer frame) throws ProtocolViolation {
        if (closed) {
            throw new ProtocolViolation("a frame came after the last one");
        }
        ByteBuffer body = frame.duplicate().position(HEADER);
        if (!body.hasRemaining()) {
            return;
        }
        TypeReader reader = TypeReader.masking(body, SYMBOLS);
        if (!(reader.read() instanceof Described performative)) {
            throw new ProtocolViolation("a frame has no content that is known");
        }
        strange += reader.strange();
        if (strange > MOST_STRANGE) {
            throw new ProtocolViolation("too many values of unknown kinds");
        }
        int code = performative.code();
        if (opened == (code == OPEN)) {
            throw new ProtocolViolation(opened ? "a second open" : "the first frame is not open");
        }
        if (body.hasRemaining() && code != TRANSFER) {
            throw new ProtocolViolation("something follows in a frame that has no payload");
        }
        check(code, frame.getShort(6) & 0xffff, performative.fields());
    }

    private void check(int code, int channel, FieldList fields) throws ProtocolViolation {
        switch (code) {
            case OPEN -> open(fields);
            case BEGIN -> begin(channel, fields);
            case ATTACH -> attach(of(channel), fields);
            case FLOW -> flow(of(channel), fields);
            case TRANSFER -> transfer(of(channel), fields);
            case DISPOSITION -> {
                of(channel);
                disposition(fields);
            }
            case DETACH -> detach(of(channel), fields);
            case END -> channels.remove(channel, of(channel));
            case CLOSE -> closed = true;
            default -> throw new ProtocolViolation("there is no frame of kind " + code);
        }
    }

    private Channel of(int number) throws ProtocolViolation {
        Channel channel = channels.get(number);
        if (channel == null) {
            throw new ProtocolViolation("a frame for session " + number + ", which has not begun");
        }
        return channel;
    }

    private void open(FieldList fields) throws ProtocolViolation {
        opened = true;
        if (fields.text(0).isEmpty()) {
            throw new ProtocolViolation("open has no container-id");
        }
        if (fields.number(2).orElse(HIGHEST_ID) < LEAST_FRAME) {
            throw new ProtocolViolation("it takes no frame of " + LEAST_FRAME + " bytes");
        }
        long idle = fields.number(4).orElse(0L);
        if (idle != 0 && (idle < SHORTEST_IDLE || idle > Integer.MAX_VALUE)) {
            throw new ProtocolViolation("an idle-timeout of " + idle + " ms cannot be kept");
        }
    }

    private void begin(int number, FieldList fields) throws ProtocolViolation {
        if (fields.number(0).isPresent()) {
            throw new ProtocolViolation("it answers a session that the hub has not begun");
        }
        fields.required(1);
        fields.required(2);
        if (channels.size() >= (guests == 0 ? MOST_SESSIONS_OF_STRANGERS : MOST_SESSIONS)) {
            throw new ProtocolViolation("more than " + channels.size() + " sessions on one connection");
        }
        if (number >= MOST_SESSIONS || channels.put(number, new Channel()) != null) {
            throw new ProtocolViolation("session " + number + " cannot begin");
        }
    }

    private void attach(Channel channel, FieldList fields) throws ProtocolViolation {
        String name = fields.text(0).orElse("");
        long handle = fields.required(1);
        boolean clientSends = !fields.isTrue(2);
        Attached link = new Attached((clientSends ? "s " : "r ") + name, clientSends);
        if (fields.get(2).isEmpty()
                || name.length() > MAX_NAME
                || (clientSends && fields.number(9).isEmpty())) {
            throw new ProtocolViolation("attach has no role, no initial delivery count, or a name that is too long");
        }
        long links = channels.values().stream()
                .mapToLong(session -> session.links.size())
                .sum();
        if (links >= MOST_LINKS_OF_STRANGERS + (long) guests * LINKS_OF_EACH) {
            throw new ProtocolViolation("more than " + links + " links on one connection");
        }
        if (!channel.names.add(link.key()) || channel.links.put(handle, link) != null) {
            throw new ProtocolViolation("a link is attached a second time");
        }
    }

    private static Attached link(Channel channel, long handle) throws ProtocolViolation {
        Attached link = channel.links.get(handle);
        if (link == null) {
            throw new ProtocolViolation("a frame for link " + handle + ", which is not attached");
        }
        return link;
    }

    private static void flow(Channel channel, FieldList fields) throws ProtocolViolation {
        fields.number(0);
        fields.required(1);
        fields.required(2);
        fields.required(3);
        Optional<Long> handle = fields.number(4);
        if (handle.isPresent()) {
            link(channel, handle.get());
            fields.number(5);
            fields.number(6);
        }
    }

    private static void transfer(Channel channel, FieldList fields) throws ProtocolViolation {
        if (!link(channel, fields.required(0)).clientSends()) {
            throw new ProtocolViolation("it sends on a link on which it receives");
        }
    }

    private static void disposition(FieldList fields) throws ProtocolViolation {
        long first = fields.required(1);
        long last = fields.number(2).orElse(first);
        if (last - first >= WIDEST || last == HIGHEST_ID) {
            throw new ProtocolViolation("it acknowledges deliveries " + first + " to " + last + " at once");
        }
        if (fields.get(0).isEmpty()) {
            throw new ProtocolViolation("an acknowledgement does not say by whom");
        }
    }

    private static void detach(Channel channel, FieldList fields) throws ProtocolViolation {
        long handle = fields.required(0);
        channel.names.remove(link(channel, handle).key());
        channel.links.remove(handle);
    }
}
