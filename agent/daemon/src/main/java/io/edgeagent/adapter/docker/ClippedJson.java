package io.edgeagent.adapter.docker;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * JSON on its way to a parser, with long strings cut short and the whole bounded. A label, a variable or a message can have
 * megabytes, as a key or as a value; none of them needs memory here.
 */
final class ClippedJson extends FilterInputStream {
    /** Bytes that are left of a string, give or take one character. */
    static final int STRING_MAX = 8 << 10;

    private static final int LONGEST_CHARACTER = 4;

    private final long limit;
    private long read;
    private boolean inString;
    private int length; // of the string so far
    private int escape; // bytes that still belong to an escape sequence
    private boolean dropping;

    /** @param limit bytes of the whole; more is an {@link EngineReplyException} */
    ClippedJson(InputStream in, long limit) {
        super(in);
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int size) throws IOException {
        int kept = 0;
        while (kept == 0 && size > 0) {
            int count = in.read(bytes, offset, size);
            if (count < 0) {
                return -1;
            }
            read += count;
            if (read > limit) {
                throw EngineReplyException.tooLarge(limit);
            }
            for (int i = offset; i < offset + count; i++) {
                if (keeps(bytes[i])) {
                    bytes[offset + kept++] = bytes[i];
                }
            }
        }
        return kept;
    }

    private boolean keeps(byte next) {
        if (!inString) {
            inString = next == '"';
            length = 0;
            return true;
        }
        if (escape > 0) {
            // of four digits after \\u, which are the only escape of more than one
            escape += escape == 1 && next == 'u' ? 4 : 0;
            escape--;
        } else if (next == '"') {
            inString = false;
            dropping = false;
            return true;
        } else {
            dropping |= length >= STRING_MAX && (isStart(next) || length >= STRING_MAX + LONGEST_CHARACTER);
            escape = next == '\\' ? 1 : 0;
        }
        length += dropping ? 0 : 1;
        return !dropping;
    }

    /** Whether a character of UTF-8 begins here. */
    private static boolean isStart(byte next) {
        return (next & 0xc0) != 0x80;
    }

    @Override
    public long skip(long count) {
        return 0;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
