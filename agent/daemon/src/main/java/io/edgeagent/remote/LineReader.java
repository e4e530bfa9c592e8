package io.edgeagent.remote;

import java.io.IOException;
import java.util.Arrays;

/**
 * Puts pieces of a log together to lines. Lines of standard output and of standard error may be mixed; each stream has its own line
 * that is not complete yet. A line that is longer than 32 kB comes in parts.
 */
final class LineReader implements ModuleLogs.Reader {
    private static final int MOST = 32 << 10;
    /** Of "2026-11-28T09:00:00.123456789+00:00 ". */
    private static final int LONGEST_STAMP = 40;

    private final boolean stamped;
    private final Lines lines;
    private final Pending out = new Pending(false);
    private final Pending err = new Pending(true);

    /** Takes lines. */
    interface Lines {
        /** @return false to read no further */
        boolean line(LogLine line) throws IOException;
    }

    /** @param stamped whether each piece begins with a time of the engine */
    LineReader(boolean stamped, Lines lines) {
        this.stamped = stamped;
        this.lines = lines;
    }

    @Override
    public boolean read(boolean stderr, boolean begins, byte[] bytes, int count) throws IOException {
        return (stderr ? err : out).add(begins, bytes, count);
    }

    /** What is left is a line too: a module that was killed may not have ended its last one. */
    void end() throws IOException {
        if (out.rest()) {
            var unused = err.rest();
        }
    }

    /** The line of one stream that is not complete. */
    private final class Pending {
        private final boolean stderr;
        private byte[] line = new byte[512];
        private int length;
        // of the piece at hand, the engine's time is still to be dropped: the line has one already
        private boolean inStamp;
        private int stampLength;
        private boolean continues;

        Pending(boolean stderr) {
            this.stderr = stderr;
        }

        boolean add(boolean begins, byte[] bytes, int count) throws IOException {
            if (begins) {
                inStamp = stamped && (length > 0 || continues);
                stampLength = 0;
            }
            int from = inStamp ? afterStamp(bytes, count) : 0;
            for (int at = from; at < count; at++) {
                if (bytes[at] == '\n') {
                    append(bytes, from, at + 1);
                    if (!hand(false)) {
                        return false;
                    }
                    from = at + 1;
                } else if (length + at - from >= MOST) {
                    append(bytes, from, at);
                    if (!hand(true)) {
                        return false;
                    }
                    from = at;
                }
            }
            append(bytes, from, count);
            return true;
        }

        private int afterStamp(byte[] bytes, int count) {
            for (int at = 0; at < count; at++) {
                stampLength++;
                if (bytes[at] == ' ' || stampLength > LONGEST_STAMP) {
                    inStamp = false;
                    return at + 1;
                }
            }
            return count;
        }

        private void append(byte[] bytes, int from, int to) {
            if (length + to - from > line.length) {
                line = Arrays.copyOf(line, Math.max(line.length * 2, length + to - from));
            }
            System.arraycopy(bytes, from, line, length, to - from);
            length += to - from;
        }

        private boolean hand(boolean cut) throws IOException {
            int start = stamped && !continues ? endOfStamp() : 0;
            LogLine whole = new LogLine(stderr, line, 0, start, length, continues);
            length = 0;
            continues = cut;
            return lines.line(whole);
        }

        private int endOfStamp() {
            for (int at = 0; at < Math.min(length, LONGEST_STAMP); at++) {
                if (line[at] == ' ') {
                    return at + 1;
                }
            }
            return 0;
        }

        private boolean rest() throws IOException {
            return length == 0 || hand(false);
        }
    }
}
