package io.edgeagent.adapter.workload;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A module's side of the socket, which says whatever a test wants. */
final class WorkloadClient {
    private WorkloadClient() {}

    static SocketChannel connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return channel;
    }

    /** Sends and reads until the server closes, as Azure's Java client does. */
    static String say(Path socket, String request) throws IOException {
        return say(socket, request.getBytes(StandardCharsets.UTF_8));
    }

    static String say(Path socket, byte[] request) throws IOException {
        try (SocketChannel channel = connect(socket)) {
            channel.write(ByteBuffer.wrap(request));
            return untilEnd(channel);
        }
    }

    static String get(Path socket, String target) throws IOException {
        return say(socket, "GET " + target + " HTTP/1.1\r\nHost: " + socket + "\r\n\r\n");
    }

    static String post(Path socket, String target, String body) throws IOException {
        return say(
                socket,
                "POST " + target + " HTTP/1.1\r\nHost: " + socket + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
                        + body);
    }

    static String untilEnd(SocketChannel channel) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(1024);
        while (channel.read(buffer) >= 0) {
            all.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
        return all.toString(StandardCharsets.US_ASCII);
    }
}
