package io.edgeagent.adapter.hubnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.edgeagent.adapter.hubnet.mqtt.MqttUpstream;
import io.edgeagent.adapter.hubnet.websocket.WebSocketCall;
import io.edgeagent.adapter.iothub.HubTrust;
import io.edgeagent.fake.FakeProxy;
import io.edgeagent.fake.MemoryCaStore;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubClient;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.UpstreamLinks;
import io.edgeagent.identity.EdgeCa;
import io.edgeagent.identity.HubCertificate;
import io.edgeagent.identity.OwnCa;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.simulator.Simulator;
import io.edgeagent.simulator.SimulatorOptions;
import io.edgeagent.upstream.Proxy;
import io.edgeagent.x509.CertificateWriter;
import io.edgeagent.x509.SubjectName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hub's links to the cloud over WebSocket, and through proxies of all kinds. */
class UpstreamRoadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final ExecutorService slow = Executors.newSingleThreadExecutor();
    private final SecureRandom masks = new SecureRandom();
    private EventLoop loop;
    private Thread thread;
    private Simulator hub;
    private FakeProxy proxy;
    private ConnectionString module;

    @BeforeEach
    void start() throws IOException {
        hub = Simulator.start(folder, "127.0.0.1", SimulatorOptions.anyPorts());
        hub.createEdgeDevice("board");
        module = ConnectionString.parse(hub.createModule("board", "sensor"));
        proxy = new FakeProxy(Map.of(443, hub.httpsPort()));
        loop = new EventLoop(System::nanoTime);
        thread = new Thread(() -> {
            try {
                loop.run();
                loop.release();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
    }

    @AfterEach
    void stop() throws Exception {
        loop.close();
        thread.join();
        slow.shutdownNow();
        proxy.close();
        hub.close();
    }

    @Test
    void a_link_over_web_socket_brings_messages_of_all_sizes() throws Exception {
        assertThatItWorks(HubTrust.context(Optional.of(hub.caFile())), Optional.empty());
    }

    @Test
    void a_link_goes_through_a_proxy_with_a_login() throws Exception {
        assertThatItWorks(
                HubTrust.context(Optional.of(hub.caFile())), Optional.of(Proxy.parse(proxy.url("board:p%40ss"))));
        assertThat(proxy.requests())
                .contains("CONNECT 127.0.0.1:443 HTTP/1.1", "Proxy-Authorization: Basic Ym9hcmQ6cEBzcw==");
    }

    @Test
    void a_link_goes_through_a_proxy_that_is_spoken_to_in_tls() throws Exception {
        try (TlsFront front = new TlsFront(Proxy.parse(proxy.url()))) {
            assertThatItWorks(trustingAll(), Optional.of(new Proxy(true, "127.0.0.1", front.port(), Optional.empty())));
        }
        assertThat(proxy.requests()).contains("CONNECT 127.0.0.1:443 HTTP/1.1");
    }

    @Test
    void what_a_proxy_refuses_is_said_in_words_and_the_link_is_tried_again() throws Exception {
        proxy.answer("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
        Told told = new Told();
        UpstreamLinks.Link link =
                open(HubTrust.context(Optional.of(hub.caFile())), Optional.of(Proxy.parse(proxy.url())), told);
        await().atMost(PATIENCE).until(() -> !told.down.isEmpty());
        assertThat(told.down.get(0)).contains("asks for a login (407").contains("set https_proxy");
        proxy.connectAgain();
        await().atMost(PATIENCE).until(() -> told.ups.get() == 1);
        loop.execute(link::close);
    }

    @Test
    void a_proxy_that_is_not_there_is_named() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        Told told = new Told();
        UpstreamLinks.Link link = open(
                HubTrust.context(Optional.of(hub.caFile())),
                Optional.of(Proxy.parse("http://u:secret@127.0.0.1:" + free)),
                told);
        await().atMost(PATIENCE).until(() -> !told.down.isEmpty());
        assertThat(told.down.get(0))
                .startsWith("the proxy http://127.0.0.1:" + free + " cannot be reached")
                .doesNotContain("secret");
        loop.execute(link::close);
    }

    private void assertThatItWorks(SSLContext tls, Optional<Proxy> through) throws Exception {
        Told told = new Told();
        UpstreamLinks.Link link = open(tls, through, told);
        await().atMost(PATIENCE).until(() -> told.ups.get() == 1);
        ClientId id = ClientId.parse("board/sensor");
        List<Integer> sizes = List.of(0, 1, 100, 20_000, 70_000, 200_000);
        loop.execute(() -> {
            for (int i = 0; i < sizes.size(); i++) {
                link.send(i, message(id, sizes.get(i)));
            }
        });
        await().atMost(PATIENCE).until(() -> told.sent.size() == sizes.size());
        assertThat(hub.events()).extracting(event -> event.text().length()).containsExactlyElementsOf(sizes);
        loop.execute(link::close);
    }

    private UpstreamLinks.Link open(SSLContext tls, Optional<Proxy> through, Told told) {
        Dialer dialer = new Dialer(loop, tls, slow);
        int port = through.isPresent() ? 443 : hub.httpsPort();
        MqttUpstream upstream = new MqttUpstream(
                loop,
                reader -> dialer.dial("127.0.0.1", port, through, new WebSocketCall(loop, "127.0.0.1", masks, reader)),
                "127.0.0.1",
                id -> {
                    Instant expires = Instant.now().plusSeconds(3600);
                    return Optional.of(new MqttUpstream.Tokens.Token(
                            SasToken.sign(
                                            "127.0.0.1/devices/board/modules/sensor",
                                            module.key().orElseThrow(),
                                            expires)
                                    .toText(),
                            expires));
                },
                new SplittableRandom(1),
                "test");
        return upstream.open(ClientId.parse("board/sensor"), told);
    }

    private static Message message(ClientId id, int length) {
        return new Message(
                id,
                Optional.empty(),
                Map.of(),
                Map.of(),
                ByteBuffer.wrap("x".repeat(length).getBytes(StandardCharsets.US_ASCII)));
    }

    private static SSLContext trustingAll() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Believer()}, null);
        return context;
    }

    /** What the link said. */
    private static final class Told implements UpstreamLinks.Listener {
        private final List<String> down = new CopyOnWriteArrayList<>();
        private final List<Long> sent = new CopyOnWriteArrayList<>();
        private final AtomicInteger ups = new AtomicInteger();

        @Override
        public void up() {
            ups.incrementAndGet();
        }

        @Override
        public void down(String reason, boolean refused) {
            down.add(reason);
        }

        @Override
        public void sent(long tag) {
            sent.add(tag);
        }

        @Override
        public void refused(long tag, String reason) {}

        @Override
        public void twin(Optional<String> twin) {}

        @Override
        public void reported(boolean done, String reason) {}

        @Override
        public void desiredPatched(String patch) {}

        @Override
        public void methodCalled(HubClient.MethodCall call) {}
    }

    private static final class Believer extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Speaks TLS in front of a proxy that does not. */
    private static final class TlsFront implements AutoCloseable {
        private final ServerSocket server;
        private final List<Socket> sockets = new CopyOnWriteArrayList<>();

        TlsFront(Proxy proxy) throws Exception {
            CertificateWriter writer = new CertificateWriter();
            OwnCa own = new OwnCa(
                    new MemoryCaStore(),
                    writer,
                    Clock.systemUTC(),
                    "proxy",
                    SubjectName.ofCommonName("ca"),
                    Duration.ofDays(90));
            HubCertificate certificate = new HubCertificate(
                    new EdgeCa(own, writer, Clock.systemUTC()), () -> new HubCertificate.Names("localhost", Set.of()));
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(new KeyManager[] {certificate}, null, null);
            server = tls.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
            run(() -> {
                while (true) {
                    Socket client = server.accept();
                    Socket beyond = new Socket(proxy.host(), proxy.port());
                    sockets.addAll(List.of(client, beyond));
                    run(() -> client.getInputStream().transferTo(beyond.getOutputStream()));
                    run(() -> beyond.getInputStream().transferTo(client.getOutputStream()));
                }
            });
        }

        private static void run(Callable<?> task) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            task.call();
                        } catch (Exception e) {
                            // one side has gone
                        }
                    },
                    "tls-front");
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
