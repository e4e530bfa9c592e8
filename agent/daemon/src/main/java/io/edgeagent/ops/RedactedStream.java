package io.edgeagent.ops;

import io.edgeagent.model.Redactor;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Text on its way out, line by line without its secrets. A line that is longer than 32 kB is cut at a blank or a quote. */
final class RedactedStream extends FilterOutputStream {
    private static final int LONGEST = 32 << 10;
    private static final int LOOK_BACK = 4 << 10;
    private static final String BEGIN = "PRIVATE KEY-----";

    private final Redactor redactor;
    private final byte[] line = new byte[LONGEST];
    private int length;
    private boolean inKey;

    RedactedStream(OutputStream out, Redactor redactor) {
        super(out);
        this.redactor = redactor;
    }

    @Override
    public void write(int octet) throws IOException {
        line[length++] = (byte) octet;
        if (octet == '\n') {
            pass(length);
        } else if (length == LONGEST) {
            pass(boundary());
        }
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        for (int i = from; i < from + count; i++) {
            write(bytes[i]);
        }
    }

    private int boundary() {
        for (int i = length - 1; i > length - LOOK_BACK; i--) {
            if (line[i] == ' ' || line[i] == '"' || line[i] == ',') {
                return i + 1;
            }
        }
        return length;
    }

    /** Bytes become characters one by one, and bytes again, whatever their encoding was. */
    private void pass(int count) throws IOException {
        String text = new String(line, 0, count, StandardCharsets.ISO_8859_1);
        System.arraycopy(line, count, line, 0, length - count);
        length -= count;
        boolean begins = text.contains("-----BEGIN ") && text.contains(BEGIN);
        boolean ends = text.contains("-----END ");
        if (inKey) {
            inKey = !ends;
            return;
        }
        inKey = begins && !ends;
        out.write(redactor.text(text).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What is left of a line that has no end. */
    void finish() throws IOException {
        if (length > 0) {
            pass(length);
        }
        out.flush();
    }

    @Override
    public void flush() {
        // when a line ends
    }

    @Override
    public void close() throws IOException {
        finish();
    }
}
