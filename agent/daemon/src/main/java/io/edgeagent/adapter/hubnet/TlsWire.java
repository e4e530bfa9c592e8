package io.edgeagent.adapter.hubnet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * A connection over TLS, on either side. Signatures of the handshake, which take long on a small board, run on another thread; the
 * connection is not read meanwhile. Buffers are the loop's, only what is incomplete is kept.
 */
final class TlsWire extends TcpWire {
    /** For the whole handshake, of which a slow board computes the most. */
    static final Duration HANDSHAKE_PATIENCE = Duration.ofSeconds(20);
    /** For a client's first bytes. */
    private static final Duration HELLO_PATIENCE = Duration.ofSeconds(10);

    private final SSLEngine engine;
    private final Executor slow;
    private ByteBuffer incomplete = ByteBuffer.allocate(0);
    private boolean open;
    private boolean working;
    private EventLoop.Timer patience;

    /** @param slow runs what takes long; may refuse it */
    TlsWire(EventLoop loop, SocketChannel channel, Reader reader, SSLEngine engine, Executor slow) throws IOException {
        super(loop, channel, reader);
        this.engine = engine;
        this.slow = slow;
    }

    @Override
    void start() throws IOException {
        hold(loop.register(channel, SelectionKey.OP_READ, this));
        patience = loop.schedule(HELLO_PATIENCE, this::beLessPatient);
        engine.beginHandshake();
        proceed(ByteBuffer.allocate(0));
    }

    private void beLessPatient() {
        if (!engine.getUseClientMode() && !hasHeard()) {
            ended("nothing came within " + HELLO_PATIENCE.toSeconds() + " s");
        } else {
            Duration rest = HANDSHAKE_PATIENCE.minus(HELLO_PATIENCE);
            patience = loop.schedule(rest, () -> ended("the TLS handshake took too long"));
        }
    }

    @Override
    boolean isHeld() {
        return working;
    }

    @Override
    void receive() throws IOException {
        ByteBuffer in = loop.encrypted();
        in.put(incomplete);
        if (fill(in) < 0) {
            ended(open ? "the peer closed the connection" : "the peer ended the TLS handshake");
            return;
        }
        proceed(in.flip());
    }

    @Override
    void resumed() {
        if (incomplete.hasRemaining() && !working) {
            ByteBuffer in = loop.encrypted().put(incomplete).flip();
            try {
                proceed(in);
            } catch (IOException e) {
                failed(e);
            }
        }
    }

    /** Decrypts as far as it goes, and keeps the rest. */
    private void proceed(ByteBuffer in) throws IOException {
        try {
            while (!isClosed() && !isPaused() && step(in)) {}
        } catch (SSLException e) {
            // the alert that says why is worth sending
            trySendAlert();
            ended("TLS: " + e.getMessage());
        }
        incomplete = in.hasRemaining() && !isClosed()
                ? ByteBuffer.allocate(in.remaining()).put(in).flip()
                : ByteBuffer.allocate(0);
    }

    /** One step; false if it has to wait for something. */
    private boolean step(ByteBuffer in) throws IOException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                work();
                return false;
            }
            case NEED_WRAP -> {
                return wrap(ByteBuffer.allocate(0));
            }
            default -> {
                if (!in.hasRemaining()) {
                    return false;
                }
                ByteBuffer plain = loop.plain();
                SSLEngineResult result = engine.unwrap(in, plain);
                finished(result);
                if (plain.flip().hasRemaining()) {
                    feed(plain);
                }
                if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                    ended("the peer closed the connection");
                    return false;
                }
                return result.getStatus() != SSLEngineResult.Status.BUFFER_UNDERFLOW;
            }
        }
    }

    private void finished(SSLEngineResult result) {
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED && !open) {
            open = true;
            patience.cancel();
            opened();
        }
    }

    private boolean wrap(ByteBuffer data) throws IOException {
        ByteBuffer out = loop.sealed();
        SSLEngineResult result = engine.wrap(data, out);
        send(out.flip());
        finished(result);
        return result.getStatus() == SSLEngineResult.Status.OK;
    }

    private void work() {
        if (working) {
            return;
        }
        working = true;
        updateInterest();
        try {
            slow.execute(() -> {
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
                loop.execute(this::worked);
            });
        } catch (RejectedExecutionException e) {
            ended("too many TLS handshakes at once");
        }
    }

    private void worked() {
        working = false;
        if (!isClosed()) {
            updateInterest();
            try {
                proceed(loop.encrypted().put(incomplete).flip());
            } catch (IOException | RuntimeException e) {
                failed(e);
            }
        }
    }

    @Override
    void seal(ByteBuffer data) throws IOException {
        while (data.hasRemaining() && !isClosed()) {
            if (!wrap(data)) {
                throw new IOException("TLS takes no more data");
            }
        }
    }

    @Override
    void sayGoodbye() throws IOException {
        engine.closeOutbound();
        while (!engine.isOutboundDone() && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            if (!wrap(ByteBuffer.allocate(0))) {
                return;
            }
        }
    }

    private void trySendAlert() {
        try {
            while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && wrap(ByteBuffer.allocate(0))) {}
        } catch (IOException e) {
            // the peer will see the connection end
        }
    }

    @Override
    void released() {
        if (patience != null) {
            patience.cancel();
        }
    }
}
