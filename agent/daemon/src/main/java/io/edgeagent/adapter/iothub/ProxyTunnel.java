package io.edgeagent.adapter.iothub;

import io.edgeagent.upstream.ConnectRequest;
import io.edgeagent.upstream.Proxy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Asks a proxy for a connection on a socket that blocks. */
final class ProxyTunnel {
    private static final int MAX_HEAD = 16_384;

    private ProxyTunnel() {}

    /**
     * Asks for a connection to the host; what is sent and read afterwards is the host's.
     *
     * @throws Explained.Failure saying that it was the proxy who did not give it, and why
     */
    static void open(Socket socket, Proxy proxy, String host, int port) throws IOException {
        ConnectRequest request = new ConnectRequest(proxy, host, port);
        socket.getOutputStream().write(request.text().getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        Optional<String> refusal = request.refusal(head(socket.getInputStream(), proxy));
        if (refusal.isPresent()) {
            throw new Explained.Failure(refusal.get());
        }
    }

    /** Byte by byte: what follows the empty line is not the proxy's. */
    private static String head(InputStream in, Proxy proxy) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int newlines = 0;
        while (newlines < 2) {
            int next = in.read();
            if (next < 0) {
                throw new Explained.Failure("the proxy " + proxy + " closed the connection without an answer"
                        + (proxy.tls() ? "" : ": does it expect TLS (https://)?"));
            }
            if (head.size() >= MAX_HEAD) {
                throw new Explained.Failure("what answers at " + proxy + " is not an HTTP proxy: check https_proxy");
            }
            head.write(next);
            if (next == '\n') {
                newlines++;
            } else if (next != '\r') {
                newlines = 0;
            }
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }
}
