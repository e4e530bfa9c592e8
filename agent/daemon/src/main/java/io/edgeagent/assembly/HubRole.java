package io.edgeagent.assembly;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.adapter.hubnet.AnyCertificate;
import io.edgeagent.adapter.hubnet.ConnectionLimit;
import io.edgeagent.adapter.hubnet.Dialer;
import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.Listener;
import io.edgeagent.adapter.hubnet.Wire;
import io.edgeagent.adapter.hubnet.amqp.AmqpHead;
import io.edgeagent.adapter.hubnet.http.HttpCalls;
import io.edgeagent.adapter.hubnet.mqtt.MqttUpstream;
import io.edgeagent.adapter.hubnet.websocket.WebSocketCall;
import io.edgeagent.adapter.hubnet.websocket.WebSocketDoor;
import io.edgeagent.adapter.iothub.DeviceScopeRest;
import io.edgeagent.adapter.messagelog.DeadLetterFile;
import io.edgeagent.adapter.messagelog.FolderDocuments;
import io.edgeagent.adapter.messagelog.MessageLog;
import io.edgeagent.conductor.BuiltInHub;
import io.edgeagent.config.StoreConfig;
import io.edgeagent.config.TopicsConfig;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.EdgeHubTwin;
import io.edgeagent.hub.Hub;
import io.edgeagent.hub.HubFigures;
import io.edgeagent.hub.HubRuntime;
import io.edgeagent.hub.HubTrials;
import io.edgeagent.hub.SharedLinks;
import io.edgeagent.hub.StoreLimits;
import io.edgeagent.hub.topic.LocalClients;
import io.edgeagent.identity.HubCertificate;
import io.edgeagent.identity.Sealing;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.SystemModule;
import io.edgeagent.report.HubCondition;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.Workers;
import io.edgeagent.upstream.UpstreamSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The built-in hub as a role of the process: one thread, which begins anew from the disk when something in it fails. It shares no
 * lock and no queue with the agent, and what happens to one does nothing to the other.
 */
final class HubRole implements BuiltInHub, AutoCloseable {
    static final int MQTT_PORT = 8883;
    static final int AMQP_PORT = 5671;
    static final int HTTPS_PORT = 443;

    private static final Logger LOG = LoggerFactory.getLogger(HubRole.class);
    /** A client that resumes a session does not see a new certificate. */
    private static final int TLS_SESSION_SECONDS = 3600;

    /** After waits of 2, 4, 8 seconds and so on up to this, messages that cannot be read will not be so soon. */
    private static final long UNREADABLE_SECONDS = 128;

    private static final long LEAST_STORE = 16L << 20;
    private static final long MOST_STORE = 1L << 30;
    /** A clock before this was never set. */
    private static final Instant PLAUSIBLE = Instant.parse("2025-01-01T00:00:00Z");

    private final Path folder;
    private final HubDirectory directory;
    private final HubCertificate certificate;
    private final SSLContext cloudTls;
    private final Supplier<Set<InetAddress>> addresses;
    private final Supplier<UpstreamSettings> upstream;
    private final Below below;
    private final FiguresHead.Text figures;
    private final Settings settings;
    private final Thread thread = new Thread(this::live, "hub");
    private volatile boolean closed;
    private volatile Optional<SystemModule> followed = Optional.empty();
    private volatile HubSwitches switches = HubSwitches.DEFAULT;
    private volatile boolean wanted;
    private volatile Optional<Running> running = Optional.empty();
    private volatile String failure = "it starts";

    /**
     * @param cloudPort where the IoT Hub takes MQTT over TLS
     * @param clients that may be connected at once
     * @param listen addresses of the host where it is to be reached besides
     * @param store what the board's owner says of the disk
     * @param topics clients without an identity, and where MQTT is spoken without TLS
     */
    record Settings(
            String version, int cloudPort, int clients, List<String> listen, StoreConfig store, TopicsConfig topics) {}

    /**
     * How what is below this device is asked for, and kept.
     *
     * @param sealing for what is on the disk: keys of devices are in it
     */
    record Below(DeviceScopeRest cloud, Sealing sealing) {}

    /**
     * @param figures makes the text for Prometheus, only when somebody asks for it
     * @param addresses where modules reach the hub; asked now and then, may block
     * @param upstream the agent's way to the IoT Hub
     */
    HubRole(
            Path folder,
            HubDirectory directory,
            HubCertificate certificate,
            SSLContext cloudTls,
            Supplier<Set<InetAddress>> addresses,
            Supplier<UpstreamSettings> upstream,
            Below below,
            FiguresHead.Text figures,
            Settings settings) {
        this.figures = figures;
        this.folder = folder;
        this.directory = directory;
        this.certificate = certificate;
        this.cloudTls = cloudTls;
        this.addresses = addresses;
        this.upstream = upstream;
        this.below = below;
        this.settings = settings;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void live() {
        long wait = 1;
        while (awaitWanted()) {
            long began = System.nanoTime();
            try (Running life = new Running(wait >= UNREADABLE_SECONDS)) {
                running = Optional.of(life);
                // who changes it looks for a running one after that
                if (wanted && !closed) {
                    life.loop.run();
                }
            } catch (IOException | GeneralSecurityException | RuntimeException | StackOverflowError e) {
                failure = "it failed and begins anew: " + e;
                LOG.error("event=hub_failed action=\"it begins anew in {} s\"", wait, e);
            } finally {
                running = Optional.empty();
            }
            if (wanted && !closed) {
                wait = System.nanoTime() - began > TimeUnit.MINUTES.toNanos(10) ? 1 : Math.min(300, wait * 2);
                pause(wait);
            }
        }
    }

    /** @return false when there is no more to come */
    private boolean awaitWanted() {
        synchronized (this) {
            try {
                while (!wanted && !closed) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            return !closed;
        }
    }

    private void pause(long seconds) {
        synchronized (this) {
            try {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
                for (long left = seconds * 1000;
                        wanted && !closed && left > 0;
                        left = (end - System.nanoTime()) / 1_000_000) {
                    wait(left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** From any thread; does not wait. */
    @Override
    public void follow(Optional<SystemModule> settings) {
        if (followed.equals(settings)) {
            return;
        }
        followed = settings;
        HubSwitches read = HubSwitches.of(settings);
        if (!read.equals(switches)) {
            switches = read;
            read.remarks().forEach(remark -> LOG.warn("event=edge_hub_remark reason=\"{}\"", remark));
            lookSoon();
        }
    }

    /** From any thread; does not wait. */
    @Override
    public void want(boolean hub) {
        if (wanted == hub) {
            return;
        }
        synchronized (this) {
            wanted = hub;
            notifyAll();
        }
        if (!hub) {
            LOG.info("event=hub_not_wanted reason=\"the deployment has no edgeHub\"");
            running.ifPresent(Running::leave);
        }
    }

    /** Whether modules should talk to it. */
    boolean isWanted() {
        return wanted;
    }

    /** A container is made: its network may be new, and it will connect at once. From any thread. */
    void lookSoon() {
        running.ifPresent(life -> life.loop.execute(life.ports::lookSoon));
    }

    /** How it is, for reports. From any thread; does not wait. */
    @Override
    public HubCondition condition() {
        return running.map(Running::condition).orElseGet(() -> new HubCondition(false, failure));
    }

    /** Runs something on the hub's thread. False if there is none now. From any thread. */
    boolean onItsThread(Consumer<HubTrials> action) {
        Optional<Running> life = running;
        life.ifPresent(now -> now.loop.execute(() -> action.accept(new HubTrials(now.hub))));
        return life.isPresent();
    }

    /** How the hub does; empty while it is not there, or does not answer within a second. */
    Optional<HubFigures> figures() {
        return running.flatMap(life -> {
            CompletableFuture<HubFigures> answer = new CompletableFuture<>();
            life.loop.execute(() -> answer.complete(life.hub.figures()));
            try {
                return Optional.of(answer.get(1, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        running.ifPresent(Running::leave);
        try {
            thread.join(5000);
            running.ifPresent(life -> life.loop.close());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From a start of the hub to its end. For the hub's thread, except for the loop's own calls. */
    private final class Running implements HubRuntime, AutoCloseable {
        private final EventLoop loop = new EventLoop(System::nanoTime);
        private final Workers slow = new Workers("hub-slow", 1, Clock.SYSTEM);
        private final MessageLog store;
        private final Hub hub;
        private final EdgeHubTwin twin;
        private final AmqpHead amqp;
        private final HubTopics topics;
        private final SSLContext tls;
        private final HubPorts ports;
        private final SecureRandom masks = new SecureRandom();

        /** @param inPart whether it begins without messages that cannot be read */
        private Running(boolean inPart) throws IOException, GeneralSecurityException {
            tls = SSLContext.getInstance("TLS");
            tls.init(new KeyManager[] {certificate}, new TrustManager[] {new AnyCertificate()}, null);
            tls.getServerSessionContext().setSessionTimeout(TLS_SESSION_SECONDS);
            tls.getServerSessionContext().setSessionCacheSize(ConnectionLimit.MOST_CONNECTIONS);
            long began = System.nanoTime();
            store = inPart
                    ? MessageLog.openInPart(folder.resolve("messages"))
                    : MessageLog.open(folder.resolve("messages"));
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            store.damage().forEach(what -> LOG.error("event=messages_damaged what=\"{}\"", what));
            FolderDocuments documents = new FolderDocuments(folder.resolve("clients"));
            Dialer dialer = new Dialer(loop, cloudTls, slow);
            SharedLinks upstream = new SharedLinks(
                    new MqttUpstream(
                            loop,
                            reader -> dial(dialer, reader),
                            directory.iotHub(),
                            directory.tokens(),
                            new SplittableRandom(),
                            "EdgeHub/" + settings.version()),
                    ClientId.module(directory.device(), "$edgeHub"));
            DeviceScope scope = new DeviceScope(
                    directory.device(),
                    this,
                    documents,
                    below.sealing(),
                    this::readScope,
                    new DeviceScope.Threads(loop, Workers.alone("hub-scope")));
            directory.below(scope);
            hub = new Hub(
                    this,
                    store,
                    documents,
                    upstream,
                    new DeadLetterFile(folder),
                    directory,
                    new Hub.Limits(settings.clients(), storeLimits()));
            scope.onChange(hub::directoryChanged);
            topics = new HubTopics(
                    this,
                    new LocalClients.Threads(loop, slow),
                    hub,
                    directory,
                    documents,
                    folder.resolve("topics"),
                    settings.topics());
            twin = EdgeHubTwin.follow(
                    hub, this, documents, upstream.owner(), directory.device(), settings.version(), topics::follow);
            loop.atRoundEnd(topics::endOfRound);
            loop.atRoundEnd(hub::endOfRound);
            amqp = new AmqpHead(loop, hub);
            ports = new HubPorts(
                    loop,
                    slow,
                    new ConnectionLimit(loop, ConnectionLimit.MOST_CONNECTIONS),
                    new Listener.Tls(tls, () -> switches.tls(), directory::hasCertificates, slow),
                    new HubPorts.Places(
                            // a module that is refused as a stranger may give up for good: better not to be there yet
                            () -> directory.isFilled() ? addresses.get() : Set.of(),
                            settings.listen(),
                            () -> switches.bindings(),
                            this::heads));
            loop.execute(ports::look);
            slow.execute(this::prepareCertificate);
            LOG.info(
                    "event=hub_started waiting={} opened_store_ms={}",
                    hub.figures().waiting(),
                    took.toMillis());
        }

        /** The first client need not wait for it, and a person finds the CA that devices are to trust. */
        private void prepareCertificate() {
            try {
                certificate.current();
            } catch (ProblemException e) {
                LOG.warn("event=hub_without_certificate reason=\"{}\"", e.problem());
            }
        }

        /** A tenth of what is free, within bounds that suit a card and a disk; at most most of it, whoever asks. */
        private StoreLimits storeLimits() throws IOException {
            FileStore disk = Files.getFileStore(folder);
            long mine = disk.getUsableSpace() + store.diskBytes();
            long usual = settings.store().bytes().orElse(Math.max(LEAST_STORE, Math.min(MOST_STORE, mine / 10)));
            long most = Math.min(settings.store().bytes().orElse(Long.MAX_VALUE), mine / 5 * 4);
            return new StoreLimits(
                    usual, Math.max(StoreLimits.LEAST, most), settings.store().refusesWhenFull());
        }

        private List<HubPorts.Head> heads() {
            List<HubPorts.Head> heads = new ArrayList<>();
            if (switches.mqtt()) {
                heads.add(new HubPorts.Head(MQTT_PORT, this::mqtt));
                heads.addAll(topics.plain(this::mqtt));
            }
            if (switches.amqp()) {
                heads.add(new HubPorts.Head(AMQP_PORT, amqp::connection));
            }
            if (switches.https()) {
                heads.add(new HubPorts.Head(HTTPS_PORT, this::https));
            }
            if (switches.metrics()) {
                heads.add(new FiguresHead(
                                loop,
                                Workers.alone("hub-figures"),
                                () -> new HubTrials(hub).routes().path("metrics"),
                                figures)
                        .head());
            }
            return heads;
        }

        /** What is spoken in a WebSocket, asked for each connection: the deployment may have changed it. */
        private Map<String, Supplier<Wire.Reader>> inWebSocket() {
            Map<String, Supplier<Wire.Reader>> protocols = new HashMap<>();
            if (switches.mqtt()) {
                protocols.put("mqtt", this::mqtt);
            }
            if (switches.amqp()) {
                protocols.put("amqpwsb10", amqp::connection);
            }
            return protocols;
        }

        /** Says goodbye to clients that understand it, and ends the loop after that. */
        private void leave() {
            loop.execute(() -> {
                amqp.shutDown();
                loop.close();
            });
        }

        private Wire.Reader mqtt() {
            return topics.connection(loop);
        }

        private Wire.Reader https() {
            return new WebSocketDoor(loop, inWebSocket(), head -> HttpCalls.ofHub(loop, hub, head));
        }

        private ObjectNode readScope() throws IOException {
            String token = directory
                    .token(ClientId.module(directory.device(), "$edgeHub"))
                    .map(MqttUpstream.Tokens.Token::text)
                    .orElseThrow(() -> new IOException("the hub's own identity is not known yet"));
            return below.cloud().read(token, upstream.get().with(switches.upstream()));
        }

        private void dial(Dialer dialer, Wire.Reader reader) {
            UpstreamSettings way = upstream.get().with(switches.upstream());
            String host = way.parent().inPlaceOf(directory.iotHub());
            if (way.overWebSocket(host)) {
                Wire.Reader call = new WebSocketCall(loop, host, masks, reader);
                dialer.dial(host, HTTPS_PORT, way.proxyFor(host, HTTPS_PORT), call);
            } else {
                dialer.dial(host, settings.cloudPort(), Optional.empty(), reader);
            }
        }

        private HubCondition condition() {
            String remarks = Stream.of(ports.remark(), twin.remark())
                    .filter(remark -> !remark.isEmpty())
                    .collect(Collectors.joining("; "));
            return new HubCondition(ports.isServed(), remarks);
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public Optional<Instant> wallClock() {
            return Optional.of(Clock.SYSTEM.wallClock()).filter(now -> now.isAfter(PLAUSIBLE));
        }

        @Override
        public Cancellation after(Duration delay, Runnable action) {
            return loop.schedule(delay, action)::cancel;
        }

        @Override
        public void close() throws IOException {
            loop.release();
            topics.close();
            store.close();
            slow.close();
        }
    }
}
