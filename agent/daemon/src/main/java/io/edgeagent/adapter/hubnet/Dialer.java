package io.edgeagent.adapter.hubnet;

import io.edgeagent.upstream.ConnectRequest;
import io.edgeagent.upstream.Proxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** Opens connections over TLS to a host, directly or through a proxy. Names are looked up on another thread. */
public final class Dialer {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final EventLoop loop;
    private final SSLContext tls;
    private final Executor slow;

    /** @param slow looks names up and computes signatures; may refuse */
    public Dialer(EventLoop loop, SSLContext tls, Executor slow) {
        this.loop = loop;
        this.tls = tls;
        this.slow = slow;
    }

    /**
     * Tries it once. The reader is told that it is open, or {@link Wire.Reader#closed} with the reason.
     *
     * @param proxy looks the host's name up by itself
     */
    public void dial(String host, int port, Optional<Proxy> proxy, Wire.Reader reader) {
        Call call = new Call(host, port, proxy, reader);
        try {
            slow.execute(() -> {
                try {
                    InetSocketAddress address =
                            new InetSocketAddress(InetAddress.getByName(call.nextHost()), call.nextPort());
                    loop.execute(() -> connect(address, call));
                } catch (IOException e) {
                    loop.execute(() -> call.failed("the name " + call.nextHost() + " cannot be looked up"));
                }
            });
        } catch (RejectedExecutionException e) {
            loop.execute(() -> call.failed("too many connections are being opened"));
        }
    }

    private void connect(InetSocketAddress address, Call call) {
        try {
            SocketChannel channel = SocketChannel.open();
            Dial dial = new Dial(channel, call);
            try {
                loop.register(channel, SelectionKey.OP_CONNECT, dial);
                dial.patience = loop.schedule(PATIENCE, () -> dial.failed(new IOException("no answer within 20 s")));
                if (channel.connect(address)) {
                    dial.connected();
                }
            } catch (IOException | RuntimeException e) {
                dial.failed(e);
            }
        } catch (IOException e) {
            call.failed(String.valueOf(e.getMessage()));
        }
    }

    private SSLEngine engine(String host, int port) {
        SSLEngine engine = tls.createSSLEngine(host, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        // the certificate must be the host's
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** Who is to be reached, and how. */
    private record Call(String host, int port, Optional<Proxy> proxy, Wire.Reader reader) {
        String nextHost() {
            return proxy.map(Proxy::host).orElse(host);
        }

        int nextPort() {
            return proxy.map(Proxy::port).orElse(port);
        }

        void failed(String reason) {
            reader.closed(proxy.map(through -> "the proxy " + through + " cannot be reached: " + reason)
                    .orElse(reason));
        }
    }

    private TcpWire wire(SocketChannel channel, Call call) throws IOException {
        SSLEngine toHost = engine(call.host(), call.port());
        if (call.proxy().isEmpty()) {
            return new TlsWire(loop, channel, call.reader(), toHost, slow);
        }
        Proxy proxy = call.proxy().get();
        Wire.Reader tunnel = new TunnelExchange(
                loop,
                new ConnectRequest(proxy, call.host(), call.port()),
                new TlsLayer(loop, call.reader(), toHost, slow));
        return proxy.tls()
                ? new TlsWire(loop, channel, tunnel, engine(proxy.host(), proxy.port()), slow)
                : new TcpWire(loop, channel, tunnel);
    }

    private final class Dial implements EventLoop.Ready {
        private final SocketChannel channel;
        private final Call call;
        private EventLoop.Timer patience;
        private boolean over;

        private Dial(SocketChannel channel, Call call) {
            this.channel = channel;
            this.call = call;
        }

        @Override
        public void ready(SelectionKey key) throws IOException {
            if (!over && channel.finishConnect()) {
                connected();
            }
        }

        private void connected() throws IOException {
            TcpWire wire = wire(channel, call);
            over = true;
            patience.cancel();
            try {
                wire.start();
            } catch (IOException | RuntimeException e) {
                wire.failed(e);
            }
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
            call.failed(reason.getMessage() == null ? reason.toString() : reason.getMessage());
        }
    }
}
