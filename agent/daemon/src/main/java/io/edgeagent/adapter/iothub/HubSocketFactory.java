package io.edgeagent.adapter.iothub;

import io.edgeagent.model.ParentHost;
import io.edgeagent.upstream.UpstreamSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;

/** Makes the sockets of libraries that know neither our proxies nor our bounds. */
final class HubSocketFactory extends SSLSocketFactory {
    private static final int HTTPS = 443;

    private final SSLSocketFactory tls;
    private final CloudDialer dialer;
    private final Kind kind;
    private final ParentHost parent;
    private volatile Optional<String> end = Optional.empty();
    private volatile Optional<BoundedSocket> last = Optional.empty();

    /** What is spoken in the connection. */
    enum Kind {
        /** One request and its answer, bounded in all. */
        HTTPS,
        /** Each message bounded, for as long as it holds. */
        MQTT,
        /** The same over a WebSocket, on the port of HTTPS. */
        MQTT_OVER_WEB_SOCKET
    }

    private HubSocketFactory(SSLSocketFactory tls, CloudDialer dialer, Kind kind) {
        this.tls = tls;
        this.dialer = dialer;
        this.kind = kind;
        this.parent = dialer.settings().parent();
    }

    /** For {@link HttpsJson}. */
    static HubSocketFactory https(SSLSocketFactory tls, UpstreamSettings settings) {
        return new HubSocketFactory(
                tls, new CloudDialer(tls, settings, HttpsJson.PATIENCE, 2L * HttpsJson.MAX_REPLY), Kind.HTTPS);
    }

    /** For one upload after another over one connection, for an hour at most; who sends it bounds each request. */
    static HubSocketFactory upload(SSLSocketFactory tls, UpstreamSettings settings) {
        return new HubSocketFactory(tls, new CloudDialer(tls, settings, Duration.ofHours(1), 64L << 20), Kind.HTTPS);
    }

    /** For the link; bounded in all until MQTT begins. */
    static HubSocketFactory mqtt(SSLSocketFactory tls, UpstreamSettings settings, boolean overWebSocket) {
        return new HubSocketFactory(
                tls,
                new CloudDialer(tls, settings, Duration.ofSeconds(60), 1L << 20),
                overWebSocket ? Kind.MQTT_OVER_WEB_SOCKET : Kind.MQTT);
    }

    void connected(BoundedSocket line) {
        last = Optional.of(line);
    }

    /** Closes the connection that was made last, whatever is going on in it. */
    void cut() {
        last.ifPresent(line -> {
            try {
                line.close();
            } catch (IOException e) {
                // it is being thrown away
            }
        });
    }

    SSLSocketFactory tls() {
        return tls;
    }

    CloudDialer dialer() {
        return dialer;
    }

    Kind kind() {
        return kind;
    }

    void ended(String reason) {
        end = Optional.of(reason);
    }

    /** Why a connection was ended by us. */
    Optional<String> end() {
        return end;
    }

    /** MQTT's port is the library's; a WebSocket has another. The library knows nothing of a parent. */
    InetSocketAddress address(InetSocketAddress asked) {
        if (kind != Kind.HTTPS && parent.name().isPresent()) {
            return InetSocketAddress.createUnresolved(parent.name().get(), kind == Kind.MQTT ? asked.getPort() : HTTPS);
        }
        return kind != Kind.MQTT_OVER_WEB_SOCKET
                ? asked
                : asked.isUnresolved()
                        ? InetSocketAddress.createUnresolved(asked.getHostString(), HTTPS)
                        : new InetSocketAddress(asked.getAddress(), HTTPS);
    }

    @Override
    public Socket createSocket() {
        return new HubSocket(this);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        Socket socket = createSocket();
        socket.connect(InetSocketAddress.createUnresolved(host, port));
        return socket;
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        Socket socket = createSocket();
        socket.connect(new InetSocketAddress(host, port));
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean close) throws IOException {
        return tls.createSocket(socket, host, port, close);
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return tls.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedCipherSuites();
    }
}
