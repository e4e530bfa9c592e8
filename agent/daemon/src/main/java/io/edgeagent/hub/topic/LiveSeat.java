package io.edgeagent.hub.topic;

import io.edgeagent.model.Printable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that sits in its session's place until another one does. */
final class LiveSeat implements TopicSeat {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSeat.class);

    private final TopicBroker broker;
    private final TopicSession session;
    private final TopicClient client;
    private final Optional<TopicBroker.Will> will;
    private final boolean resumed;

    LiveSeat(
            TopicBroker broker,
            TopicSession session,
            TopicClient client,
            Optional<TopicBroker.Will> will,
            boolean resumed) {
        this.broker = broker;
        this.session = session;
        this.client = client;
        this.will = will;
        this.resumed = resumed;
    }

    TopicSession session() {
        return session;
    }

    void close(String reason) {
        client.close(reason);
    }

    private boolean isCurrent() {
        return broker.isCurrent(session, this);
    }

    @Override
    public boolean isResumed() {
        return resumed;
    }

    @Override
    public Optional<String> publish(TopicMessage message, Runnable whenTaken) {
        if (!isCurrent()) {
            return Optional.empty();
        }
        Optional<String> refusal = TopicBroker.refusal(session.grants(), message);
        if (refusal.isPresent()) {
            sayRefused("publish", message.topic(), refusal.get());
            return refusal;
        }
        broker.spread(session.identity(), Optional.of(this), message, whenTaken);
        return Optional.empty();
    }

    private void sayRefused(String operation, String topic, String reason) {
        String shown = Printable.of(topic, TopicLimits.LONGEST_SHOWN);
        if (broker.maySay(operation + session.identity() + shown)) {
            LOG.warn(
                    "event={}_refused client={} topic=\"{}\" reason=\"{}\"",
                    operation,
                    session.identity(),
                    shown,
                    reason);
        }
    }

    @Override
    public int subscribe(String text, int qos) {
        Optional<PlainFilter> filter = PlainFilter.of(text).filter(valid -> isCurrent());
        Optional<String> refusal = refusal(filter);
        if (refusal.isPresent()) {
            sayRefused("subscription", text, refusal.get());
            return 0x80;
        }
        int granted = Math.min(1, qos);
        Integer before = session.filters().put(filter.get(), granted);
        broker.tree().add(filter.get(), session, granted);
        session.wantRetained(filter.get(), granted);
        if (before == null || before != granted) {
            session.changed();
        }
        return granted;
    }

    private Optional<String> refusal(Optional<PlainFilter> filter) {
        if (filter.isEmpty() || !PlainFilter.isPlain(filter.get().toString())) {
            return Optional.of("it is not a filter of plain topics");
        }
        boolean more = !session.filters().containsKey(filter.get());
        if (more && session.filters().size() >= TopicLimits.MOST_FILTERS) {
            return Optional.of("it has " + TopicLimits.MOST_FILTERS + " already");
        }
        if (more && broker.tree().bytes() + filter.get().bytes() > TopicLimits.MOST_FILTER_BYTES) {
            return Optional.of("all clients together have too many");
        }
        return session.grants().maySubscribe(filter.get())
                ? Optional.empty()
                : Optional.of("no authorisation allows it to subscribe to all of that");
    }

    @Override
    public boolean save() {
        if (session.isChanged() && session.isPersistent() && isCurrent()) {
            try {
                new SessionRecord(session.identity(), session.filters()).write(broker.documents());
                session.saved();
            } catch (IOException e) {
                LOG.error("event=subscription_not_saved client={} reason=\"{}\"", session.identity(), e.getMessage());
                client.close("the subscription cannot be saved: " + e.getMessage());
                return false;
            }
        }
        return true;
    }

    @Override
    public void unsubscribe(List<String> filters) {
        for (String text : filters) {
            Optional<PlainFilter> filter = PlainFilter.of(text);
            if (isCurrent() && filter.isPresent() && session.filters().remove(filter.get()) != null) {
                broker.tree().remove(filter.get(), session);
                session.changed();
            }
        }
    }

    @Override
    public void acknowledged(long tag) {
        if (isCurrent()) {
            session.acknowledged(tag);
            broker.disk().settled();
            session.pump();
        }
    }

    @Override
    public void pump() {
        if (isCurrent()) {
            session.pump();
        }
    }

    @Override
    public boolean hasMore() {
        return isCurrent() && session.hasMore();
    }

    @Override
    public void disconnected(boolean cleanly) {
        if (!isCurrent()) {
            return;
        }
        broker.leave(session);
        if (!cleanly) {
            will.map(TopicBroker.Will::message).ifPresent(this::publishWill);
        }
    }

    /** What it may is looked at again: it may have changed since the will was made. */
    private void publishWill(TopicMessage message) {
        Optional<String> refusal = TopicBroker.refusal(session.grants(), message);
        if (refusal.isPresent()) {
            sayRefused("will", message.topic(), refusal.get());
        } else {
            broker.spread(session.identity(), Optional.empty(), message, () -> {});
        }
    }
}
