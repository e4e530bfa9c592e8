package io.edgeagent.adapter.hubnet;

import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;

/** A connection to a peer, as bytes. For the loop's thread. */
public interface Wire {
    /** Sends bytes, all of them, in order. They are copied where they cannot be sent at once. */
    void write(ByteBuffer data);

    /** Bytes that wait for a slow peer. A reader that makes more of them than it should stops reading. */
    long unsent();

    /** Takes no more bytes from the peer, so that it has to wait. */
    void pauseReading();

    void resumeReading();

    /** Sends what is written, then ends the connection. {@link Reader#closed} follows. */
    void close(String reason);

    /** The peer has shown who it is: its place is not given to somebody else. */
    void admitted();

    /** Certificates that the peer presented in TLS, its own first; none if it presented none. Nobody has judged them. */
    default List<X509Certificate> certificates() {
        return List.of();
    }

    /** The peer's address, for the log. */
    String peer();

    /** What understands the bytes. */
    interface Reader {
        /** The connection is there, TLS included. */
        void opened(Wire wire);

        /**
         * Takes what is complete and leaves the rest, which comes again with more behind it.
         *
         * @throws ProtocolViolation if the bytes make no sense; that ends the connection
         */
        void read(ByteBuffer in) throws ProtocolViolation;

        /** It is over; nothing comes after this. Called once, also for a connection that was never opened. */
        void closed(String reason);
    }

    /** The peer does not keep to the protocol. The message is for the log. */
    final class ProtocolViolation extends Exception {
        private static final long serialVersionUID = 1L;

        public ProtocolViolation(String reason) {
            super(reason);
        }
    }
}
