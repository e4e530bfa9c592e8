package io.edgeagent.adapter.hubnet;

import io.edgeagent.adapter.hubnet.amqp.AmqpHead;
import io.edgeagent.adapter.hubnet.http.HttpCalls;
import io.edgeagent.adapter.hubnet.mqtt.MqttServerConnection;
import io.edgeagent.adapter.hubnet.websocket.WebSocketDoor;
import io.edgeagent.adapter.messagelog.MessageLog;
import io.edgeagent.fake.MemoryCaStore;
import io.edgeagent.fake.SettableClock;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.DeadLetters;
import io.edgeagent.hub.Hub;
import io.edgeagent.hub.HubClient;
import io.edgeagent.hub.HubFigures;
import io.edgeagent.hub.HubRuntime;
import io.edgeagent.hub.HubSettings;
import io.edgeagent.hub.HubTrials;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.MessageStore;
import io.edgeagent.hub.ModuleDirectory;
import io.edgeagent.hub.StoreLimits;
import io.edgeagent.hub.UpstreamLinks;
import io.edgeagent.identity.EdgeCa;
import io.edgeagent.identity.HubCertificate;
import io.edgeagent.identity.OwnCa;
import io.edgeagent.model.Json;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.x509.AlternativeName;
import io.edgeagent.x509.CertificateWriter;
import io.edgeagent.x509.Credential;
import io.edgeagent.x509.SubjectName;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** The whole hub with real sockets, TLS and disk; the cloud is a list. For tests. */
final class HubLab implements AutoCloseable {
    static final String DEVICE = "board";
    /** A device behind it. It has the modules that anybody names. */
    static final String LEAF = "camera";

    static final Duration BEHIND = Duration.ofDays(25);

    private final AtomicLong ahead = new AtomicLong();
    private final EventLoop loop = new EventLoop(() -> System.nanoTime() + ahead.get());
    private final ExecutorService slow = Executors.newSingleThreadExecutor();
    private final Thread thread;
    private final MessageLog store;
    private final Hub hub;
    private final ConnectionLimit limit;
    /** Of certificates. It is behind, so that those made later are valid for clients of today. */
    final SettableClock clock = new SettableClock(Instant.now().minus(BEHIND).toString());

    private final Set<AlternativeName> others = ConcurrentHashMap.newKeySet();
    private final SSLContext tls;
    private final String trusted;
    private final Listener listener;
    private final Listener door;
    private final Listener amqpListener;
    private final AmqpHead amqp;
    private final SSLContext trust;
    final Cloud cloud = new Cloud();
    /** Devices behind it that prove themselves with certificates. */
    final Map<ClientId, ModuleDirectory.Known> certified = new ConcurrentHashMap<>();

    HubLab(Path folder, String edgeHubTwin) throws Exception {
        this(folder, edgeHubTwin, ConnectionLimit.MOST_CONNECTIONS);
    }

    /** @param most connections at a time */
    HubLab(Path folder, String edgeHubTwin, int most) throws Exception {
        this(folder, edgeHubTwin, most, StoreLimits.of(100_000_000));
    }

    HubLab(Path folder, String edgeHubTwin, int most, StoreLimits room) throws Exception {
        limit = new ConnectionLimit(loop, most);
        store = MessageLog.open(folder);
        HubRuntime runtime = new HubRuntime() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public Optional<Instant> wallClock() {
                return Optional.of(Instant.now());
            }

            @Override
            public Cancellation after(Duration delay, Runnable action) {
                return loop.schedule(delay, action)::cancel;
            }
        };
        hub = new Hub(
                runtime,
                store,
                new MemoryDocuments(),
                cloud,
                new NoDeadLetters(),
                new LabDirectory(certified),
                new Hub.Limits(100, room));
        hub.follow(HubSettings.parse(Json.MAPPER.readTree(edgeHubTwin)));
        loop.atRoundEnd(hub::endOfRound);
        amqp = new AmqpHead(loop, hub);
        CertificateWriter writer = new CertificateWriter();
        OwnCa own = new OwnCa(
                new MemoryCaStore(), writer, clock, DEVICE, SubjectName.ofCommonName("ca"), Duration.ofDays(90));
        EdgeCa ca = new EdgeCa(own, writer, clock);
        HubCertificate certificate =
                new HubCertificate(ca, () -> new HubCertificate.Names("localhost", Set.copyOf(others)));
        tls = SSLContext.getInstance("TLS");
        tls.init(new KeyManager[] {certificate}, new TrustManager[] {new AnyCertificate()}, null);
        trusted = ca.trusted();
        trust = trusting(trusted);
        listener = new Listener(
                loop,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                limit,
                new Listener.Tls(tls, List::of, slow),
                () -> new MqttServerConnection(loop, hub));
        door = new Listener(
                loop,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                limit,
                new Listener.Tls(tls, List::of, slow),
                this::webSocket);
        amqpListener = new Listener(
                loop,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                limit,
                new Listener.Tls(tls, List::of, () -> !certified.isEmpty(), slow),
                amqp::connection);
        thread = new Thread(() -> {
            try {
                loop.run();
                loop.release();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
    }

    private Wire.Reader webSocket() {
        return new WebSocketDoor(
                loop,
                Map.of("mqtt", () -> new MqttServerConnection(loop, hub), "amqpwsb10", amqp::connection),
                head -> HttpCalls.ofHub(loop, hub, head));
    }

    private static final class NoDeadLetters implements DeadLetters {
        @Override
        public void add(String queue, MessageStore.Entry entry, String reason) {}

        @Override
        public void dropped(String queue, MessageStore.Dropped what, String reason) {}
    }

    private static SSLContext trusting(String pem) throws Exception {
        return trusting(null, pem);
    }

    private static SSLContext trusting(KeyManager[] own, String pem) throws Exception {
        KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null);
        int n = 0;
        for (Certificate certificate : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))) {
            keys.setCertificateEntry("ca" + n++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own, factory.getTrustManagers(), null);
        return context;
    }

    /** The certificate of the CA that clients trust, as PEM. */
    String trusted() {
        return trusted;
    }

    SSLSocketFactory sockets() {
        return trust.getSocketFactory();
    }

    /** Of a client that presents a certificate. */
    SSLSocketFactory sockets(Credential own) throws Exception {
        KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null);
        keys.setKeyEntry("own", own.key(), new char[0], own.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, new char[0]);
        return trusting(factory.getKeyManagers(), trusted).getSocketFactory();
    }

    /** Of a client that has never been here, and so resumes no session. */
    SSLSocketFactory newSockets() throws Exception {
        return trusting(trusted).getSocketFactory();
    }

    int port() throws Exception {
        return listener.address().getPort();
    }

    /** Listens for clients of AMQP that know no other ports than 5671 and 443. @return the host name for them, of this run alone */
    String amqpHost() throws Exception {
        int random = ThreadLocalRandom.current().nextInt(1 << 16);
        String host = "127.77." + (random >> 8) + "." + (random & 0xff);
        others.add(AlternativeName.of(host).orElseThrow());
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), 5671);
        InetSocketAddress web = new InetSocketAddress(address.getAddress(), 443);
        onHub(() -> new Listener(loop, address, limit, new Listener.Tls(tls, List::of, slow), amqp::connection));
        onHub(() -> new Listener(loop, web, limit, new Listener.Tls(tls, List::of, slow), this::webSocket));
        return host;
    }

    SSLContext trust() {
        return trust;
    }

    int amqpPort() throws Exception {
        return amqpListener.address().getPort();
    }

    /** The hub says goodbye to clients of AMQP. */
    void shutDownAmqp() {
        loop.execute(amqp::shutDown);
    }

    /** Of MQTT and AMQP over WebSocket, and of HTTPS. */
    int webPort() throws Exception {
        return door.address().getPort();
    }

    int openConnections() throws Exception {
        return onHub(limit::open);
    }

    /** The clock of the hub's connections goes on. */
    void pass(Duration time) {
        ahead.addAndGet(time.toNanos());
        loop.execute(() -> {});
    }

    /** Runs something on the hub's thread. */
    <T> T onHub(Callable<T> question) throws Exception {
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                answer.complete(question.call());
            } catch (Exception e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.get(10, TimeUnit.SECONDS);
    }

    /** Looks at the hub, or tries it, as a person on the board. */
    <T> T tried(Function<HubTrials, T> question) throws Exception {
        return onHub(() -> question.apply(new HubTrials(hub)));
    }

    HubFigures figures() throws Exception {
        return onHub(hub::figures);
    }

    static SharedKey key(String module) {
        return SharedKey.of(("key of " + module).getBytes(StandardCharsets.UTF_8));
    }

    static String token(String module, Instant expiry) {
        return SasToken.sign("hub.example/devices/" + DEVICE + "/modules/" + module, key(module), expiry)
                .toText();
    }

    /** Of the leaf device. */
    static String leafToken() {
        return SasToken.sign(
                        "hub.example/devices/" + LEAF, key(LEAF), Instant.now().plusSeconds(3600))
                .toText();
    }

    /** A client of Eclipse Paho that is connected as a module. */
    MqttClient module(String name) throws Exception {
        return module(name, token(name, Instant.now().plusSeconds(3600)), false);
    }

    MqttClient module(String name, String token, boolean clean) throws Exception {
        return module("ssl://localhost:" + port(), name, token, clean);
    }

    /** The same over WebSocket. */
    MqttClient webModule(String name) throws Exception {
        return module(
                "wss://localhost:" + webPort() + "/$iothub/websocket",
                name,
                token(name, Instant.now().plusSeconds(3600)),
                true);
    }

    private MqttClient module(String uri, String name, String token, boolean clean) throws Exception {
        String id = DEVICE + "/" + name;
        MqttClient client = new MqttClient(uri, id, new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        // Paho counts a message as in flight for a moment after publish() returned; its limit of 10 is soon reached
        options.setMaxInflight(1000);
        options.setUserName("hub.example/" + id + "/?api-version=2020-09-30&DeviceClientType=test");
        options.setPassword(token.toCharArray());
        options.setCleanSession(clean);
        options.setSocketFactory(sockets());
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setConnectionTimeout(20);
        client.setTimeToWait(20_000);
        try {
            client.connect(options);
        } catch (MqttException e) {
            client.close();
            throw e;
        }
        return client;
    }

    @Override
    public void close() {
        loop.close();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.close();
        slow.shutdownNow();
    }

    /** A cloud that takes everything while it is there. */
    final class Cloud implements UpstreamLinks {
        final List<Message> received = new CopyOnWriteArrayList<>();
        final List<String> answers = new CopyOnWriteArrayList<>();
        final List<String> reports = new CopyOnWriteArrayList<>();
        /** Tags of messages from the cloud that are done with. */
        final List<Long> done = new CopyOnWriteArrayList<>();

        private final Map<ClientId, CloudLink> links = new ConcurrentHashMap<>();
        private boolean there = true;

        /** The cloud calls a method of a module. */
        void call(String module, String method, String payload) throws Exception {
            tell(
                    ClientId.module(DEVICE, module),
                    listener -> listener.methodCalled(
                            new HubClient.MethodCall(UUID.randomUUID().toString(), method, payload)));
        }

        /** The cloud tells something of a module. */
        void tell(String module, Consumer<UpstreamLinks.Listener> what) throws Exception {
            tell(ClientId.module(DEVICE, module), what);
        }

        void tell(ClientId identity, Consumer<UpstreamLinks.Listener> what) throws Exception {
            onHub(() -> {
                what.accept(links.get(identity).listener);
                return null;
            });
        }

        /** Whether an identity's messages from the cloud are wanted. */
        boolean wantsMessages(ClientId identity) throws Exception {
            return onHub(() -> links.containsKey(identity) && links.get(identity).cloudMessagesWanted);
        }

        void set(boolean isThere) throws Exception {
            onHub(() -> {
                there = isThere;
                new ArrayList<>(links.values()).forEach(link -> {
                    if (there) {
                        link.listener.up();
                    } else {
                        link.listener.down("cut", false);
                    }
                });
                return null;
            });
        }

        @Override
        public Link open(ClientId identity, UpstreamLinks.Listener client) {
            CloudLink link = new CloudLink(identity, client);
            links.put(identity, link);
            if (there) {
                loop.execute(client::up);
            }
            return link;
        }

        private final class CloudLink implements Link {
            private final ClientId id;
            private final UpstreamLinks.Listener listener;
            private boolean cloudMessagesWanted;

            private CloudLink(ClientId id, UpstreamLinks.Listener listener) {
                this.id = id;
                this.listener = listener;
            }

            @Override
            public void send(long tag, Message message) {
                received.add(message);
                loop.execute(() -> listener.sent(tag));
            }

            @Override
            public boolean isUp() {
                return there;
            }

            @Override
            public void getTwin() {
                loop.execute(() -> listener.twin(
                        Optional.of("{\"desired\":{\"limit\":5,\"$version\":3},\"reported\":{\"$version\":1}}")));
            }

            @Override
            public void report(String patch) {
                reports.add(patch);
                loop.execute(() -> listener.reported(true, ""));
            }

            @Override
            public void methodAnswered(String callId, int status, String payload) {
                answers.add(status + " " + payload);
            }

            @Override
            public void wantMethods(boolean wanted) {}

            @Override
            public void wantCloudMessages(boolean wanted) {
                cloudMessagesWanted = wanted;
            }

            @Override
            public void cloudMessageDone(long tag) {
                done.add(tag);
            }

            @Override
            public void close() {
                links.remove(id);
            }
        }
    }
}
