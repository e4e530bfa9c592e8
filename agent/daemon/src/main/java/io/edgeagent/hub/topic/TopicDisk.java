package io.edgeagent.hub.topic;

import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubRuntime;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.MessageStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What plain topics write, and when: what somebody waits for at the end of the round, the rest some time later, together. For the hub's
 * thread.
 */
final class TopicDisk {
    private static final Logger LOG = LoggerFactory.getLogger(TopicDisk.class);
    private static final ClientId NOBODY = ClientId.leaf("");
    private static final Duration SETTLED_DELAY = Duration.ofSeconds(5);

    private final HubRuntime runtime;
    private final TopicStore store;
    private final RetainedTopics retained;
    private Optional<MessageStore> waiting = Optional.empty();
    private boolean mustCommit;
    private boolean mustSave;
    private boolean saveAsked;
    private boolean settledAsked;

    TopicDisk(HubRuntime runtime, TopicStore store, RetainedTopics retained) {
        this.runtime = runtime;
        this.store = store;
        this.retained = retained;
    }

    /** Messages that wait; empty while there never were any. */
    Optional<MessageStore> waiting() {
        return waiting;
    }

    MessageStore openWaiting() throws IOException {
        if (waiting.isEmpty()) {
            waiting = Optional.of(store.openWaiting());
        }
        return waiting.get();
    }

    /** What waits for nobody goes. */
    void forgetAllBut(Set<String> queues) throws IOException {
        MessageStore open = openWaiting();
        open.queues().stream()
                .filter(queue -> !queues.contains(queue))
                .forEach(queue -> StoredOutbox.clear(open, queue));
    }

    void keep(TopicMessage message, List<MessageStore.Target> targets) throws IOException {
        Map<String, String> system = Map.of(StoredOutbox.TOPIC, message.topic());
        Message stored = new Message(
                NOBODY, Optional.empty(), system, Map.of(), message.payload().duplicate());
        openWaiting().append(stored, targets, 0);
        mustCommit = true;
    }

    /** Messages have left their queues: until that is written, a power cut would send them again. */
    void settled() {
        if (!settledAsked && waiting.isPresent()) {
            settledAsked = true;
            runtime.after(SETTLED_DELAY, () -> {
                settledAsked = false;
                mustCommit = true;
            });
        }
    }

    /** @param now whether somebody waits for it */
    void saveRetained(boolean now) {
        mustSave |= now || retained.isPressing();
        if (!mustSave && !saveAsked) {
            saveAsked = true;
            runtime.after(TopicLimits.SAVE_DELAY, () -> {
                saveAsked = false;
                mustSave = true;
            });
        }
    }

    /** At the end of a round. @throws IOException if something of the round is not durable */
    void commit() throws IOException {
        boolean saves = mustSave;
        boolean commits = mustCommit;
        mustSave = false;
        mustCommit = false;
        try {
            if (commits) {
                MessageStore open = openWaiting();
                open.commit();
                open.shrinkTo(TopicLimits.MOST_ON_DISK)
                        .forEach(gone -> LOG.warn(
                                "event=topic_messages_dropped messages={} reason=\"all together have their {} MB\"",
                                gone.messages(),
                                TopicLimits.MOST_ON_DISK >> 20));
            }
            if (saves) {
                retained.save();
            }
        } catch (IOException e) {
            if (saves) {
                saveRetained(false);
            }
            throw e;
        }
    }

    void close() {
        try {
            retained.save();
        } catch (IOException e) {
            LOG.warn("event=retained_not_saved reason=\"{}\"", e.getMessage());
        }
        retained.close();
        waiting.ifPresent(MessageStore::close);
    }
}
