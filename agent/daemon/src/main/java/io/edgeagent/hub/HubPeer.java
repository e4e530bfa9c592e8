package io.edgeagent.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One identity, connected or not: its client, its subscriptions, its twin, its methods, and its link to the cloud. The link is open
 * while the client is there or something waits for the cloud.
 */
final class HubPeer implements UpstreamLinks.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(HubPeer.class);
    private static final Duration TWIN_AGAIN = Duration.ofSeconds(30);
    private static final Duration TWIN_PATIENCE = Duration.ofSeconds(10);
    /** Longer than IoT Hub takes in its worst minutes, and shorter than a person's patience. */
    private static final Duration ACK_PATIENCE = Duration.ofMinutes(2);

    private final Hub hub;
    private final ClientId id;
    private final Subscriptions subscriptions;
    private final PeerMetrics metrics;
    private final CloudOutlet cloud;
    private final ClientTwin twin;
    private final MethodDesk methods;
    private final CloudMail mail;
    private final Takeovers takeovers = new Takeovers();
    private Optional<Connected> current = Optional.empty();
    private Optional<UpstreamLinks.Link> link = Optional.empty();
    private Optional<HubRuntime.Cancellation> watchdog = Optional.empty();
    private Optional<Instant> changedAt = Optional.empty();
    private Optional<ModuleDirectory.Known> admittedAs = Optional.empty();
    private String product = "";
    private String lastEnd = "";
    private Optional<String> upstreamTrouble = Optional.empty();

    HubPeer(Hub hub, ClientId id) {
        this.hub = hub;
        this.id = id;
        this.cloud = new CloudOutlet(hub.deadLetters());
        this.metrics = new PeerMetrics(hub.runtime(), hub.metrics(), id);
        this.twin = new ClientTwin(id, hub.documents(), metrics);
        this.methods = new MethodDesk(hub.runtime());
        this.mail = new CloudMail(hub.runtime(), hub.deadLetters(), id);
        this.subscriptions = new Subscriptions(hub.documents(), id);
    }

    /** Sends what its client left for the cloud before the hub was started, although the client may not come back. */
    void resume() {
        if (twin.hasPending() || !cloud.isEmpty()) {
            openLink();
        }
    }

    ClientId id() {
        return id;
    }

    /** Why its messages do not get to the cloud; empty while the link is up, or was not needed. */
    Optional<String> upstreamTrouble() {
        return upstreamTrouble;
    }

    /** Adds how it is connected, for a person. */
    void describe(ObjectNode node) {
        node.put("id", id.toString()).put("status", isConnected() ? "connected" : "disconnected");
        changedAt.ifPresent(
                at -> node.put("since", at.truncatedTo(ChronoUnit.SECONDS).toString()));
        current.ifPresent(connected -> {
            String origin = connected.client.origin();
            int blank = origin.indexOf(' ');
            node.put("protocol", blank < 0 ? origin : origin.substring(0, blank));
            node.put("address", origin.substring(blank + 1));
            node.put("product", product);
        });
        ArrayNode wanted = node.putArray("subscriptions");
        subscriptions.all().forEach(interest -> wanted.add(interest.name().toLowerCase(Locale.ROOT)));
        if (!isConnected() && !lastEnd.isEmpty()) {
            node.put("lastError", lastEnd);
        }
        upstreamTrouble.ifPresent(reason -> node.put("upstreamError", reason));
    }

    boolean isConnected() {
        return current.isPresent();
    }

    CloudOutlet cloud() {
        return cloud;
    }

    /** How often a client took the place of another one lately, this time included. */
    int takeovers(Duration window) {
        return takeovers.another(hub.runtime().nanos(), window);
    }

    /** Whether its client was admitted as something that it is not any more. */
    boolean isStale(Optional<ModuleDirectory.Known> now) {
        return isConnected() && !now.filter(ModuleDirectory.Known::enabled).equals(admittedAs);
    }

    HubEntrance.Admission admit(HubClient client, boolean clean, String named, Optional<Duration> life) {
        admittedAs = hub.known(id);
        current.ifPresent(old -> {
            old.detach();
            old.client.close("another client of the same identity has connected");
        });
        boolean resumed = !clean && !subscriptions.isEmpty();
        if (clean && !subscriptions.isEmpty()) {
            link.ifPresent(open -> open.wantCloudMessages(false));
            subscriptions.clear();
        }
        Connected connected = new Connected(client, !clean, life);
        current = Optional.of(connected);
        changedAt = hub.runtime().wallClock();
        product = named;
        methods.connected();
        hub.connectionChanged(id, true);
        openLink();
        // in the next round: the client is told first that it is connected
        hub.runtime().after(Duration.ZERO, () -> {
            if (current.filter(connected::equals).isPresent()) {
                subscriptions.all().forEach(this::begin);
            }
        });
        return HubEntrance.Admission.of(connected, resumed);
    }

    /** Ends the client's connection, because something it sent could not be kept. */
    void cut(String reason) {
        current.ifPresent(connected -> connected.client.close(reason));
    }

    private void begin(HubSession.Interest interest) {
        current.ifPresent(connected -> {
            switch (interest) {
                case INPUTS -> hub.outlet(id).ifPresent(outlet -> outlet.listens(connected.client));
                case METHODS -> {
                    methods.listens(connected.client);
                    link.ifPresent(open -> open.wantMethods(true));
                }
                case CLOUD_MESSAGES -> {
                    link.ifPresent(open -> open.wantCloudMessages(true));
                    mail.listens(connected.client, link);
                }
                default -> {}
            }
        });
    }

    private void end(HubSession.Interest interest) {
        switch (interest) {
            case INPUTS -> hub.outlet(id).ifPresent(ModuleOutlet::isAway);
            case METHODS -> {
                methods.doesNotListen();
                link.ifPresent(open -> open.wantMethods(false));
            }
            case CLOUD_MESSAGES -> {
                mail.isAway();
                link.ifPresent(open -> open.wantCloudMessages(false));
            }
            default -> {}
        }
    }

    private void openLink() {
        if (link.isEmpty()) {
            link = Optional.of(hub.upstream().open(id, this));
            link.get().wantMethods(subscriptions.contains(HubSession.Interest.METHODS) && isConnected());
            link.get().wantCloudMessages(subscriptions.contains(HubSession.Interest.CLOUD_MESSAGES));
        }
    }

    /** Something waits for the cloud. */
    void pump() {
        openLink();
        cloud.pump(link.get());
        watch();
    }

    /** Closes the link if nobody needs it. */
    void rest() {
        if (current.isEmpty() && cloud.isEmpty() && !twin.hasPending()) {
            link.ifPresent(UpstreamLinks.Link::close);
            link = Optional.empty();
            twin.linkLost();
            metrics.resting();
            mail.linkLost();
        } else if (!cloud.isEmpty()) {
            pump();
        }
    }

    /** A link that takes messages and acknowledges none is made anew. What is sent to it meanwhile is no sign of life. */
    private void watch() {
        if (cloud.isBusy() && watchdog.isEmpty()) {
            watchdog = Optional.of(hub.runtime().after(ACK_PATIENCE, () -> {
                LOG.warn("event=upstream_stuck client={} action=\"the link is made anew\"", id);
                watchdog = Optional.empty();
                link.ifPresent(UpstreamLinks.Link::close);
                link = Optional.empty();
                down("no acknowledgement came", false);
                pump();
            }));
        }
    }

    private void stopWatching() {
        watchdog.ifPresent(HubRuntime.Cancellation::cancel);
        watchdog = Optional.empty();
    }

    @Override
    public void up() {
        upstreamTrouble = Optional.empty();
        metrics.online();
        askTwin();
        link.ifPresent(open -> {
            sendReported();
            cloud.pump(open);
            watch();
        });
    }

    @Override
    public void down(String reason, boolean refused) {
        metrics.offline();
        upstreamTrouble = Optional.of(reason);
        cloud.isDown();
        twin.linkLost();
        mail.linkLost();
        stopWatching();
        current.ifPresent(connected -> twin.answerKnown(connected.client));
    }

    @Override
    public void sent(long tag) {
        stopWatching();
        cloud.sent(tag);
        link.ifPresent(cloud::pump);
        watch();
    }

    @Override
    public void refused(long tag, String reason) {
        LOG.warn("event=message_refused_upstream client={} reason=\"{}\"", id, reason);
        stopWatching();
        cloud.refused(tag, reason);
        link.ifPresent(cloud::pump);
        watch();
    }

    @Override
    public void twin(Optional<String> text) {
        metrics.twinCame();
        try {
            Optional<ObjectNode> missed = text.isPresent() ? twin.received(text.get()) : Optional.empty();
            missed.ifPresent(this::tellDesired);
        } catch (IOException e) {
            LOG.error("event=twin_not_saved client={} reason=\"{}\"", id, e.getMessage());
        }
        current.ifPresent(connected -> twin.answerAll(connected.client));
        if (text.isEmpty()) {
            // without it nobody would notice what was changed while the link was down
            hub.runtime().after(TWIN_AGAIN, () -> {
                if (link.filter(UpstreamLinks.Link::isUp).isPresent()) {
                    askTwin();
                }
            });
        }
    }

    private void askTwin() {
        metrics.twinAsked();
        link.ifPresent(UpstreamLinks.Link::getTwin);
    }

    private void tellDesired(ObjectNode patch) {
        if (subscriptions.contains(HubSession.Interest.DESIRED)) {
            current.ifPresent(connected -> connected.client.desiredChanged(patch.toString(), twin.version()));
        }
    }

    @Override
    public void desiredPatched(String text) {
        try {
            if (!(Json.MAPPER.readTree(text) instanceof ObjectNode patch) || !twin.patched(patch)) {
                askTwin();
                return;
            }
            tellDesired(patch);
        } catch (JsonProcessingException e) {
            askTwin();
        } catch (IOException e) {
            LOG.error("event=twin_not_saved client={} reason=\"{}\"", id, e.getMessage());
        }
    }

    @Override
    public void reported(boolean done, String reason) {
        metrics.reportAnswered(done);
        if (!done) {
            LOG.warn("event=reported_refused_upstream client={} reason=\"{}\"", id, reason);
        }
        try {
            twin.sent();
        } catch (IOException e) {
            LOG.error("event=twin_not_saved client={} reason=\"{}\"", id, e.getMessage());
        }
        sendReported();
    }

    private void sendReported() {
        link.filter(UpstreamLinks.Link::isUp)
                .ifPresent(open -> twin.toSend().ifPresent(patch -> {
                    metrics.reportSent();
                    open.report(patch);
                }));
    }

    @Override
    public void methodCalled(HubClient.MethodCall call) {
        call(
                "upstream",
                call,
                MethodDesk.OF_CLOUD,
                answer -> link.ifPresent(open -> open.methodAnswered(call.id(), answer.status(), answer.payload())));
    }

    @Override
    public void cloudMessage(long tag, Message message) {
        link.ifPresent(open -> mail.arrived(tag, message, open));
    }

    /** @param from who calls, for the metrics */
    void call(String from, HubClient.MethodCall call, HubEntrance.Patience patience, Consumer<MethodEnding> caller) {
        metrics.methodCalled(from);
        long began = metrics.now();
        methods.call(call, patience, answer -> {
            metrics.methodAnswered(from, began);
            caller.accept(answer);
        });
    }

    /** One connection of the client. After another one took its place it does nothing any more. */
    private final class Connected implements HubSession {
        private final HubClient client;
        private final boolean lasting;
        private final TokenLife life;

        /** @param lasting whether its subscriptions count for the next connection too */
        private Connected(HubClient client, boolean lasting, Optional<Duration> left) {
            this.client = client;
            this.lasting = lasting;
            this.life = new TokenLife(hub.runtime(), () -> client.close("its token or its certificate has ended"));
            life.begin(left);
        }

        @Override
        public Optional<String> renew(String token) {
            TokenCheck.Verdict verdict = hub.verdict(id, token);
            if (verdict.isGood() && isCurrent()) {
                life.begin(hub.life(verdict));
            }
            return verdict.refusal();
        }

        private boolean isCurrent() {
            return current.filter(this::equals).isPresent();
        }

        private void detach() {
            if (isCurrent()) {
                current = Optional.empty();
                changedAt = hub.runtime().wallClock();
                metrics.disconnected();
                life.end();
                hub.outlet(id).ifPresent(ModuleOutlet::isAway);
                methods.disconnected();
                mail.isAway();
                twin.forgetWaiting();
                link.ifPresent(open -> open.wantMethods(false));
                if (!lasting) {
                    subscriptions.forget();
                    link.ifPresent(open -> open.wantCloudMessages(false));
                }
                hub.connectionChanged(id, false);
            }
        }

        @Override
        public ClientId id() {
            return id;
        }

        @Override
        public void publish(Message message, Taking taking) {
            if (isCurrent()) {
                metrics.received(message);
                hub.publish(HubPeer.this, message, taking);
            }
        }

        @Override
        public void subscribe(Interest interest, boolean wanted, Runnable stored) {
            if (!isCurrent()) {
                return;
            }
            try {
                subscriptions.set(interest, wanted, lasting);
            } catch (IOException e) {
                LOG.error("event=subscription_not_saved client={} reason=\"{}\"", id, e.getMessage());
                client.close("the subscription cannot be saved: " + e.getMessage());
                return;
            }
            stored.run();
            if (wanted) {
                begin(interest);
            } else {
                end(interest);
            }
        }

        @Override
        public void delivered(long tag, Outcome outcome) {
            if (isCurrent()) {
                hub.outlet(id)
                        .ifPresentOrElse(
                                outlet -> outlet.delivered(tag, outcome), () -> mail.delivered(tag, outcome, link));
            }
        }

        @Override
        public void roomAgain() {
            if (isCurrent()) {
                hub.outlet(id).filter(ModuleOutlet::isListening).ifPresent(ModuleOutlet::pump);
                link.ifPresent(mail::pump);
            }
        }

        @Override
        public void getTwin(String requestId) {
            metrics.twinWanted();
            boolean online = link.filter(UpstreamLinks.Link::isUp).isPresent();
            if (!isCurrent()) {
                return;
            }
            if (twin.asked(requestId, online, client)) {
                askTwin();
            }
            hub.runtime().after(TWIN_PATIENCE, () -> {
                if (isCurrent()) {
                    twin.answerAll(client);
                }
            });
        }

        @Override
        public void patchReported(String requestId, String patch) {
            if (!isCurrent()) {
                return;
            }
            try {
                long since = metrics.now();
                client.twinAnswered(twin.report(requestId, patch));
                metrics.reported(since);
                sendReported();
            } catch (IOException e) {
                LOG.error("event=twin_not_saved client={} reason=\"{}\"", id, e.getMessage());
                client.twinAnswered(
                        new HubClient.TwinAnswer(requestId, 500, "{\"message\":\"the board cannot save it\"}"));
            }
        }

        @Override
        public void methodAnswered(String callId, int status, String payload) {
            if (isCurrent()) {
                methods.answered(callId, status, payload);
            }
        }

        @Override
        public void disconnected(boolean cleanly, String reason) {
            LOG.info("event=client_disconnected client={} reason=\"{}\"", id, reason);
            if (isCurrent()) {
                lastEnd = cleanly ? "" : reason;
            }
            detach();
        }
    }
}
