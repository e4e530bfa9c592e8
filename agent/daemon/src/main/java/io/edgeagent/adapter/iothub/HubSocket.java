package io.edgeagent.adapter.iothub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Optional;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * A TLS connection that is made when {@link #connect} is called, through the proxy if there is one; after the handshake its streams
 * are what is spoken inside. Who the other side is is always checked, whatever the library asks for.
 */
final class HubSocket extends SSLSocket {
    private final HubSocketFactory factory;
    private Optional<Line> line = Optional.empty();
    private Optional<WebSocket> webSocket = Optional.empty();
    private boolean closed;

    private record Line(BoundedSocket bounds, SSLSocket tls) {}

    HubSocket(HubSocketFactory factory) {
        this.factory = factory;
    }

    private synchronized Line line() throws SocketException {
        return line.orElseThrow(() -> new SocketException(closed ? "the socket is closed" : "not connected"));
    }

    private SSLSocket tls() {
        try {
            return line().tls();
        } catch (SocketException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        InetSocketAddress address = factory.address((InetSocketAddress) endpoint);
        CloudDialer.Line reached = factory.dialer().dial(address, timeout);
        SSLSocket tls = (SSLSocket)
                factory.tls().createSocket(reached.socket(), address.getHostString(), address.getPort(), true);
        CloudDialer.identify(tls);
        synchronized (this) {
            line = Optional.of(new Line(reached.bounds(), tls));
        }
        factory.connected(reached.bounds());
        if (isClosed()) {
            reached.bounds().close();
            throw new SocketException("the socket is closed");
        }
    }

    @Override
    public void startHandshake() throws IOException {
        Line connected = line();
        connected.tls().startHandshake();
        if (factory.kind() == HubSocketFactory.Kind.MQTT_OVER_WEB_SOCKET) {
            webSocket = Optional.of(
                    WebSocket.open(connected.tls(), connected.tls().getSession().getPeerHost()));
        }
        if (factory.kind() != HubSocketFactory.Kind.HTTPS) {
            connected.bounds().lift();
        }
    }

    @Override
    public InputStream getInputStream() throws IOException {
        InputStream plain =
                webSocket.isPresent() ? webSocket.get().input() : line().tls().getInputStream();
        return factory.kind() == HubSocketFactory.Kind.HTTPS ? plain : new MqttGuard(plain, factory::ended);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return webSocket.isPresent() ? webSocket.get().output() : line().tls().getOutputStream();
    }

    // closing the line below may wait for a write that hangs: whoever asks meanwhile must not
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void close() throws IOException {
        Optional<Line> open;
        synchronized (this) {
            closed = true;
            open = line;
        }
        if (open.isPresent()) {
            open.get().tls().close();
        }
    }

    @Override
    public synchronized boolean isClosed() {
        return closed || line.map(open -> open.tls().isClosed()).orElse(false);
    }

    @Override
    public synchronized boolean isConnected() {
        return line.isPresent();
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void setSoTimeout(int millis) throws SocketException {
        line().tls().setSoTimeout(millis);
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public int getSoTimeout() throws SocketException {
        return line().tls().getSoTimeout();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        line().bounds().setTcpNoDelay(on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return line().bounds().getTcpNoDelay();
    }

    @Override
    public SSLSession getSession() {
        return tls().getSession();
    }

    @Override
    public SSLParameters getSSLParameters() {
        return tls().getSSLParameters();
    }

    /** Ours stand: libraries set half of them. */
    @Override
    public void setSSLParameters(SSLParameters parameters) {
        // see identify
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls().getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return tls().getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        tls().setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return tls().getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return tls().getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        tls().setEnabledProtocols(protocols);
    }

    @Override
    public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
        tls().addHandshakeCompletedListener(listener);
    }

    @Override
    public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
        tls().removeHandshakeCompletedListener(listener);
    }

    @Override
    public void setUseClientMode(boolean mode) {
        tls().setUseClientMode(mode);
    }

    @Override
    public boolean getUseClientMode() {
        return tls().getUseClientMode();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        tls().setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return tls().getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        tls().setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return tls().getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean flag) {
        tls().setEnableSessionCreation(flag);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return tls().getEnableSessionCreation();
    }
}
