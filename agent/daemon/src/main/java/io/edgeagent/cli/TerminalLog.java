package io.edgeagent.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What a module wrote, on its way to a terminal: colours stay, everything else that a terminal would obey does not. A module must
 * not retitle the window, move the cursor over what others said, or type into the shell of whoever reads its log.
 */
final class TerminalLog extends OutputStream {
    private static final int ESCAPE = 0x1b;
    private static final int DELETE = 0x7f;
    private static final int LONGEST = 32;

    private final OutputStream to;
    // an escape sequence that may turn out to be a colour, or the first byte of a C1 control in UTF-8
    private final StringBuilder held = new StringBuilder();

    TerminalLog(OutputStream to) {
        this.to = to;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        for (int i = from; i < from + length; i++) {
            write(bytes[i]);
        }
    }

    @Override
    public void write(int octet) throws IOException {
        int c = octet & 0xff;
        if (held.isEmpty()) {
            begin(c);
        } else if (held.charAt(0) == ESCAPE) {
            escape(c);
        } else {
            held.setLength(0);
            // U+0080 to U+009F
            if (c >= 0x80 && c <= 0x9f) {
                to.write('?');
            } else {
                to.write(0xc2);
                begin(c);
            }
        }
    }

    private void begin(int c) throws IOException {
        if (c == ESCAPE || c == 0xc2) {
            held.append((char) c);
        } else {
            boolean isControl = c < ' ' && c != '\n' && c != '\t' && c != '\r';
            to.write(isControl || c == DELETE ? '?' : c);
        }
    }

    private void escape(int c) throws IOException {
        held.append((char) c);
        String sequence = held.substring(1);
        if (sequence.matches("\\[[0-9;:]*m")) {
            to.write(held.toString().getBytes(StandardCharsets.ISO_8859_1));
            held.setLength(0);
        } else if (!sequence.matches("\\[[0-9;:]*") || held.length() > LONGEST) {
            // not a colour: shown, not obeyed
            held.setLength(0);
            to.write('?');
            for (int i = 0; i < sequence.length(); i++) {
                write(sequence.charAt(i));
            }
        }
    }

    @Override
    public void flush() throws IOException {
        to.flush();
    }
}
