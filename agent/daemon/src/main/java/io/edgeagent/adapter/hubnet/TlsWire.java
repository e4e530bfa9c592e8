package io.edgeagent.adapter.hubnet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * A connection over TLS, on either side. Buffers are the loop's, only what is incomplete is kept.
 */
final class TlsWire extends TcpWire {
    /** For the whole handshake, of which a slow board computes the most. */
    static final Duration HANDSHAKE_PATIENCE = Duration.ofSeconds(20);
    /** For a client's first bytes. */
    private static final Duration HELLO_PATIENCE = Duration.ofSeconds(10);

    private final TlsFlow flow;
    private ByteBuffer incomplete = ByteBuffer.allocate(0);
    private EventLoop.Timer patience;

    /** @param slow runs what takes long; may refuse it */
    TlsWire(EventLoop loop, SocketChannel channel, Reader reader, SSLEngine engine, Executor slow) throws IOException {
        super(loop, channel, reader);
        this.flow = new TlsFlow(loop, engine, slow, new Socket());
    }

    /** The socket carries the records. */
    private final class Socket implements TlsFlow.Carrier {
        @Override
        public ByteBuffer plain() {
            return loop.plain();
        }

        @Override
        public void send(ByteBuffer sealed) throws IOException {
            TlsWire.this.send(sealed);
        }

        @Override
        public void feed(ByteBuffer plain) {
            TlsWire.this.feed(plain);
        }

        @Override
        public void opened() {
            patience.cancel();
            TlsWire.this.opened();
        }

        @Override
        public void ended(String reason) {
            TlsWire.this.ended(reason);
        }

        @Override
        public void working() {
            updateInterest();
        }

        @Override
        public void worked() {
            TlsWire.this.worked();
        }
    }

    @Override
    public List<X509Certificate> certificates() {
        return flow.certificates();
    }

    @Override
    void start() throws IOException {
        hold(loop.register(channel, SelectionKey.OP_READ, this));
        patience = loop.schedule(HELLO_PATIENCE, this::beLessPatient);
        flow.begin();
        proceed(ByteBuffer.allocate(0));
    }

    private void beLessPatient() {
        if (flow.isServer() && !hasHeard()) {
            ended("nothing came within " + HELLO_PATIENCE.toSeconds() + " s");
        } else {
            Duration rest = HANDSHAKE_PATIENCE.minus(HELLO_PATIENCE);
            patience = loop.schedule(rest, () -> ended("the TLS handshake took too long"));
        }
    }

    @Override
    boolean isHeld() {
        return flow.isWorking();
    }

    @Override
    void receive() throws IOException {
        ByteBuffer in = loop.encrypted();
        in.put(incomplete);
        if (fill(in) < 0) {
            ended(flow.isOpen() ? "the peer closed the connection" : "the peer ended the TLS handshake");
            return;
        }
        proceed(in.flip());
    }

    @Override
    void resumed() {
        if (incomplete.hasRemaining() && !flow.isWorking()) {
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
            while (!isClosed() && !isPaused() && flow.step(in)) {}
        } catch (SSLException e) {
            flow.complain();
            ended("TLS: " + e.getMessage());
        } catch (ProtocolViolation e) {
            ended(e.getMessage());
        }
        incomplete = in.hasRemaining() && !isClosed()
                ? ByteBuffer.allocate(in.remaining()).put(in).flip()
                : ByteBuffer.allocate(0);
    }

    private void worked() {
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
            if (!flow.seal(data)) {
                throw new IOException("TLS takes no more data");
            }
        }
    }

    @Override
    void sayGoodbye() throws IOException {
        flow.sayGoodbye();
    }

    @Override
    void released() {
        if (patience != null) {
            patience.cancel();
        }
    }
}
