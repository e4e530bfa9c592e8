package io.edgeagent.adapter.hubnet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** Opens connections over TLS to a host. Names are looked up on another thread. */
public final class Dialer {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final EventLoop loop;
    private final SSLContext tls;
    private final Executor slow;
    private final Supplier<Optional<String>> obstacle;

    /**
     * @param slow looks names up and computes signatures; may refuse
     * @param obstacle why it must not be tried now, if that is so; asked each time
     */
    public Dialer(EventLoop loop, SSLContext tls, Executor slow, Supplier<Optional<String>> obstacle) {
        this.obstacle = obstacle;
        this.loop = loop;
        this.tls = tls;
        this.slow = slow;
    }

    /** Tries it once. The reader is told that it is open, or {@link Wire.Reader#closed} with the reason. */
    public void dial(String host, int port, Wire.Reader reader) {
        Optional<String> why = obstacle.get();
        if (why.isPresent()) {
            loop.execute(() -> reader.closed(why.get()));
            return;
        }
        try {
            slow.execute(() -> {
                try {
                    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
                    loop.execute(() -> connect(address, host, reader));
                } catch (IOException e) {
                    loop.execute(() -> reader.closed("the name " + host + " cannot be looked up"));
                }
            });
        } catch (RejectedExecutionException e) {
            loop.execute(() -> reader.closed("too many connections are being opened"));
        }
    }

    private void connect(InetSocketAddress address, String host, Wire.Reader reader) {
        try {
            SocketChannel channel = SocketChannel.open();
            Dial dial = new Dial(channel, host, reader);
            try {
                loop.register(channel, SelectionKey.OP_CONNECT, dial);
                dial.patience = loop.schedule(PATIENCE, () -> dial.failed(new IOException("no answer within 20 s")));
                if (channel.connect(address)) {
                    dial.connected();
                }
            } catch (IOException e) {
                dial.failed(e);
            }
        } catch (IOException e) {
            reader.closed(String.valueOf(e.getMessage()));
        }
    }

    private final class Dial implements EventLoop.Ready {
        private final SocketChannel channel;
        private final String host;
        private final Wire.Reader reader;
        private EventLoop.Timer patience;
        private boolean over;

        private Dial(SocketChannel channel, String host, Wire.Reader reader) {
            this.channel = channel;
            this.host = host;
            this.reader = reader;
        }

        @Override
        public void ready(SelectionKey key) throws IOException {
            if (channel.finishConnect()) {
                connected();
            }
        }

        private void connected() throws IOException {
            over = true;
            patience.cancel();
            SSLEngine engine = tls.createSSLEngine(host, ((InetSocketAddress) channel.getRemoteAddress()).getPort());
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            // the certificate must be the host's
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
            new TlsWire(loop, channel, reader, engine, slow).start();
        }

        @Override
        public void failed(Throwable reason) {
            if (over) {
                return;
            }
            over = true;
            if (patience != null) {
                patience.cancel();
            }
            try {
                channel.close();
            } catch (IOException e) {
                // it was never open
            }
            reader.closed(reason.getMessage() == null ? reason.toString() : reason.getMessage());
        }
    }
}
