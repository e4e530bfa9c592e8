package io.edgeagent.adapter.iothub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.fake.FakeProxy;
import io.edgeagent.identity.Device;
import io.edgeagent.model.ProblemException;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.simulator.Simulator;
import io.edgeagent.simulator.SimulatorOptions;
import io.edgeagent.upstream.Upstream;
import io.edgeagent.upstream.UpstreamSettings;
import io.edgeagent.x509.OpenSsl;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A proxy that itself is spoken to in TLS: {@code https_proxy=https://...}. */
class TlsProxyTest {
    private static final char[] PASSWORD = "test".toCharArray();

    @TempDir
    Path folder;

    private Simulator hub;
    private FakeProxy proxy;
    private Path bundle;

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        hub = Simulator.start(folder.resolve("hub"), "127.0.0.1", SimulatorOptions.anyPorts());
        OpenSsl openSsl = new OpenSsl(folder);
        openSsl.run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3 -subj /CN=proxy"
                + " -addext subjectAltName=IP:127.0.0.1 -keyout proxy.key -out proxy.pem");
        openSsl.run("pkcs12 -export -in proxy.pem -inkey proxy.key -out proxy.p12 -passout pass:test");
        proxy = FakeProxy.tls(Map.of(443, hub.httpsPort()), context(folder.resolve("proxy.p12")));
        bundle = folder.resolve("bundle.pem");
        Files.writeString(bundle, Files.readString(hub.caFile()) + Files.readString(folder.resolve("proxy.pem")));
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        hub.close();
    }

    @Test
    void the_hub_is_reached_through_TLS_within_TLS() {
        HubRest registry = registry(bundle);

        assertThat(registry.create("led").moduleId()).isEqualTo("led");

        assertThat(hub.modules("board")).contains("led");
        assertThat(proxy.requests())
                .contains("CONNECT 127.0.0.1:443 HTTP/1.1", "Proxy-Authorization: Basic YWdlbnQ6cEBzcw==");
    }

    @Test
    void a_proxy_whose_certificate_is_not_trusted_gets_no_password_and_the_words_name_it() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> registry(hub.caFile()).list())
                .satisfies(refused -> assertThat(refused.problem().text())
                        .contains("the proxy " + proxy.url() + " cannot be reached", "CN=proxy", "trust_bundle_cert"));

        assertThat(proxy.requests()).isEmpty();
    }

    private HubRest registry(Path trusted) {
        ConnectionString device = ConnectionString.parse(hub.createEdgeDevice("board"));
        return new HubRest(
                new Device("127.0.0.1", "board"),
                DeviceAccess.byKey(
                        device.key().orElseThrow(),
                        HubTrust.context(Optional.of(trusted)),
                        Upstream.of(UpstreamSettings.of(Map.of("https_proxy", proxy.url("agent:p%40ss")))),
                        InstantSource.system()));
    }

    private static SSLContext context(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
