package io.edgeagent.adapter.iothub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/**
 * Reads MQTT along with the client, which makes room for whatever length a packet announces: one that is larger than a hub may send
 * ends the connection before that. MQTT 3.1.1, 2.2.3.
 */
final class MqttGuard extends FilterInputStream {
    /** IoT Hub's largest message, and its topic. */
    static final int MOST = (256 << 10) + (4 << 10);

    private static final int MAX_LENGTH_BYTES = 4;

    private boolean inLength;
    private int lengthBytes;
    private int length;
    private int left;

    private final Consumer<String> told;

    /** @param told why the connection is ended: the libraries above lose it on the way */
    MqttGuard(InputStream in, Consumer<String> told) {
        super(in);
        this.told = told;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int offset, int count) throws IOException {
        int read = super.read(to, offset, count);
        for (int i = offset; i < offset + read; ) {
            if (left > 0) {
                int skipped = Math.min(left, offset + read - i);
                left -= skipped;
                i += skipped;
            } else {
                header(to[i++]);
            }
        }
        return read;
    }

    private void header(byte next) throws IOException {
        if (!inLength) {
            inLength = true;
            lengthBytes = 0;
            length = 0;
            return;
        }
        length |= (next & 0x7F) << (7 * lengthBytes++);
        if ((next & 0x80) == 0) {
            inLength = false;
            left = length;
        } else if (lengthBytes == MAX_LENGTH_BYTES) {
            throw failure("what the hub sent is not MQTT");
        }
        if (length > MOST) {
            throw failure("the hub sent a message of " + (length >> 10) + " kB or more; at most " + (MOST >> 10)
                    + " kB are read");
        }
    }

    private Explained.Failure failure(String text) {
        told.accept(text);
        return new Explained.Failure(text);
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
