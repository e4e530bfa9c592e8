package io.edgeagent.adapter.iothub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.fake.CannedServer;
import io.edgeagent.fake.FakeProxy;
import io.edgeagent.identity.Device;
import io.edgeagent.identity.IdentityRegistry;
import io.edgeagent.identity.IdentityRegistryContract;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ParentHost;
import io.edgeagent.model.ProblemException;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.simulator.Simulator;
import io.edgeagent.simulator.SimulatorOptions;
import io.edgeagent.upstream.Upstream;
import io.edgeagent.upstream.UpstreamSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The registry of the local hub, directly and through a proxy. */
class HubRestTest {
    @TempDir
    static Path folder;

    private static Simulator hub;
    private static FakeProxy proxy;
    private static ConnectionString device;

    @BeforeAll
    static void start() throws IOException {
        hub = Simulator.start(folder.resolve("hub"), "127.0.0.1", SimulatorOptions.anyPorts());
        device = ConnectionString.parse(hub.createEdgeDevice("line%7(A)"));
        proxy = new FakeProxy(Map.of(443, hub.httpsPort()));
    }

    @AfterAll
    static void stop() throws IOException {
        proxy.close();
        hub.close();
    }

    private static HubRest registry(String host, Map<String, String> way) {
        return new HubRest(
                new Device(host, device.deviceId().orElseThrow()),
                DeviceAccess.byKey(
                        device.key().orElseThrow(),
                        HubTrust.context(Optional.of(hub.caFile())),
                        Upstream.of(UpstreamSettings.of(way)),
                        InstantSource.system()));
    }

    private static HubRest proxied(String url) {
        return registry("127.0.0.1", Map.of("https_proxy", url));
    }

    private static String failure(HubRest registry) {
        ProblemException[] caught = new ProblemException[1];
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(registry::list)
                .satisfies(e -> caught[0] = e);
        assertThat(caught[0].problem().code()).isEqualTo(ErrorCode.HUB_UNREACHABLE);
        return caught[0].problem().text();
    }

    @Nested
    class Direct extends IdentityRegistryContract {
        @Override
        protected IdentityRegistry registry() {
            return HubRestTest.registry("127.0.0.1:" + hub.httpsPort(), Map.of());
        }
    }

    /** The hub's own name leads nowhere. */
    @Nested
    class BelowAParent extends IdentityRegistryContract {
        private Simulator parent;
        private ConnectionString below;

        @BeforeEach
        void startParent(@TempDir Path state) throws IOException {
            parent = Simulator.start(
                    state, "127.0.0.1", SimulatorOptions.anyPorts().parentFor("hub.nowhere.example"));
            below = ConnectionString.parse(parent.createEdgeDevice("lower"));
        }

        @AfterEach
        void stopParent() throws IOException {
            parent.close();
        }

        @Override
        protected IdentityRegistry registry() {
            assertThat(below.hostName()).isEqualTo("hub.nowhere.example");
            ParentHost host = new ParentHost(Optional.of("127.0.0.1:" + parent.httpsPort()));
            return new HubRest(
                    new Device(below.hostName(), "lower"),
                    DeviceAccess.byKey(
                            below.key().orElseThrow(),
                            HubTrust.context(Optional.of(parent.caFile())),
                            Upstream.of(UpstreamSettings.DIRECT.below(host)),
                            InstantSource.system()));
        }
    }

    @Nested
    class ThroughAProxy extends IdentityRegistryContract {
        @Override
        protected IdentityRegistry registry() {
            return proxied(proxy.url("agent:p%40ss"));
        }
    }

    @Test
    void goes_past_the_proxy_where_no_proxy_says_so() {
        int before = proxy.requests().size();

        registry("127.0.0.1:" + hub.httpsPort(), Map.of("https_proxy", proxy.url(), "no_proxy", "127.0.0.0/8"))
                .list();

        assertThat(proxy.requests()).hasSize(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 407 Proxy Authentication Required|agent:s3cret|refused the user or the password of https_proxy (407",
                "HTTP/1.1 407 Proxy Authentication Required||asks for a login (407",
                "HTTP/1.1 403 Forbidden||refuses connections to 127.0.0.1:443 (403 Forbidden)",
                "HTTP/1.0 503 Service Unavailable||has not reached 127.0.0.1:443 (503 Service Unavailable)",
                "SSH-2.0-OpenSSH_9.2||is not an HTTP proxy",
                "||closed the connection without an answer"
            })
    void says_that_it_was_the_proxy_and_what_it_said(String answer, String login, String text) {
        try (FakeProxy refusing = new FakeProxy(Map.of())) {
            refusing.answer(answer == null ? "" : answer + "\r\n\r\n");

            assertThat(failure(proxied(login == null ? refusing.url() : refusing.url(login))))
                    .contains("cannot be reached: ", text, refusing.url())
                    .doesNotContain("s3cret");
        }
    }

    @Test
    void says_that_the_proxy_cannot_be_reached() {
        assertThat(failure(proxied("http://u:s3cret@127.0.0.1:1")))
                .contains("the proxy http://127.0.0.1:1 cannot be reached: Connection refused")
                .doesNotContain("s3cret");
    }

    @Test
    void says_whose_certificate_answered_and_what_to_set() {
        HubRest unknowing = new HubRest(
                new Device("127.0.0.1:" + hub.httpsPort(), "line%7(A)"),
                DeviceAccess.byKey(
                        device.key().orElseThrow(),
                        HubTrust.context(Optional.empty()),
                        Upstream.of(UpstreamSettings.DIRECT),
                        InstantSource.system()));

        assertThat(failure(unknowing))
                .contains("the certificate that answered is of CN=127.0.0.1", ", issued by ", "not trusted")
                .contains("trust_bundle_cert", "https_proxy")
                .doesNotContain("PKIX");
    }

    @Test
    void says_that_the_certificate_is_for_another_name() {
        assertThat(failure(registry("localhost:" + hub.httpsPort(), Map.of())))
                .contains("the certificate that answered is of CN=127.0.0.1", "which is for another name");
    }

    @Test
    void says_that_what_answers_does_not_speak_tls() throws IOException {
        byte[] portal =
                "HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (CannedServer plain =
                CannedServer.plain(client -> client.getOutputStream().write(portal))) {

            assertThat(failure(registry("127.0.0.1:" + plain.port(), Map.of())))
                    .contains("what answers does not speak TLS: a login page or a proxy of this network?");
        }
    }

    @Test
    void says_that_a_name_is_not_known() {
        assertThat(failure(registry("hub.invalid", Map.of()))).contains("the name hub.invalid is not known");
    }
}
