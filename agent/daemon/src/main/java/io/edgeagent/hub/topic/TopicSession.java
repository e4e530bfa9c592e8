package io.edgeagent.hub.topic;

import io.edgeagent.hub.MessageStore;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What one client has subscribed to, and what waits for it. For the hub's thread. */
final class TopicSession {
    private static final int MOST_RETAINED_UNDER_WAY = 20;

    private final TopicIdentity identity;
    private final RetainedTopics retained;
    private final Map<PlainFilter, Integer> filters = new LinkedHashMap<>();
    private final Map<String, Integer> retainedDue = new LinkedHashMap<>();
    private final Map<Long, String> retainedUnderWay = new HashMap<>();
    private final ArrayDeque<Long> freeTags = new ArrayDeque<>();
    private final Outbox outbox;
    private final boolean persistent;
    private Grants grants;
    private Optional<TopicClient> client = Optional.empty();
    private long dropped;
    private boolean saved;
    private boolean changed;

    TopicSession(
            TopicIdentity identity,
            Grants grants,
            RetainedTopics retained,
            boolean persistent,
            Supplier<Optional<MessageStore>> waiting) {
        this.identity = identity;
        this.grants = grants;
        this.retained = retained;
        this.persistent = persistent;
        this.outbox =
                persistent ? new StoredOutbox(waiting, "session\n" + SessionRecord.hash(identity)) : new MemoryOutbox();
        // tags of the outbox are not negative
        for (long tag = -1; tag >= -MOST_RETAINED_UNDER_WAY; tag--) {
            freeTags.add(tag);
        }
    }

    TopicIdentity identity() {
        return identity;
    }

    boolean isPersistent() {
        return persistent;
    }

    /** Whether the disk knows it. */
    boolean isSaved() {
        return saved;
    }

    void saved() {
        saved = true;
        changed = false;
    }

    /** Its filters are others than those on the disk, until {@link #saved}, whatever connections come and go. */
    void changed() {
        changed = true;
    }

    boolean isChanged() {
        return changed;
    }

    Grants grants() {
        return grants;
    }

    void grant(Grants newGrants) {
        grants = newGrants;
    }

    Map<PlainFilter, Integer> filters() {
        return filters;
    }

    Outbox outbox() {
        return outbox;
    }

    Optional<TopicClient> client() {
        return client;
    }

    /** Messages that it did not get, because it was too slow or away for too long. */
    long dropped() {
        return dropped;
    }

    void drop(int messages) {
        dropped += messages;
    }

    void connected(TopicClient newClient) {
        client = Optional.of(newClient);
    }

    /** What it has not acknowledged goes again to the next connection. */
    void left() {
        client = Optional.empty();
        outbox.giveBack();
        retainedUnderWay.forEach((tag, topic) -> {
            retainedDue.putIfAbsent(topic, 1);
            freeTags.add(tag);
        });
        retainedUnderWay.clear();
    }

    /** Retained messages of topics that a new subscription means. */
    void wantRetained(PlainFilter filter, int qos) {
        retained.matching(filter).forEach((topic, kept) -> retainedDue.merge(topic, Math.min(kept, qos), Math::max));
    }

    /** A message of QoS 0, or to a subscription of it: only for a client that is there and fetches what it is sent. */
    void pass(TopicMessage message) {
        if (client.isEmpty() || client.get().isSlow()) {
            dropped += client.isPresent() ? 1 : 0;
            return;
        }
        client.get().deliver(0, new TopicMessage(message.topic(), message.payload(), 0, false), false);
    }

    void acknowledged(long tag) {
        if (tag < 0) {
            if (retainedUnderWay.remove(tag) != null) {
                freeTags.add(tag);
            }
        } else {
            outbox.done(tag);
        }
    }

    void pump() {
        if (client.isPresent()) {
            pump(client.get());
        }
    }

    private void pump(TopicClient to) {
        while (to.room() > 0) {
            Optional<Outbox.Item> item = outbox.next();
            if (item.isEmpty()) {
                break;
            }
            Outbox.Item given = item.get();
            if (grants.mayReceive(given.topic())) {
                to.deliver(given.tag(), new TopicMessage(given.topic(), given.payload(), 1, false), given.again());
            } else {
                outbox.done(given.tag());
            }
        }
        while (to.room() > 0 && !to.isSlow() && !retainedDue.isEmpty() && !freeTags.isEmpty()) {
            String topic = retainedDue.keySet().iterator().next();
            int qos = retainedDue.remove(topic);
            retained.payload(topic).filter(payload -> grants.mayReceive(topic)).ifPresent(payload -> {
                long tag = 0;
                if (qos == 1) {
                    tag = freeTags.poll();
                    retainedUnderWay.put(tag, topic);
                }
                to.deliver(tag, new TopicMessage(topic, payload, qos, true), false);
            });
        }
    }

    boolean hasMore() {
        return !retainedDue.isEmpty() || outbox.waiting() > 0;
    }
}
