package io.edgeagent.hub;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.edgeagent.runtime.Metrics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hub itself: clients, routes, queues, deliveries, and a link to the cloud for each identity. One thread calls all of it.
 * A round of that thread ends with {@link #endOfRound}: what came in it is on the disk then, and its senders are told.
 */
public final class Hub implements HubEntrance {
    private static final Logger LOG = LoggerFactory.getLogger(Hub.class);
    private static final Duration SWEEP = Duration.ofMinutes(1);
    private static final Duration TAKEOVER_WINDOW = Duration.ofMinutes(1);
    private static final Duration SWEEP_ON = Duration.ofSeconds(1);
    private static final int MOST_AT_ONCE = 2000;
    private static final int MOST_TAKEOVERS = 6;

    private final HubRuntime runtime;
    private final MessageStore store;
    private final HubDocuments documents;
    private final UpstreamLinks upstream;
    private final DeadLetters deadLetters;
    private final TokenCheck tokens;
    private final Limits limits;
    private final Router router;
    private final Expiry expiry;
    private final Metrics metrics = new Metrics("edgehub_", PeerMetrics.DOCUMENTED);
    private final Ledger ledger = new Ledger();
    private final ClientRefusals refusals;
    private final Taps taps;
    private final Map<ClientId, HubPeer> peers = new TreeMap<>();
    private final Map<String, ModuleOutlet> outlets = new HashMap<>();
    private final Map<String, Backlog> backlogs = new HashMap<>();
    private final StoreRoom room;
    private final Intake intake;
    private final ModuleDirectory directory;
    private BiConsumer<ClientId, Boolean> onConnection = (id, connected) -> {};
    private Consumer<ArrayNode> others = list -> {};

    /**
     * @param clients that may be connected at once
     * @param store how much of the disk the messages may take
     */
    public record Limits(int clients, StoreLimits store) {}

    public Hub(
            HubRuntime runtime,
            MessageStore store,
            HubDocuments documents,
            UpstreamLinks upstream,
            DeadLetters deadLetters,
            ModuleDirectory directory,
            Limits limits) {
        this.runtime = runtime;
        this.store = store;
        this.documents = documents;
        this.upstream = upstream;
        this.deadLetters = deadLetters;
        this.directory = directory;
        this.tokens = new TokenCheck(directory);
        this.limits = limits;
        this.refusals = new ClientRefusals(runtime);
        this.router = new Router(runtime, metrics);
        this.taps = new Taps(runtime);
        this.expiry = new Expiry(runtime);
        this.room = new StoreRoom(store, limits.store(), deadLetters, this::dropped);
        this.intake = new Intake(runtime, store, ledger, metrics, expiry, room, this::wake);
        for (String name : store.queues()) {
            ledger.waitingAtStart += store.depth(name).messages();
            QueueName.parse(name).ifPresent(this::backlog);
        }
        documents.clients(ClientTwin.KIND).forEach(this::peer);
        List.copyOf(peers.values()).forEach(HubPeer::resume);
        runtime.after(SWEEP, this::sweep);
    }

    /** The routes in force from now on. What waits for an endpoint that no route names any more stays until it is delivered or expires. */
    public void follow(HubSettings settings) {
        router.follow(settings);
        room.follow(settings.maxBytes());
        Set<String> named = settings.routes().values().stream()
                .map(rule -> rule.route().endpoint().toString())
                .collect(Collectors.toSet());
        backlogs.values().forEach(backlog -> {
            long left = store.depth(backlog.name().text()).messages();
            if (left > 0 && !named.contains(backlog.name().endpoint())) {
                LOG.warn(
                        "event=queue_without_route queue=\"{}\" messages={} action=\"they stay until they are delivered or"
                                + " their time is over\"",
                        backlog.name().shown(),
                        left);
            }
        });
    }

    /** Is told whenever a client has connected or is gone. */
    public void onConnection(BiConsumer<ClientId, Boolean> listener) {
        onConnection = listener;
    }

    void connectionChanged(ClientId id, boolean connected) {
        onConnection.accept(id, connected);
    }

    @Override
    public Admission connect(ClientId id, Proof proof, boolean clean, String product, HubClient client) {
        TokenCheck.Verdict verdict = tokens.check(id, proof, runtime.wallClock().orElse(Instant.EPOCH));
        Admission admission = verdict.isGood()
                ? admission(id, life(verdict), clean, product, client)
                : Admission.refused(Refusal.NOT_AUTHORISED, verdict.refusal().get());
        if (admission.session().isPresent()) {
            metrics.count("client_connect_success", "id", id.toString());
            refusals.admitted(id);
        } else {
            refused(id, verdict, verdict.isGood() ? admission.refusal() : verdict.rule(), admission.reason());
        }
        return admission;
    }

    @Override
    public Optional<String> refusal(ClientId id, Proof proof) {
        TokenCheck.Verdict verdict = tokens.check(id, proof, runtime.wallClock().orElse(Instant.EPOCH));
        verdict.refusal().ifPresent(reason -> refused(id, verdict, verdict.rule(), reason));
        return verdict.refusal();
    }

    private void refused(ClientId id, TokenCheck.Verdict verdict, Enum<?> kind, String reason) {
        // a stranger may call himself anything: only names that are known are counted one by one
        String known = directory.find(id).isPresent() ? id.toString() : "";
        metrics.count(
                "client_connect_failed", "id", known, "reason", kind.name().toLowerCase(Locale.ROOT));
        refusals.refused(id, reason);
        if (!verdict.isGood() && !directory.isOwn(id)) {
            directory.look(ModuleDirectory.Occasion.CLIENT_REFUSED);
        }
    }

    TokenCheck.Verdict verdict(ClientId id, String token) {
        return tokens.check(id, token, runtime.wallClock().orElse(Instant.EPOCH));
    }

    /** How long a client may stay by its token; empty while the clock was never set. */
    Optional<Duration> life(TokenCheck.Verdict verdict) {
        return runtime.wallClock()
                .map(now -> Duration.between(now, verdict.expires()).plus(TokenCheck.SKEW));
    }

    private Admission admission(ClientId id, Optional<Duration> life, boolean clean, String product, HubClient client) {
        HubPeer peer = peer(id);
        if (!peer.isConnected() && connected() >= limits.clients()) {
            return Admission.refused(Refusal.NOT_AVAILABLE, "already " + limits.clients() + " clients are connected");
        }
        if (peer.isConnected() && peer.takeovers(TAKEOVER_WINDOW) > MOST_TAKEOVERS) {
            return Admission.refused(
                    Refusal.NOT_AVAILABLE, "two clients of this identity throw each other out again and again");
        }
        LOG.info("event=client_connected client={} product=\"{}\"", id, product);
        return peer.admit(client, clean, product, life);
    }

    private long connected() {
        return peers.values().stream().filter(HubPeer::isConnected).count();
    }

    Optional<ModuleDirectory.Known> known(ClientId id) {
        return directory.find(id);
    }

    ModuleDirectory directory() {
        return directory;
    }

    /** What is below the device has changed in the cloud: who is not what it was has to show again who it is. */
    public void directoryChanged() {
        List.copyOf(peers.values()).stream()
                .filter(peer -> !directory.isOwn(peer.id()) && peer.isStale(directory.find(peer.id())))
                .forEach(peer -> peer.cut("what IoT Hub knows of it has changed"));
    }

    HubPeer peer(ClientId id) {
        return peers.computeIfAbsent(id, name -> new HubPeer(this, name));
    }

    Collection<HubPeer> peers() {
        return peers.values();
    }

    Router router() {
        return router;
    }

    Taps taps() {
        return taps;
    }

    ClientRefusals refusals() {
        return refusals;
    }

    Metrics metrics() {
        return metrics;
    }

    /** Whether a module takes messages now. */
    boolean listener(String module) {
        return outlets.containsKey(module) && outlets.get(module).isListening();
    }

    /** What waits, by queue. */
    Map<QueueName, MessageStore.Depth> depths() {
        Map<QueueName, MessageStore.Depth> depths = new HashMap<>();
        backlogs.values()
                .forEach(backlog ->
                        depths.put(backlog.name(), store.depth(backlog.name().text())));
        return depths;
    }

    HubRuntime runtime() {
        return runtime;
    }

    HubDocuments documents() {
        return documents;
    }

    UpstreamLinks upstream() {
        return upstream;
    }

    DeadLetters deadLetters() {
        return deadLetters;
    }

    /** The module's outlet, if it is a module of this device. */
    Optional<ModuleOutlet> outlet(ClientId id) {
        return id.device().equals(directory.device()) ? id.module().map(this::outlet) : Optional.empty();
    }

    private ModuleOutlet outlet(String module) {
        return outlets.computeIfAbsent(module, name -> new ModuleOutlet(deadLetters));
    }

    private Backlog backlog(QueueName name) {
        return backlogs.computeIfAbsent(name.text(), key -> {
            Backlog backlog =
                    new Backlog(name, store, expiry, ledger, new QueueMetrics(runtime, metrics, name), intake::settled);
            if (name.input().isPresent()) {
                outlet(name.input().get().module()).add(backlog);
            } else {
                peer(name.sender().orElseThrow()).cloud().add(backlog);
            }
            return backlog;
        });
    }

    @Override
    public void publish(Message message, HubSession.Taking taking) {
        publish(peer(message.sender()), message, taking);
    }

    /** @param taking is told at the end of the round */
    void publish(HubPeer sender, Message message, HubSession.Taking taking) {
        if (taps.isActive()) {
            taps.passed(message, router.matching(message));
        }
        intake.take(sender, message, router.targets(message), taking);
    }

    /**
     * Gives a message to a plain topic to the routes that name such topics.
     *
     * @param taken is run once it is on the disk, if there is one
     * @return whether there is one
     */
    public boolean publishTopic(Message message, Runnable taken) {
        boolean routed = router.takesTopics() && !router.matching(message).isEmpty();
        if (routed) {
            publish(message, taken::run);
        }
        return routed;
    }

    /** Adds clients that have no identity, for a person. */
    public void alsoThere(Consumer<ArrayNode> local) {
        others = local;
    }

    Consumer<ArrayNode> others() {
        return others;
    }

    private void wake(String queue) {
        Backlog backlog = backlog(QueueName.parse(queue).orElseThrow());
        backlog.grew();
        if (backlog.name().input().isPresent()) {
            outlet(backlog.name().input().get().module()).pump();
        } else {
            peer(backlog.name().sender().get()).pump();
        }
    }

    /** Makes durable what came in this round, tells its senders, and sends on. To be called before the loop waits again. */
    public void endOfRound() {
        intake.endOfRound();
    }

    private void dropped(MessageStore.Dropped gone) {
        QueueName.parse(gone.queue())
                .ifPresentOrElse(
                        name -> backlog(name).dropped(gone.through(), gone.messages()),
                        () -> ledger.dropped += gone.messages());
    }

    private void sweep() {
        boolean more = false;
        try {
            long now = expiry.stamp();
            List<MessageStore.Place> overdue =
                    now == 0 ? List.of() : store.overdue(now, expiry::isExpired, MOST_AT_ONCE);
            more = overdue.size() == MOST_AT_ONCE;
            overdue.forEach(place -> QueueName.parse(place.queue())
                    .ifPresent(name -> backlog(name).expire(place.sequence())));
        } catch (IOException e) {
            LOG.error("event=messages_not_expired reason=\"{}\"", e.getMessage());
        }
        peers.values().forEach(HubPeer::rest);
        runtime.after(more ? SWEEP_ON : SWEEP, this::sweep);
    }

    @Override
    public Optional<String> callerRefused(ClientId caller, String token) {
        Optional<String> refusal =
                !caller.device().equals(directory.device()) || caller.module().isEmpty()
                        ? Optional.of("only modules of this device call methods here")
                        : verdict(caller, token).refusal();
        refusal.ifPresent(reason -> refusals.refused(caller, reason));
        return refusal;
    }

    @Override
    public void call(
            ClientId caller,
            ClientId target,
            HubClient.MethodCall call,
            Patience patience,
            Consumer<MethodEnding> answer) {
        if (directory.find(target).isEmpty()) {
            answer.accept(MethodEnding.failed(MethodEnding.Outcome.NOT_THERE, 404, "there is no client of that name"));
        } else {
            peer(target).call(caller.toString(), call, patience, answer);
        }
    }

    /** A picture for status and metrics. */
    public HubFigures figures() {
        Map<ClientId, Boolean> clients = new TreeMap<>();
        peers.forEach((id, peer) -> clients.put(id, peer.isConnected()));
        Map<String, MessageStore.Depth> queues = new TreeMap<>();
        backlogs.values()
                .forEach(backlog -> queues.put(
                        backlog.name().shown(), store.depth(backlog.name().text())));
        return new HubFigures(
                ledger.received,
                ledger.unrouted,
                ledger.refused,
                ledger.routed,
                ledger.delivered,
                ledger.expired,
                ledger.deadLetters,
                ledger.dropped,
                ledger.waiting(),
                clients,
                queues,
                router.matched(),
                store.diskBytes(),
                room.bytes());
    }
}
