package io.edgeagent.adapter.hubnet.http;

import io.edgeagent.adapter.hubnet.HttpHead;
import io.edgeagent.adapter.hubnet.Wire;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The body of one request as it comes: by its length, or in chunks (RFC 9112, 6 and 7). It grows with what came, up to a limit. */
final class HttpBody {
    private static final int LONGEST_LINE = 1024;
    private static final int MOST_LINES = 1000;
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,10}");
    private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,8})(?:[ \t]*;.*)?");

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final int most;
    private final boolean keep;
    private Part part;
    private long left;
    private long taken;
    private int lines;

    private enum Part {
        /** Bytes whose number was said; the body ends with them. */
        CONTENT,
        SIZE_OF_CHUNK,
        CHUNK,
        END_OF_CHUNK,
        TRAILER,
        DONE
    }

    private HttpBody(Part part, long left, int most, boolean keep) {
        this.part = part;
        this.left = left;
        this.most = most;
        this.keep = keep;
    }

    /**
     * The body that a head announces; empty if it cannot be told where it ends.
     *
     * @param most bytes that it may have
     * @param keep false to read over it
     */
    static Optional<HttpBody> of(HttpHead head, int most, boolean keep) {
        boolean chunked = !head.field("transfer-encoding").isEmpty();
        String length = head.field("content-length");
        if (chunked) {
            // with both, two readers could see two different requests
            boolean clear = head.field("transfer-encoding").equalsIgnoreCase("chunked") && length.isEmpty();
            return clear ? Optional.of(new HttpBody(Part.SIZE_OF_CHUNK, 0, most, keep)) : Optional.empty();
        }
        if (length.isEmpty()) {
            return Optional.of(new HttpBody(Part.DONE, 0, most, keep));
        }
        return LENGTH.matcher(length).matches()
                ? Optional.of(new HttpBody(Part.CONTENT, Long.parseLong(length), most, keep))
                : Optional.empty();
    }

    /** Whether it has, or will have, more bytes than it may. */
    boolean isTooLarge() {
        return taken + left > most;
    }

    byte[] bytes() {
        return kept.toByteArray();
    }

    /** Takes what is there. @return whether it is all there now */
    boolean take(ByteBuffer in) throws Wire.ProtocolViolation {
        while (part != Part.DONE && !isTooLarge() && step(in)) {}
        return part == Part.DONE;
    }

    /** @return false if it has to wait for more */
    private boolean step(ByteBuffer in) throws Wire.ProtocolViolation {
        if (part == Part.CONTENT || part == Part.CHUNK) {
            copy(in);
            if (left > 0) {
                return false;
            }
            part = part == Part.CONTENT ? Part.DONE : Part.END_OF_CHUNK;
            return true;
        }
        Optional<String> line = line(in);
        if (line.isEmpty()) {
            return false;
        }
        switch (part) {
            case SIZE_OF_CHUNK -> begin(line.get());
            case END_OF_CHUNK -> {
                if (!line.get().isEmpty()) {
                    throw new Wire.ProtocolViolation("a chunk of HTTP is longer than it says");
                }
                part = Part.SIZE_OF_CHUNK;
            }
            default -> part = line.get().isEmpty() ? Part.DONE : Part.TRAILER;
        }
        return true;
    }

    private void begin(String line) throws Wire.ProtocolViolation {
        Matcher chunk = CHUNK.matcher(line);
        if (!chunk.matches()) {
            throw new Wire.ProtocolViolation("a chunk of HTTP has no length");
        }
        left = Long.parseLong(chunk.group(1), 16);
        part = left == 0 ? Part.TRAILER : Part.CHUNK;
    }

    private void copy(ByteBuffer in) {
        int length = (int) Math.min(left, in.remaining());
        if (keep) {
            byte[] bytes = new byte[length];
            in.get(bytes);
            kept.write(bytes, 0, length);
        } else {
            in.position(in.position() + length);
        }
        left -= length;
        taken += length;
    }

    private Optional<String> line(ByteBuffer in) throws Wire.ProtocolViolation {
        for (int i = 0; i + 1 < in.remaining() && i < LONGEST_LINE; i++) {
            if (in.get(in.position() + i) == '\r' && in.get(in.position() + i + 1) == '\n') {
                byte[] bytes = new byte[i];
                in.get(bytes).position(in.position() + 2);
                if (++lines > MOST_LINES) {
                    throw new Wire.ProtocolViolation("the body of HTTP has too many chunks");
                }
                return Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
            }
        }
        if (in.remaining() > LONGEST_LINE) {
            throw new Wire.ProtocolViolation("a line between chunks of HTTP is longer than " + LONGEST_LINE + " bytes");
        }
        return Optional.empty();
    }
}
