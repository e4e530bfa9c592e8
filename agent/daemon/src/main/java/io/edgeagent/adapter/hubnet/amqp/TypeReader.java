package io.edgeagent.adapter.hubnet.amqp;

import io.edgeagent.adapter.hubnet.Wire.ProtocolViolation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.qpid.proton.amqp.UnsignedLong;

/**
 * Reads values of AMQP's type system (AMQP 1.0, part 1) from bytes that nobody vouches for. It takes no memory for what is only
 * announced, and goes no deeper than {@link #MAX_DEPTH}.
 *
 * <p>Values become: null, Boolean, Long (all whole numbers but ulong), UnsignedLong, Float, Double, String (char, string and symbol),
 * Instant, UUID, ByteBuffer (binary, a view), List (list and array), Map and {@link Described}. Decimals become null.
 */
final class TypeReader {
    private static final int MAX_DEPTH = 12;
    private static final int DESCRIBED = 0x00;
    /** proton-j knows these by number: frames, states and what is in them. It remembers every other one for ever. */
    private static final Set<Long> KNOWN_DESCRIPTORS = Set.of(
            0x10L, 0x11L, 0x12L, 0x13L, 0x14L, 0x15L, 0x16L, 0x17L, 0x18L, 0x1dL, 0x23L, 0x24L, 0x25L, 0x26L, 0x27L,
            0x28L, 0x29L, 0x2bL, 0x2cL, 0x2dL, 0x2eL, 0x30L, 0x40L, 0x41L, 0x42L, 0x43L, 0x44L);

    private final ByteBuffer in;
    private final Set<String> symbols;
    private int strange;

    /** A value that says what it is. */
    record Described(Object descriptor, Object value) {
        /** The number that says what it is; -1 if it is not a number, or a larger one than any that is known. */
        int code() {
            return descriptor instanceof UnsignedLong number && number.longValue() >= 0 && number.longValue() <= 0xff
                    ? number.intValue()
                    : -1;
        }

        /** Its fields, if it is a list. */
        FieldList fields() throws ProtocolViolation {
            if (value instanceof List<?> list) {
                return new FieldList(list);
            }
            throw new ProtocolViolation("a frame or section has no list of fields");
        }
    }

    private TypeReader(ByteBuffer in, Set<String> symbols) {
        this.in = in;
        this.symbols = symbols;
    }

    /** Reads what is to be used here. */
    static TypeReader of(ByteBuffer in) {
        return new TypeReader(in, Set.of());
    }

    /**
     * Reads what is to be given to proton-j. Symbols that are not known are overwritten in the buffer, because proton-j remembers
     * every symbol that it has ever seen.
     *
     * @param symbols that stay as they are; not empty
     */
    static TypeReader masking(ByteBuffer in, Set<String> symbols) {
        return new TypeReader(in, symbols);
    }

    /** How many described values proton-j has no name for. */
    int strange() {
        return strange;
    }

    Object read() throws ProtocolViolation {
        return read(0);
    }

    private Object read(int depth) throws ProtocolViolation {
        if (depth > MAX_DEPTH) {
            throw new ProtocolViolation("values are nested too deep");
        }
        int code = unsigned(1);
        if (code != DESCRIBED) {
            return value(code, depth);
        }
        Object descriptor = read(depth + 1);
        if (descriptor instanceof UnsignedLong number) {
            strange += KNOWN_DESCRIPTORS.contains(number.longValue()) ? 0 : 1;
        } else if (!(descriptor instanceof String)) {
            throw new ProtocolViolation("a descriptor is neither a number nor a symbol");
        }
        return new Described(descriptor, read(depth + 1));
    }

    private Object value(int code, int depth) throws ProtocolViolation {
        return switch (code) {
            case 0x40 -> null;
            case 0x41 -> true;
            case 0x42 -> false;
            case 0x56 -> unsigned(1) != 0;
            case 0x43 -> 0L;
            case 0x50, 0x52 -> (long) unsigned(1);
            case 0x60 -> (long) unsigned(2);
            case 0x70 -> bytes(4).getInt() & 0xffffffffL;
            case 0x51, 0x54, 0x55 -> (long) bytes(1).get();
            case 0x61 -> (long) bytes(2).getShort();
            case 0x71 -> (long) bytes(4).getInt();
            case 0x81 -> bytes(8).getLong();
            case 0x44 -> UnsignedLong.ZERO;
            case 0x53 -> UnsignedLong.valueOf(unsigned(1));
            case 0x80 -> UnsignedLong.valueOf(bytes(8).getLong());
            case 0x72 -> bytes(4).getFloat();
            case 0x82 -> bytes(8).getDouble();
            case 0x73 -> character(bytes(4).getInt());
            case 0x83 -> Instant.ofEpochMilli(bytes(8).getLong());
            case 0x98 -> uuid(bytes(16));
            case 0x74 -> skipped(4);
            case 0x84 -> skipped(8);
            case 0x94 -> skipped(16);
            case 0xa0 -> bytes(unsigned(1)).asReadOnlyBuffer();
            case 0xb0 -> bytes(length()).asReadOnlyBuffer();
            case 0xa1 -> text(unsigned(1));
            case 0xb1 -> text(length());
            case 0xa3 -> symbol(unsigned(1));
            case 0xb3 -> symbol(length());
            case 0x45 -> List.of();
            case 0xc0 -> list(compound(1), depth);
            case 0xd0 -> list(compound(4), depth);
            case 0xc1 -> map(compound(1), depth);
            case 0xd1 -> map(compound(4), depth);
            case 0xe0 -> array(compound(1), depth);
            case 0xf0 -> array(compound(4), depth);
            default -> throw new ProtocolViolation("there is no type " + Integer.toHexString(code));
        };
    }

    /** @param end position behind it */
    private record Compound(int count, int end) {}

    private Compound compound(int width) throws ProtocolViolation {
        int size = width == 1 ? unsigned(1) : length();
        int end = in.position() + size;
        int count = size < width ? -1 : width == 1 ? unsigned(1) : bytes(4).getInt();
        if (size > in.limit() || end > in.limit() || count < 0 || count > size) {
            throw new ProtocolViolation("a list, map or array says that it has more than there is");
        }
        return new Compound(count, end);
    }

    private void ended(Compound compound) throws ProtocolViolation {
        if (in.position() != compound.end()) {
            throw new ProtocolViolation("a list, map or array is not as long as it says");
        }
    }

    private List<Object> list(Compound compound, int depth) throws ProtocolViolation {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < compound.count(); i++) {
            list.add(read(depth + 1));
        }
        ended(compound);
        return list;
    }

    private Map<Object, Object> map(Compound compound, int depth) throws ProtocolViolation {
        if (compound.count() % 2 != 0) {
            throw new ProtocolViolation("a map has a key without a value");
        }
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < compound.count(); i += 2) {
            Object key = read(depth + 1);
            map.put(key, read(depth + 1));
        }
        ended(compound);
        return map;
    }

    private List<Object> array(Compound compound, int depth) throws ProtocolViolation {
        List<Object> list = new ArrayList<>();
        int code = unsigned(1);
        if (code == DESCRIBED || depth >= MAX_DEPTH) {
            throw new ProtocolViolation("arrays of described values are not taken");
        }
        for (int i = 0; i < compound.count(); i++) {
            list.add(value(code, depth + 1));
        }
        ended(compound);
        return list;
    }

    /** A view of the next bytes, which are taken. */
    private ByteBuffer bytes(int count) throws ProtocolViolation {
        if (count < 0 || count > in.remaining()) {
            throw new ProtocolViolation("a value says that it is longer than what there is");
        }
        ByteBuffer part = in.slice(in.position(), count);
        in.position(in.position() + count);
        return part;
    }

    private int unsigned(int width) throws ProtocolViolation {
        ByteBuffer part = bytes(width);
        return width == 1 ? part.get() & 0xff : part.getShort() & 0xffff;
    }

    private int length() throws ProtocolViolation {
        int length = bytes(4).getInt();
        if (length < 0) {
            throw new ProtocolViolation("a value says that it is longer than what there is");
        }
        return length;
    }

    private Object skipped(int count) throws ProtocolViolation {
        bytes(count);
        return null;
    }

    private String text(int length) throws ProtocolViolation {
        return StandardCharsets.UTF_8.decode(bytes(length)).toString();
    }

    private String symbol(int length) throws ProtocolViolation {
        ByteBuffer part = bytes(length);
        String text = StandardCharsets.US_ASCII.decode(part.duplicate()).toString();
        if (!symbols.isEmpty() && !symbols.contains(text)) {
            if (length > 64) {
                throw new ProtocolViolation("a symbol is longer than 64 bytes");
            }
            for (int i = 0; i < length; i++) {
                part.put(i, (byte) '_');
            }
        }
        return text;
    }

    private static String character(int code) throws ProtocolViolation {
        if (!Character.isValidCodePoint(code)) {
            throw new ProtocolViolation("there is no character " + code);
        }
        return Character.toString(code);
    }

    private static UUID uuid(ByteBuffer bytes) {
        return new UUID(bytes.getLong(), bytes.getLong());
    }
}
