package io.edgeagent.adapter.iothub;

import io.edgeagent.upstream.Proxy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The request CONNECT to a proxy, and what its answer means. RFC 9110, 9.3.6. */
final class ProxyTunnel {
    private static final int MAX_HEAD = 16_384;
    private static final int MAX_REASON = 100;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})(?: ([^\r\n]{0,500}))?");

    private ProxyTunnel() {}

    /**
     * Asks for a connection to the host; what is sent and read afterwards is the host's.
     *
     * @throws Explained.Failure saying that it was the proxy who did not give it, and why
     */
    static void open(Socket socket, Proxy proxy, String host, int port) throws IOException {
        String target = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        StringBuilder request = new StringBuilder()
                .append("CONNECT ")
                .append(target)
                .append(" HTTP/1.1\r\n")
                .append("Host: ")
                .append(target)
                .append("\r\n");
        proxy.authorization()
                .ifPresent(value ->
                        request.append("Proxy-Authorization: ").append(value).append("\r\n"));
        socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        Matcher status = STATUS.matcher(head(socket.getInputStream(), proxy));
        if (!status.lookingAt()) {
            throw new Explained.Failure("what answers at " + proxy + " is not an HTTP proxy: check https_proxy");
        }
        int code = Integer.parseInt(status.group(1));
        if (code / 100 != 2) {
            String said =
                    (code + " " + Explained.quoted(status.group(2) == null ? "" : status.group(2), MAX_REASON)).strip();
            throw new Explained.Failure(
                    switch (code) {
                        case 407 ->
                            proxy.login().isPresent()
                                    ? "the proxy " + proxy + " refused the user or the password of https_proxy (" + said
                                            + ")"
                                    : "the proxy " + proxy + " asks for a login (" + said
                                            + "): set https_proxy to http://user:password@host:port";
                        case 400, 403, 405 ->
                            "the proxy " + proxy + " refuses connections to " + target + " (" + said
                                    + "): it must allow CONNECT to this host and port";
                        default -> "the proxy " + proxy + " has not reached " + target + " (" + said + ")";
                    });
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
