package io.edgeagent.samples.client;

import com.microsoft.azure.sdk.iot.device.hsm.UnixDomainSocketChannel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The workload API's socket. Azure's client leaves Unix sockets to its user; Java has them from 16 on. It waits for an agent that
 * is being restarted: the client would give up for good.
 */
public final class UnixSocket implements UnixDomainSocketChannel, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Duration patience;
    private SocketChannel channel;

    /** Waits up to two minutes for an agent that does not listen. */
    public UnixSocket() {
        this(PATIENCE);
    }

    UnixSocket(Duration patience) {
        this.patience = patience;
    }

    @Override
    public void open(String address) throws IOException {
        long began = System.nanoTime();
        while (!tryToOpen(address, System.nanoTime() - began > patience.toNanos())) {
            LockSupport.parkNanos(PAUSE.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("the module is stopping");
            }
        }
    }

    private boolean tryToOpen(String address, boolean lastTime) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            return channel.connect(UnixDomainSocketAddress.of(address));
        } catch (IOException e) {
            // a channel that did not connect is of no more use
            channel.close();
            if (lastTime) {
                throw new IOException("the agent's socket " + address + ": " + e.getMessage(), e);
            }
            return false;
        }
    }

    @Override
    public void write(byte[] output) throws IOException {
        for (ByteBuffer bytes = ByteBuffer.wrap(output); bytes.hasRemaining(); ) {
            channel.write(bytes);
        }
    }

    @Override
    public int read(byte[] input) throws IOException {
        return channel.read(ByteBuffer.wrap(input));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
