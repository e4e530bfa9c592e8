package io.edgeagent.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.MemoryCaStore;
import io.edgeagent.fake.SettableClock;
import io.edgeagent.testing.Warns;
import io.edgeagent.x509.AlternativeName;
import io.edgeagent.x509.CertificateWriter;
import io.edgeagent.x509.OpenSsl;
import io.edgeagent.x509.SubjectName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A TLS server that runs on while its certificate is renewed, and clients that trust nothing but the trust bundle. */
class HubCertificateTest {
    private final SettableClock clock = SettableClock.atRealTime();
    private final MemoryCaStore store = new MemoryCaStore();
    private final Set<AlternativeName> names = new HashSet<>(Set.of(
            new AlternativeName.Dns("edgeHub"),
            new AlternativeName.Dns("edgeAgent"),
            new AlternativeName.Ip("127.0.0.1")));
    private final EdgeCa ca = new EdgeCa(
            new OwnCa(
                    store,
                    new CertificateWriter(),
                    clock,
                    "board",
                    SubjectName.ofCommonName("aziot-edge CA board"),
                    Duration.ofDays(90)),
            new CertificateWriter(),
            clock);
    private final HubCertificate hub =
            new HubCertificate(ca, () -> new HubCertificate.Names("board.local", Set.copyOf(names)));

    @TempDir
    private Path folder;

    private SSLServerSocket server;
    private String bundleAtStart;

    @BeforeEach
    void serve() throws IOException, GeneralSecurityException {
        bundleAtStart = ca.trusted();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {hub}, null, null);
        server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::answer, "server");
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private void answer() {
        while (!server.isClosed()) {
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                socket.getOutputStream().write('x');
            } catch (IOException e) {
                // a client that does not trust us, or the end of the test
                assertThat(e).isNotNull();
            }
        }
    }

    @Test
    void clients_that_trust_the_bundle_alone_reach_it_by_every_name() throws Exception {
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
            for (String name : List.of("board.local", "edgeHub", "edgeAgent", "127.0.0.1")) {
                assertThat(connect(bundleAtStart, protocol, name)
                                .getSubjectX500Principal()
                                .getName())
                        .isEqualTo("CN=board.local");
            }
        }
    }

    @Test
    void openssl_trusts_it_by_the_bundle_alone() throws IOException {
        Files.writeString(folder.resolve("bundle.pem"), bundleAtStart);

        OpenSsl.Result result = new OpenSsl(folder)
                .attempt(
                        "s_client",
                        "-connect",
                        "127.0.0.1:" + server.getLocalPort(),
                        "-CAfile",
                        "bundle.pem",
                        "-no-CApath",
                        "-verify_return_error",
                        "-verify_hostname",
                        "edgeHub",
                        "-brief");

        assertThat(result.output()).contains("Verification: OK", "Verified peername: edgeHub");
    }

    @Test
    void a_client_without_the_bundle_or_with_another_name_is_not_let_down() throws Exception {
        String other = new EdgeCa(
                        new OwnCa(
                                new MemoryCaStore(),
                                new CertificateWriter(),
                                clock,
                                "other",
                                SubjectName.ofCommonName("aziot-edge CA board"),
                                Duration.ofDays(90)),
                        new CertificateWriter(),
                        clock)
                .trusted();

        assertThat(refused(other, "board.local")).isTrue();
        assertThat(refused(bundleAtStart, "led")).isTrue();
    }

    @Test
    void is_renewed_at_four_fifths_of_its_life_under_a_running_server() throws Exception {
        X509Certificate first = connect(bundleAtStart, "TLSv1.3", "edgeHub");
        clock.advance(Duration.ofDays(23));
        assertThat(connect(bundleAtStart, "TLSv1.3", "edgeHub")).isEqualTo(first);

        clock.advance(Duration.ofDays(2));
        X509Certificate second = hub.current().certificate();

        assertThat(second).isNotEqualTo(first);
        assertThat(second.getPublicKey()).isNotEqualTo(first.getPublicKey());
        assertThat(second.getNotAfter().toInstant()).isAfter(first.getNotAfter().toInstant());
    }

    @Test
    void a_client_of_the_first_days_trusts_what_the_renewed_ca_signs() throws Exception {
        connect(bundleAtStart, "TLSv1.3", "edgeHub");
        Certificate firstCa = hub.current().chain().get(1);
        // a year in which the clock stood at other times; the client's clock is the real one
        clock.advance(Duration.ofDays(-365));
        hub.current();
        clock.advance(Duration.ofDays(365));

        X509Certificate seen = connect(bundleAtStart, "TLSv1.2", "board.local");

        assertThat(hub.current().chain().get(1)).isNotEqualTo(firstCa);
        assertThat(seen).isEqualTo(hub.current().certificate());
    }

    @Test
    void a_new_address_is_in_a_new_certificate_and_one_that_went_away_changes_nothing() {
        X509Certificate first = hub.current().certificate();
        names.add(new AlternativeName.Ip("10.9.8.7"));
        X509Certificate second = hub.current().certificate();
        names.remove(new AlternativeName.Ip("127.0.0.1"));

        assertThat(second).isNotEqualTo(first);
        assertThat(hub.current().certificate()).isEqualTo(second);
    }

    @Test
    @Warns("WARN event=hub_certificate_not_renewed")
    void without_a_ca_the_old_one_serves_on() {
        X509Certificate first = hub.current().certificate();
        store.fill(true);
        clock.advance(Duration.ofDays(400));

        assertThat(hub.current().certificate()).isEqualTo(first);
    }

    private boolean refused(String bundle, String name) throws IOException, GeneralSecurityException {
        try {
            connect(bundle, "TLSv1.3", name);
            return false;
        } catch (SSLException e) {
            return true;
        }
    }

    /** The server's certificate, as a client of the JDK sees it that checks everything. */
    private X509Certificate connect(String bundle, String protocol, String name)
            throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        int number = 0;
        for (Certificate certificate : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(bundle.getBytes(StandardCharsets.US_ASCII)))) {
            trusted.setCertificateEntry("anchor" + number++, certificate);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        // the name is the one that is checked; the address is where the server is
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
                SSLSocket socket =
                        (SSLSocket) context.getSocketFactory().createSocket(plain, name, server.getLocalPort(), true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setProtocols(new String[] {protocol});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertThat(socket.getInputStream().read()).isEqualTo('x');
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }
}
