package io.edgeagent.adapter.hubnet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;

/** TLS inside of another connection: that to a host beyond a proxy. {@link TlsWire} is the one on a socket. */
final class TlsLayer extends Layer {
    private final TlsFlow flow;
    private EventLoop.Timer patience;

    /** @param slow runs what takes long; may refuse it */
    TlsLayer(EventLoop loop, Wire.Reader above, SSLEngine engine, Executor slow) {
        super(loop, above);
        this.flow = new TlsFlow(loop, engine, slow, new Below());
    }

    /** The connection below carries the records. */
    private final class Below implements TlsFlow.Carrier {
        @Override
        public ByteBuffer plain() {
            return loop().inner();
        }

        @Override
        public void send(ByteBuffer sealed) {
            below().write(sealed);
        }

        @Override
        public void feed(ByteBuffer plain) throws ProtocolViolation {
            TlsLayer.this.feed(plain);
        }

        @Override
        public void opened() {
            patience.cancel();
            open();
        }

        @Override
        public void ended(String reason) {
            close(reason);
        }

        @Override
        public void working() {
            below().pauseReading();
        }

        @Override
        public void worked() {
            TlsLayer.this.worked();
        }
    }

    @Override
    protected void begin() {
        patience = loop().schedule(TlsWire.HANDSHAKE_PATIENCE, () -> close("the TLS handshake took too long"));
        try {
            flow.begin();
            read(ByteBuffer.allocate(0));
        } catch (IOException | ProtocolViolation e) {
            close("TLS: " + e.getMessage());
        }
    }

    @Override
    public void read(ByteBuffer in) throws ProtocolViolation {
        try {
            while (!isOver() && !isPaused() && flow.step(in)) {}
        } catch (IOException e) {
            flow.complain();
            throw new ProtocolViolation("TLS: " + e.getMessage());
        }
    }

    private void worked() {
        if (isOver()) {
            return;
        }
        try {
            read(ByteBuffer.allocate(0));
        } catch (ProtocolViolation e) {
            close(e.getMessage());
        }
        if (!flow.isWorking() && !isPaused()) {
            below().resumeReading();
        }
    }

    @Override
    public void write(ByteBuffer data) {
        try {
            while (data.hasRemaining() && !isOver()) {
                if (!flow.seal(data)) {
                    close("TLS takes no more data");
                }
            }
        } catch (IOException e) {
            close("TLS: " + e.getMessage());
        }
    }

    @Override
    protected void sayGoodbye() {
        try {
            flow.sayGoodbye();
        } catch (IOException e) {
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
