package io.edgeagent.hub;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What one sender has for the cloud: sent over its own link, some messages at a time, in order. */
final class CloudOutlet {
    private static final int WINDOW = 32;

    private final Map<QueueName, Backlog> backlogs =
            new TreeMap<>(Comparator.comparingInt(QueueName::priority).thenComparing(QueueName::text));
    private final Map<Long, Backlog> underWay = new HashMap<>();
    private final DeadLetters deadLetters;

    CloudOutlet(DeadLetters deadLetters) {
        this.deadLetters = deadLetters;
    }

    void add(Backlog backlog) {
        backlogs.put(backlog.name(), backlog);
    }

    void pump(UpstreamLinks.Link link) {
        while (link.isUp() && underWay.size() < WINDOW) {
            Optional<Backlog> chosen = backlogs.values().stream()
                    .filter(backlog -> backlog.peek().isPresent())
                    .findFirst();
            if (chosen.isEmpty()) {
                return;
            }
            MessageStore.Entry entry = chosen.get().begin();
            underWay.put(entry.sequence(), chosen.get());
            link.send(entry.sequence(), entry.message());
        }
    }

    void sent(long tag) {
        Optional.ofNullable(underWay.remove(tag)).ifPresent(backlog -> backlog.delivered(tag));
    }

    void refused(long tag, String reason) {
        Optional.ofNullable(underWay.remove(tag)).ifPresent(backlog -> backlog.giveUp(tag, deadLetters, reason));
    }

    /** The link is gone; what was under way goes again. */
    void isDown() {
        underWay.clear();
        backlogs.values().forEach(Backlog::giveBack);
    }

    boolean isBusy() {
        return !underWay.isEmpty();
    }

    boolean isEmpty() {
        return backlogs.values().stream().allMatch(Backlog::isEmpty);
    }
}
