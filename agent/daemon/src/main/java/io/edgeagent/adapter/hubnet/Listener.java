package io.edgeagent.adapter.hubnet;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections over TLS at one address. */
public final class Listener implements EventLoop.Ready, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    /** Connections of which nothing is known yet, and those that are. A client more is closed at once. */
    static final int MOST_CONNECTIONS = 300;

    private final EventLoop loop;
    private final SSLContext tls;
    private final Executor slow;
    private final Supplier<Wire.Reader> readers;
    private final ServerSocketChannel channel;
    private int open;
    private boolean saidFull;

    /** @throws IOException if the address is taken, or not this machine's */
    public Listener(
            EventLoop loop, InetSocketAddress address, SSLContext tls, Executor slow, Supplier<Wire.Reader> readers)
            throws IOException {
        this.loop = loop;
        this.tls = tls;
        this.slow = slow;
        this.readers = readers;
        this.channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, 128);
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
            if (open >= MOST_CONNECTIONS) {
                if (!saidFull) {
                    saidFull = true;
                    LOG.warn("event=connections_full most={}", MOST_CONNECTIONS);
                }
                client.close();
                return;
            }
            SSLEngine engine = tls.createSSLEngine();
            engine.setUseClientMode(false);
            open++;
            new TlsWire(loop, client, new Counted(readers.get()), engine, slow).start();
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

    /** Counts what is open. */
    private final class Counted implements Wire.Reader {
        private final Wire.Reader reader;

        private Counted(Wire.Reader reader) {
            this.reader = reader;
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
            open--;
            saidFull = open >= MOST_CONNECTIONS;
            reader.closed(reason);
        }
    }
}
