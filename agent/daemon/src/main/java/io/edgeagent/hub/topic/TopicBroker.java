package io.edgeagent.hub.topic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.hub.HubDocuments;
import io.edgeagent.hub.HubRuntime;
import io.edgeagent.hub.MessageStore;
import io.edgeagent.model.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker of plain topics: sessions, retained messages, wills, and who may what. One thread calls all of it. A round of that thread
 * ends with {@link #endOfRound}: messages of QoS 1 that came in it are on the disk then for clients whose sessions outlive their
 * connections, retained ones of QoS 1 too, and only then their senders are told.
 */
public final class TopicBroker {
    private static final Logger LOG = LoggerFactory.getLogger(TopicBroker.class);

    private final HubDocuments documents;
    private final TopicDisk disk;
    private final TopicRoutes routes;
    private final RetainedTopics retained;
    private final SeldomLog seldom;
    /** By the key of the identity; the one that was used last is the last one. */
    private final Map<String, TopicSession> sessions = new LinkedHashMap<>();

    private final Map<TopicSession, LiveSeat> seats = new LinkedHashMap<>();
    private final FilterTree<TopicSession> tree = new FilterTree<>();
    private final List<Runnable> taken = new ArrayList<>();
    private final Set<LiveSeat> senders = new LinkedHashSet<>();
    private final Set<TopicSession> grown = new LinkedHashSet<>();
    private TopicRules rules = TopicRules.NONE;
    private Optional<String> failure = Optional.empty();

    /** What a client leaves behind if its connection breaks. */
    public record Will(TopicMessage message) {}

    /** Takes up sessions and retained messages of before. @throws IOException if the disk cannot be read */
    public TopicBroker(HubRuntime runtime, HubDocuments documents, TopicStore store, TopicRoutes routes)
            throws IOException {
        this.documents = documents;
        this.routes = routes;
        this.retained = new RetainedTopics(store);
        this.disk = new TopicDisk(runtime, store, retained);
        this.seldom = new SeldomLog(runtime);
        SessionRecord.all(documents).values().forEach(this::restore);
        if (store.exists()) {
            retained.restore();
            Set<String> known = new LinkedHashSet<>();
            sessions.values().forEach(session -> known.add(queue(session)));
            disk.forgetAllBut(known);
        }
    }

    private void restore(SessionRecord found) {
        TopicSession session = session(found.identity(), true);
        found.filters().forEach((filter, qos) -> {
            session.filters().put(filter, qos);
            tree.add(filter, session, qos);
        });
        session.saved();
        sessions.put(found.identity().key(), session);
    }

    private TopicSession session(TopicIdentity identity, boolean persistent) {
        return new TopicSession(identity, rules.of(identity), retained, persistent, disk::waiting);
    }

    private static String queue(TopicSession session) {
        return ((StoredOutbox) session.outbox()).queue();
    }

    /**
     * Authorisations in force from now on.
     *
     * @param desired properties of {@code $edgeHub}
     * @param device this device's id
     * @return what is wrong with them, in words; that has no effect
     */
    public List<String> follow(JsonNode desired, String device, String iotHub) {
        List<String> problems = new ArrayList<>();
        rules = TopicRules.parse(desired.path("mqttBroker"), device, iotHub, problems);
        sessions.values().forEach(session -> session.grant(rules.of(session.identity())));
        List.copyOf(seats.values()).stream()
                .filter(seat -> !seat.session().grants().mayConnect())
                .forEach(seat -> seat.close("the authorisations deny it to connect"));
        return problems;
    }

    /** Whether a statement denies an identity to connect. */
    public boolean mayConnect(TopicIdentity identity) {
        return rules.isEmpty() || rules.of(identity).mayConnect();
    }

    /** Whether something is kept for the client, or it may use plain topics at all: else it needs no seat. */
    public boolean knows(TopicIdentity identity) {
        return sessions.containsKey(identity.key());
    }

    /** Why a client's will would be refused; empty if it would not. */
    public Optional<String> refusal(TopicIdentity identity, Will will) {
        return refusal(rules.of(identity), will.message());
    }

    static Optional<String> refusal(Grants grants, TopicMessage message) {
        return PlainFilter.problemOfTopic(message.topic())
                .or(() -> grants.mayPublish(message.topic())
                        ? Optional.empty()
                        : Optional.of("no authorisation allows it to publish there"));
    }

    /**
     * Gives a client its session. A connection that the session has is closed, and its will is published.
     *
     * @param clean whether it starts without what was kept, and nothing is kept after it
     */
    public TopicSeat enter(TopicIdentity identity, boolean clean, Optional<Will> will, TopicClient client) {
        Optional<TopicSession> before = Optional.ofNullable(sessions.get(identity.key()));
        before.map(seats::get).ifPresent(old -> {
            old.disconnected(false);
            old.close("another client of the same name and client id has connected");
        });
        // a session that ended with its connection is gone by now
        before = Optional.ofNullable(sessions.remove(identity.key()));
        if (clean && before.isPresent()) {
            forget(before.get());
            before = Optional.empty();
        }
        TopicSession session = before.orElseGet(() -> session(identity, !clean));
        sessions.put(identity.key(), session);
        LiveSeat seat = new LiveSeat(
                this,
                session,
                client,
                will,
                before.isPresent() && !session.filters().isEmpty());
        seats.put(session, seat);
        session.connected(client);
        makeRoom(identity);
        return seat;
    }

    /** Who makes up a name for each session loses his own. */
    private void makeRoom(TopicIdentity newest) {
        List<TopicSession> own = sessions.values().stream()
                .filter(session -> session.identity().isOfSame(newest))
                .toList();
        if (own.size() > TopicLimits.MOST_SESSIONS_OF_ONE) {
            dropOldest(own);
        } else if (sessions.size() > TopicLimits.MOST_SESSIONS) {
            dropOldest(List.copyOf(sessions.values()));
        }
    }

    private void dropOldest(List<TopicSession> some) {
        some.stream().filter(session -> session.client().isEmpty()).findFirst().ifPresent(oldest -> {
            if (seldom.may("session dropped " + oldest.identity().name())) {
                LOG.warn("event=topic_session_dropped client={} reason=\"there are too many\"", oldest.identity());
            }
            sessions.remove(oldest.identity().key());
            forget(oldest);
        });
    }

    private void forget(TopicSession session) {
        session.filters().keySet().forEach(filter -> tree.remove(filter, session));
        session.outbox().clear();
        grown.remove(session);
        if (session.isSaved()) {
            disk.settled();
            SessionRecord.delete(documents, session.identity());
        }
    }

    /** Sends a message to all that subscribed, and keeps it where it must be kept. */
    void spread(TopicIdentity sender, Optional<LiveSeat> seat, TopicMessage message, Runnable whenTaken) {
        if (message.retain()) {
            if (!retained.put(message) && seldom.may("retained full")) {
                LOG.warn(
                        "event=retained_full topic=\"{}\" most={} mostBytes={}",
                        Printable.of(message.topic(), TopicLimits.LONGEST_SHOWN),
                        TopicLimits.MOST_RETAINED,
                        TopicLimits.MOST_RETAINED_BYTES);
            }
            disk.saveRetained(message.qos() == 1);
        }
        List<MessageStore.Target> targets = new ArrayList<>();
        tree.matching(message.topic()).forEach((session, qos) -> {
            if (!session.grants().mayReceive(message.topic())) {
                return;
            }
            if (Math.min(qos, message.qos()) == 0) {
                session.pass(message);
            } else if (session.outbox() instanceof MemoryOutbox outbox) {
                session.drop(outbox.add(message));
                grown.add(session);
            } else {
                targets.add(new MessageStore.Target(queue(session), -1));
                grown.add(session);
            }
        });
        if (!targets.isEmpty()) {
            keep(message, targets);
        }
        seat.ifPresent(senders::add);
        boolean[] parts = {false, false};
        boolean routed = routes.take(sender, message, () -> {
            parts[1] = true;
            if (parts[0]) {
                whenTaken.run();
            }
        });
        taken.add(() -> {
            parts[0] = true;
            if (!routed || parts[1]) {
                whenTaken.run();
            }
        });
    }

    private void keep(TopicMessage message, List<MessageStore.Target> targets) {
        try {
            MessageStore open = disk.openWaiting();
            for (TopicSession session : grown) {
                if (session.outbox() instanceof StoredOutbox outbox) {
                    session.drop(outbox.trim(open));
                }
            }
            disk.keep(message, targets);
        } catch (IOException e) {
            failure = Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Makes durable what came in this round, tells its senders, and sends on. To be called before the loop waits again. */
    public void endOfRound() {
        try {
            disk.commit();
        } catch (IOException e) {
            failure = Optional.of(String.valueOf(e.getMessage()));
        }
        failure.ifPresent(this::fail);
        failure = Optional.empty();
        senders.clear();
        if (!taken.isEmpty()) {
            List<Runnable> tell = List.copyOf(taken);
            taken.clear();
            tell.forEach(Runnable::run);
        }
        if (!grown.isEmpty()) {
            List<TopicSession> pumped = List.copyOf(grown);
            grown.clear();
            pumped.forEach(TopicSession::pump);
        }
    }

    /** Nobody is told: who sent in this round is disconnected, and sends it again. */
    private void fail(String reason) {
        if (seldom.may("not stored")) {
            LOG.error("event=topic_messages_not_stored reason=\"{}\"", reason);
        }
        taken.clear();
        List.copyOf(senders).forEach(seat -> seat.close("the message cannot be stored: " + reason));
    }

    /** Adds the local clients, for a person. */
    public void describe(ArrayNode clients) {
        for (TopicSession session : sessions.values()) {
            if (session.identity().iot().isPresent()) {
                continue;
            }
            ObjectNode node = clients.addObject();
            node.put("id", session.identity().toString())
                    .put("status", session.client().isPresent() ? "connected" : "disconnected");
            session.client().map(TopicClient::origin).ifPresent(origin -> {
                int blank = origin.indexOf(' ');
                node.put("protocol", blank < 0 ? origin : origin.substring(0, blank));
                node.put("address", origin.substring(blank + 1));
            });
            node.put("product", "");
            ArrayNode subscriptions = node.putArray("subscriptions");
            session.filters().keySet().forEach(filter -> subscriptions.add(filter.toString()));
            node.put("waiting", session.outbox().waiting()).put("dropped", session.dropped());
        }
    }

    /** How many local clients are connected. */
    public long connected() {
        return seats.keySet().stream()
                .filter(session -> session.identity().iot().isEmpty())
                .count();
    }

    boolean isCurrent(TopicSession session, LiveSeat seat) {
        return seats.get(session) == seat;
    }

    /** The session has no connection any more. */
    void leave(TopicSession session) {
        seats.remove(session);
        session.left();
        // nothing comes to a client that has not subscribed
        if (!session.isPersistent() || session.filters().isEmpty()) {
            sessions.remove(session.identity().key());
            forget(session);
        }
    }

    FilterTree<TopicSession> tree() {
        return tree;
    }

    HubDocuments documents() {
        return documents;
    }

    TopicDisk disk() {
        return disk;
    }

    boolean maySay(String line) {
        return seldom.may(line);
    }

    /** Writes what is in memory alone, and closes the files. */
    public void close() {
        disk.close();
    }
}
