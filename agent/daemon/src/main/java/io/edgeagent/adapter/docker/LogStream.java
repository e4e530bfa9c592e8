package io.edgeagent.adapter.docker;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;

/**
 * A container's output as the engine hands it over: frames with a head of eight bytes, stream and length (Docker API,
 * ContainerAttach, "Stream format"); the plain output if the container has a terminal. A frame can be of any length.
 */
final class LogStream {
    private static final int STDERR = 2;

    private final DataInputStream in;
    private final boolean plain;
    private final byte[] buffer = new byte[8192];

    LogStream(InputStream in, boolean plain) {
        // a frame is a line: its head would be five reads through all layers of the client
        this.in = new DataInputStream(new BufferedInputStream(in));
        this.plain = plain;
    }

    /** Takes the output as it comes. */
    interface Taker {
        /**
         * The first bytes of a buffer that is used again.
         *
         * @param begins whether they begin a frame, or the output of a terminal
         * @return false if no more is wanted
         */
        boolean take(boolean stderr, boolean begins, byte[] buffer, int count);
    }

    /** Until the output ends, or nobody reads what is written any more. */
    void copy(OutputStream out, OutputStream err) {
        read((stderr, begins, bytes, count) -> write(bytes, count, stderr ? err : out));
    }

    /** Until the output ends, or no more is wanted. */
    void read(Taker taker) {
        try {
            boolean wanted = true;
            while (wanted) {
                wanted = plain ? passOn(Long.MAX_VALUE, false, taker) : frame(taker);
            }
        } catch (EOFException e) {
            // the end
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean frame(Taker taker) throws IOException {
        int stream = in.readUnsignedByte();
        in.readUnsignedByte();
        in.readUnsignedShort();
        return passOn(Integer.toUnsignedLong(in.readInt()), stream == STDERR, taker);
    }

    private boolean passOn(long length, boolean stderr, Taker taker) throws IOException {
        for (long left = length; left > 0; ) {
            int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new EOFException();
            }
            if (!taker.take(stderr, left == length, buffer, count)) {
                return false;
            }
            left -= count;
        }
        return true;
    }

    private static boolean write(byte[] bytes, int count, OutputStream target) {
        try {
            target.write(bytes, 0, count);
            target.flush();
            // a PrintStream keeps to itself that its reader went away
            return !(target instanceof PrintStream print) || !print.checkError();
        } catch (IOException e) {
            return false;
        }
    }
}
