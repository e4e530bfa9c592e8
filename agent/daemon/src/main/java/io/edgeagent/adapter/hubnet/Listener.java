package io.edgeagent.adapter.hubnet;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections at one address, over TLS or without. */
public final class Listener implements EventLoop.Ready, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final int BACKLOG = 128;
    private static final String CHACHA = "_CHACHA20_";

    private final EventLoop loop;
    private final ConnectionLimit limit;
    private final Optional<Tls> tls;
    private final Supplier<Wire.Reader> readers;
    private final ServerSocketChannel channel;

    /**
     * What connections are secured with.
     *
     * @param versions of TLS that a new connection may speak; none for Java's own choice
     * @param certificates whether clients are asked for one; they need not have it
     * @param slow computes signatures; may refuse
     */
    public record Tls(
            SSLContext context, Supplier<List<String>> versions, BooleanSupplier certificates, Executor slow) {
        /** Clients are asked for no certificate. */
        public Tls(SSLContext context, Supplier<List<String>> versions, Executor slow) {
            this(context, versions, () -> false, slow);
        }

        SSLEngine engine() {
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(false);
            SSLParameters parameters = engine.getSSLParameters();
            if (certificates.getAsBoolean()) {
                parameters.setWantClientAuth(true);
            }
            List<String> asked = versions.get();
            if (!asked.isEmpty()) {
                parameters.setProtocols(asked.toArray(String[]::new));
            }
            parameters.setCipherSuites(quickestFirst(parameters.getCipherSuites()));
            parameters.setUseCipherSuitesOrder(true);
            engine.setSSLParameters(parameters);
            return engine;
        }

        /** ChaCha20 needs no instructions of the CPU for AES, which C1 would not use anyway: measured, a fifth of the time. */
        private static String[] quickestFirst(String[] suites) {
            return Stream.concat(
                            Arrays.stream(suites).filter(suite -> suite.contains(CHACHA)),
                            Arrays.stream(suites).filter(suite -> !suite.contains(CHACHA)))
                    .toArray(String[]::new);
        }
    }

    /**
     * Begins to listen.
     *
     * @param limit that it shares with other listeners
     * @param readers what understands a connection
     * @throws IOException if the address is taken, or not this machine's
     */
    public Listener(
            EventLoop loop, InetSocketAddress address, ConnectionLimit limit, Tls tls, Supplier<Wire.Reader> readers)
            throws IOException {
        this(loop, address, limit, Optional.of(tls), readers);
    }

    /** The same, also without TLS. */
    public Listener(
            EventLoop loop,
            InetSocketAddress address,
            ConnectionLimit limit,
            Optional<Tls> tls,
            Supplier<Wire.Reader> readers)
            throws IOException {
        this.loop = loop;
        this.limit = limit;
        this.tls = tls;
        this.readers = readers;
        this.channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, BACKLOG);
            loop.register(channel, SelectionKey.OP_ACCEPT, this);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    public InetSocketAddress address() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    @Override
    public void ready(SelectionKey key) {
        try {
            for (SocketChannel client = channel.accept(); client != null; client = channel.accept()) {
                admit(client);
            }
        } catch (IOException e) {
            // no file descriptor is left, or the client has gone: the others go on
            LOG.warn("event=accept_failed reason=\"{}\"", e.getMessage());
        }
    }

    private void admit(SocketChannel client) {
        try {
            if (!limit.makeRoom()) {
                client.close();
                return;
            }
            Counted reader = new Counted(readers.get());
            TcpWire wire = tls.isPresent()
                    ? new TlsWire(
                            loop, client, reader, tls.get().engine(), tls.get().slow())
                    : new TcpWire(loop, client, reader);
            reader.enter(wire);
            try {
                wire.start();
            } catch (IOException | RuntimeException e) {
                wire.failed(e);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("event=connection_failed reason=\"{}\"", e.toString());
            try {
                client.close();
            } catch (IOException again) {
                // it is gone either way
            }
        }
    }

    @Override
    public void failed(Throwable reason) {
        LOG.error("event=listener_failed reason=\"{}\"", reason.toString());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Says when there is room again. */
    private final class Counted implements Wire.Reader {
        private final Wire.Reader reader;
        private TcpWire counted;

        private Counted(Wire.Reader reader) {
            this.reader = reader;
        }

        private void enter(TcpWire wire) {
            counted = wire;
            limit.entered(wire);
        }

        @Override
        public void opened(Wire wire) {
            reader.opened(wire);
        }

        @Override
        public void read(ByteBuffer in) throws Wire.ProtocolViolation {
            reader.read(in);
        }

        @Override
        public void closed(String reason) {
            limit.left(counted);
            reader.closed(reason);
        }
    }
}
