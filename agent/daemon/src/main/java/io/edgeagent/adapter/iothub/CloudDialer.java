package io.edgeagent.adapter.iothub;

import io.edgeagent.upstream.Proxy;
import io.edgeagent.upstream.UpstreamSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Opens connections to the cloud: directly, or through the proxy.
 *
 * @param tls for a proxy that itself is spoken to in TLS
 * @param patience for the whole of a connection, until it is lifted
 * @param most bytes that a connection may bring in all, until it is lifted
 */
record CloudDialer(SSLSocketFactory tls, UpstreamSettings settings, Duration patience, long most) {

    /**
     * A connection that has reached the host.
     *
     * @param bounds of its lowest layer
     * @param socket what the host is spoken to by
     */
    record Line(BoundedSocket bounds, Socket socket) {}

    /** @param address of the host where it is known; a proxy looks names up by itself */
    Line dial(InetSocketAddress address, int timeoutMillis) throws IOException {
        String host = address.getHostString();
        int port = address.getPort();
        Optional<Proxy> proxy = settings.proxyFor(host, port);
        BoundedSocket bounds = new BoundedSocket(patience, most);
        try {
            if (proxy.isEmpty()) {
                bounds.connect(known(address), timeoutMillis);
                return new Line(bounds, bounds);
            }
            Socket toProxy = connect(bounds, proxy.get(), timeoutMillis);
            ProxyTunnel.open(toProxy, proxy.get(), host, port);
            return new Line(bounds, toProxy);
        } catch (IOException | RuntimeException e) {
            bounds.close();
            throw e;
        }
    }

    /** A name that was not found a moment ago is looked for once more, so that its failure says so. */
    private static InetSocketAddress known(InetSocketAddress address) {
        return address.isUnresolved() ? new InetSocketAddress(address.getHostString(), address.getPort()) : address;
    }

    private Socket connect(BoundedSocket bounds, Proxy proxy, int timeoutMillis) throws IOException {
        try {
            bounds.connect(new InetSocketAddress(proxy.host(), proxy.port()), timeoutMillis);
            if (!proxy.tls()) {
                return bounds;
            }
            SSLSocket secured = (SSLSocket) tls.createSocket(bounds, proxy.host(), proxy.port(), true);
            identify(secured);
            secured.startHandshake();
            return secured;
        } catch (IOException e) {
            throw new Explained.Failure("the proxy " + proxy + " cannot be reached: " + Explained.words(e), e);
        }
    }

    /** The other side must be who its name says. */
    static void identify(SSLSocket socket) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
    }
}
