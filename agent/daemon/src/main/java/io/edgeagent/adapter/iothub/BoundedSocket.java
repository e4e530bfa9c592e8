package io.edgeagent.adapter.iothub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** A TCP connection that may take only so long and bring only so much in all, however slowly it drips. */
final class BoundedSocket extends Socket {
    private final Duration patience;
    private final long most;
    private final long deadline;
    private long read;
    private boolean lifted;

    BoundedSocket(Duration patience, long most) {
        this.patience = patience;
        this.most = most;
        this.deadline = System.nanoTime() + patience.toNanos();
    }

    /** From now on it may stay for ever. */
    synchronized void lift() {
        lifted = true;
    }

    /** How long a read that begins now may take; 0 for as long as it wants. */
    private synchronized int patienceMillis(int own) throws IOException {
        if (lifted) {
            return own;
        }
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw over();
        }
        return own == 0 ? (int) left : (int) Math.min(own, left);
    }

    private Explained.Failure over() {
        return new Explained.Failure("no whole answer within " + patience.toSeconds() + " seconds");
    }

    private synchronized void count(int bytes) throws IOException {
        read += Math.max(0, bytes);
        if (!lifted && read > most) {
            throw new Explained.Failure("the answer is larger than " + most / 1024 + " kB");
        }
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                int own = getSoTimeout();
                int patient = patienceMillis(own);
                if (patient == own) {
                    return counted(super.read(to, offset, length));
                }
                setSoTimeout(patient);
                try {
                    return counted(super.read(to, offset, length));
                } catch (SocketTimeoutException e) {
                    throw over();
                } finally {
                    restore(own);
                }
            }

            private int counted(int bytes) throws IOException {
                count(bytes);
                return bytes;
            }

            private void restore(int own) {
                try {
                    setSoTimeout(own);
                } catch (SocketException e) {
                    // it was closed in the meantime, which the read has told
                }
            }
        };
    }
}
