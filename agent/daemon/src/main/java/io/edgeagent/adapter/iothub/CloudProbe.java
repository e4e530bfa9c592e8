package io.edgeagent.adapter.iothub;

import io.edgeagent.check.CloudSight;
import io.edgeagent.identity.Device;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.upstream.UpstreamSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Tries the ways to the cloud, with the connections that the agent itself makes, so that a failure is explained as the agent's. */
public final class CloudProbe implements CloudSight {
    private static final int PATIENCE_MS = 10_000;
    private static final int MOST_ADDRESSES = 4;

    private final SSLContext tls;
    private final UpstreamSettings way;
    private final DeviceAccess access;
    private final Optional<Device> device;

    /** @param device empty while no provisioning service has said which it is */
    public CloudProbe(SSLContext tls, UpstreamSettings way, DeviceAccess access, Optional<Device> device) {
        this.tls = tls;
        this.way = way;
        this.access = access;
        this.device = device;
    }

    @Override
    public Optional<String> hubHost() {
        return device.map(Device::hubHost);
    }

    @Override
    public List<String> resolve(String name) {
        try {
            return Stream.of(InetAddress.getAllByName(name))
                    .map(InetAddress::getHostAddress)
                    .limit(MOST_ADDRESSES)
                    .toList();
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    @Override
    public Answer connect(Way by, String host) {
        HubSocketFactory sockets = by == Way.HTTPS
                ? HubSocketFactory.https(tls.getSocketFactory(), way)
                : HubSocketFactory.mqtt(tls.getSocketFactory(), way, by == Way.MQTT_OVER_WEB_SOCKET);
        try (SSLSocket socket = (SSLSocket) sockets.createSocket()) {
            socket.connect(InetSocketAddress.createUnresolved(host, port(by)), PATIENCE_MS);
            socket.setSoTimeout(PATIENCE_MS);
            socket.startHandshake();
            Certificate[] chain = socket.getSession().getPeerCertificates();
            X509Certificate own = (X509Certificate) chain[0];
            return new Answer(
                    Explained.quoted(own.getSubjectX500Principal().getName(), 100),
                    own.getNotAfter().toInstant());
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** The factory turns MQTT's port into that of a WebSocket. */
    private static int port(Way by) {
        return by == Way.HTTPS ? 443 : 8883;
    }

    @Override
    public Optional<Instant> time(String host) {
        try {
            HttpsURLConnection connection = (HttpsURLConnection)
                    URI.create("https://" + host + "/").toURL().openConnection(Proxy.NO_PROXY);
            connection.setSSLSocketFactory(HubSocketFactory.https(tls.getSocketFactory(), way));
            connection.setConnectTimeout(PATIENCE_MS);
            connection.setReadTimeout(PATIENCE_MS);
            connection.setInstanceFollowRedirects(false);
            connection.setRequestProperty("Connection", "close");
            try {
                // any answer has the time, a refusal too
                long told = connection.getHeaderFieldDate("Date", 0);
                if (told == 0 && connection.getResponseCode() < 0) {
                    throw new IOException("what answered speaks no HTTP");
                }
                return told == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(told));
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    @Override
    public int identities() {
        return new HubRest(device.orElseThrow(), access).list().size();
    }

    private static ProblemException unreachable(IOException e) {
        return new ProblemException(ErrorCode.HUB_UNREACHABLE, Explained.words(e), e);
    }
}
