package io.edgeagent.samples.client;

import com.microsoft.azure.sdk.iot.device.hsm.UnixDomainSocketChannel;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The workload API's socket. Azure's client leaves Unix sockets to its user; Java has them from 16 on. */
public final class UnixSocket implements UnixDomainSocketChannel, AutoCloseable {
    private SocketChannel channel;

    @Override
    public void open(String address) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(address));
        } catch (IOException e) {
            channel.close();
            throw new IOException("the agent's socket " + address + ": " + e.getMessage(), e);
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
