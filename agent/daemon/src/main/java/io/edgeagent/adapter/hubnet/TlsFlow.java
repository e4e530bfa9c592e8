package io.edgeagent.adapter.hubnet;

import io.edgeagent.adapter.hubnet.Wire.ProtocolViolation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * The handshake and the records of one TLS connection, whatever carries it. Signatures of the handshake, which take long on a small
 * board, run on another thread; nothing may be read meanwhile. For the loop's thread.
 */
final class TlsFlow {
    /** What it runs over and what it serves. */
    interface Carrier {
        /** An empty buffer for decrypted bytes. */
        ByteBuffer plain();

        void send(ByteBuffer sealed) throws IOException;

        void feed(ByteBuffer plain) throws ProtocolViolation;

        /** The handshake is done. */
        void opened();

        void ended(String reason);

        /** Nothing can be read until {@link #worked}. */
        void working();

        void worked();
    }

    private final EventLoop loop;
    private final SSLEngine engine;
    private final Executor slow;
    private final Carrier carrier;
    private boolean open;
    private boolean working;

    /** @param slow runs what takes long; may refuse it */
    TlsFlow(EventLoop loop, SSLEngine engine, Executor slow, Carrier carrier) {
        this.loop = loop;
        this.engine = engine;
        this.slow = slow;
        this.carrier = carrier;
    }

    void begin() throws IOException {
        engine.beginHandshake();
    }

    /** What the peer has presented; none if it presented none. */
    List<X509Certificate> certificates() {
        try {
            return Arrays.stream(engine.getSession().getPeerCertificates())
                    .filter(X509Certificate.class::isInstance)
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    boolean isOpen() {
        return open;
    }

    boolean isWorking() {
        return working;
    }

    boolean isServer() {
        return !engine.getUseClientMode();
    }

    /** One step with what came; false if it has to wait for something. */
    boolean step(ByteBuffer in) throws IOException, ProtocolViolation {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                work();
                return false;
            }
            case NEED_WRAP -> {
                return seal(ByteBuffer.allocate(0));
            }
            default -> {
                if (!in.hasRemaining()) {
                    return false;
                }
                ByteBuffer plain = carrier.plain();
                SSLEngineResult result = engine.unwrap(in, plain);
                finished(result);
                if (plain.flip().hasRemaining()) {
                    carrier.feed(plain);
                }
                if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                    carrier.ended("the peer closed the connection");
                    return false;
                }
                return result.getStatus() != SSLEngineResult.Status.BUFFER_UNDERFLOW;
            }
        }
    }

    private void finished(SSLEngineResult result) {
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED && !open) {
            open = true;
            carrier.opened();
        }
    }

    /** Encrypts and sends as much as one record holds; false if TLS takes no more. */
    boolean seal(ByteBuffer data) throws IOException {
        ByteBuffer out = loop.sealed();
        SSLEngineResult result = engine.wrap(data, out);
        carrier.send(out.flip());
        finished(result);
        return result.getStatus() == SSLEngineResult.Status.OK;
    }

    private void work() {
        if (working) {
            return;
        }
        working = true;
        carrier.working();
        try {
            slow.execute(() -> {
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
                loop.execute(this::worked);
            });
        } catch (RejectedExecutionException e) {
            carrier.ended("too many TLS handshakes at once");
        }
    }

    private void worked() {
        working = false;
        carrier.worked();
    }

    /** Sends the alert that says why it failed, if it can be sent. */
    void complain() {
        try {
            flush();
        } catch (IOException e) {
            // the peer will see the connection end
        }
    }

    void sayGoodbye() throws IOException {
        engine.closeOutbound();
        flush();
    }

    private void flush() throws IOException {
        while (!engine.isOutboundDone()
                && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
                && seal(ByteBuffer.allocate(0))) {}
    }
}
