package io.edgeagent.hub;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What waits for one module, in all its inputs: the highest priority first, and within one in the order of arrival. */
final class ModuleOutlet {
    /** A message that its module has refused so often is given up: others behind it must get their turn. */
    static final int MOST_ATTEMPTS = 5;

    private final Map<QueueName, Backlog> backlogs =
            new TreeMap<>(Comparator.comparingInt(QueueName::priority).thenComparing(QueueName::text));
    private final Map<Long, Backlog> underWay = new HashMap<>();
    private final DeadLetters deadLetters;
    private Optional<HubClient> client = Optional.empty();

    ModuleOutlet(DeadLetters deadLetters) {
        this.deadLetters = deadLetters;
    }

    void add(Backlog backlog) {
        backlogs.put(backlog.name(), backlog);
    }

    /** The module listens from now on. */
    void listens(HubClient listener) {
        client = Optional.of(listener);
        pump();
    }

    /** It does not any more; what is under way goes again. */
    void isAway() {
        client = Optional.empty();
        underWay.clear();
        backlogs.values().forEach(Backlog::giveBack);
    }

    boolean isListening() {
        return client.isPresent();
    }

    void pump() {
        while (client.isPresent() && client.get().room() > 0) {
            Optional<Backlog> chosen = next();
            if (chosen.isEmpty()) {
                return;
            }
            MessageStore.Entry entry = chosen.get().begin();
            underWay.put(entry.sequence(), chosen.get());
            client.get()
                    .deliver(new HubClient.Delivery(
                            entry.sequence(),
                            chosen.get().name().input().orElseThrow().input(),
                            entry.message()));
        }
    }

    /** Of the first priority that has any, the oldest message. */
    private Optional<Backlog> next() {
        Backlog best = null;
        long oldest = Long.MAX_VALUE;
        for (Backlog backlog : backlogs.values()) {
            if (best != null && backlog.name().priority() != best.name().priority()) {
                break;
            }
            Optional<MessageStore.Entry> first = backlog.peek();
            // one message that goes to two inputs of the module goes to one after the other
            if (first.isPresent()
                    && first.get().sequence() < oldest
                    && !underWay.containsKey(first.get().sequence())) {
                best = backlog;
                oldest = first.get().sequence();
            }
        }
        return Optional.ofNullable(best);
    }

    void delivered(long tag, HubSession.Outcome outcome) {
        Backlog backlog = underWay.remove(tag);
        if (backlog == null) {
            return;
        }
        if (outcome == HubSession.Outcome.ACCEPTED) {
            backlog.delivered(tag);
        } else if (backlog.refused(tag) >= MOST_ATTEMPTS) {
            backlog.giveUp(tag, deadLetters, "the module refused it " + MOST_ATTEMPTS + " times");
        } else {
            isAwayForAMoment();
        }
        pump();
    }

    // what comes behind a refused message waits for it, or the order would be lost
    private void isAwayForAMoment() {
        underWay.clear();
        backlogs.values().forEach(Backlog::giveBack);
    }
}
