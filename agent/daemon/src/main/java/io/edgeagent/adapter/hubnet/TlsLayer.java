package io.edgeagent.adapter.hubnet;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** TLS inside of another connection: that to a host beyond a proxy. {@link TlsWire} is the one on a socket. */
final class TlsLayer extends Layer {
    private final SSLEngine engine;
    private final Executor slow;
    private boolean open;
    private boolean working;
    private EventLoop.Timer patience;

    TlsLayer(EventLoop loop, Wire.Reader above, SSLEngine engine, Executor slow) {
        super(loop, above);
        this.engine = engine;
        this.slow = slow;
    }

    @Override
    protected void begin() {
        patience = loop().schedule(TlsWire.HANDSHAKE_PATIENCE, () -> close("the TLS handshake took too long"));
        try {
            engine.beginHandshake();
            read(ByteBuffer.allocate(0));
        } catch (SSLException | ProtocolViolation e) {
            close("TLS: " + e.getMessage());
        }
    }

    @Override
    public void read(ByteBuffer in) throws ProtocolViolation {
        try {
            while (!isOver() && !isPaused() && step(in)) {}
        } catch (SSLException e) {
            // the alert that says why is worth sending
            flushHandshake();
            throw new ProtocolViolation("TLS: " + e.getMessage());
        }
    }

    /** One step; false if it has to wait for something. */
    private boolean step(ByteBuffer in) throws SSLException, ProtocolViolation {
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
                ByteBuffer plain = loop().inner();
                SSLEngineResult result = engine.unwrap(in, plain);
                finished(result);
                if (plain.flip().hasRemaining()) {
                    feed(plain);
                }
                if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                    close("the peer closed the connection");
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
            open();
        }
    }

    private boolean wrap(ByteBuffer data) throws SSLException {
        ByteBuffer out = loop().sealed();
        SSLEngineResult result = engine.wrap(data, out);
        below().write(out.flip());
        finished(result);
        return result.getStatus() == SSLEngineResult.Status.OK;
    }

    private void work() {
        if (working) {
            return;
        }
        working = true;
        below().pauseReading();
        try {
            slow.execute(() -> {
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
                loop().execute(this::worked);
            });
        } catch (RejectedExecutionException e) {
            close("too many TLS handshakes at once");
        }
    }

    private void worked() {
        working = false;
        if (isOver()) {
            return;
        }
        try {
            read(ByteBuffer.allocate(0));
        } catch (ProtocolViolation e) {
            close(e.getMessage());
        }
        if (!working && !isPaused()) {
            below().resumeReading();
        }
    }

    @Override
    public void write(ByteBuffer data) {
        try {
            while (data.hasRemaining() && !isOver()) {
                if (!wrap(data)) {
                    close("TLS takes no more data");
                }
            }
        } catch (SSLException e) {
            close("TLS: " + e.getMessage());
        }
    }

    @Override
    protected void sayGoodbye() {
        engine.closeOutbound();
        flushHandshake();
    }

    private void flushHandshake() {
        try {
            while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && wrap(ByteBuffer.allocate(0))) {}
        } catch (SSLException e) {
            // the peer will see the connection end
        }
    }

    @Override
    protected void released() {
        if (patience != null) {
            patience.cancel();
        }
    }
}
