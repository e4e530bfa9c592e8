package io.edgeagent.hub;

import io.edgeagent.runtime.Metrics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What came in one round of the hub's thread. At the round's end it is on the disk, then its senders are told, then it is sent on. If
 * the disk does not take it, all senders of the round are told that, or are disconnected where their protocol cannot say it. They
 * send it again.
 */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final Duration SETTLED_DELAY = Duration.ofSeconds(1);
    private static final long SAY_AGAIN = Duration.ofMinutes(1).toNanos();

    private final HubRuntime runtime;
    private final MessageStore store;
    private final Ledger ledger;
    private final Metrics metrics;
    private final Expiry expiry;
    private final StoreRoom room;
    private final Consumer<String> wake;
    private final List<Offer> offers = new ArrayList<>();
    private final Set<String> grown = new LinkedHashSet<>();
    private Optional<String> failure = Optional.empty();
    private long routed;
    private boolean uncommitted;
    private boolean savingSettled;
    private long saidAt;
    private boolean said;

    private record Offer(HubPeer sender, Message message, HubSession.Taking taking) {
        private void refuse(String reason) {
            if (!taking.refused(reason)) {
                sender.cut(reason);
            }
        }
    }

    /** @param wake is given the name of a queue that has something new */
    Intake(
            HubRuntime runtime,
            MessageStore store,
            Ledger ledger,
            Metrics metrics,
            Expiry expiry,
            StoreRoom room,
            Consumer<String> wake) {
        this.runtime = runtime;
        this.store = store;
        this.ledger = ledger;
        this.metrics = metrics;
        this.expiry = expiry;
        this.room = room;
        this.wake = wake;
    }

    /** @param taking is told at the end of the round, or at once if there is no room */
    void take(HubPeer sender, Message message, List<MessageStore.Target> targets, HubSession.Taking taking) {
        ledger.received++;
        Offer offer = new Offer(sender, message, taking);
        if (targets.isEmpty()) {
            ledger.unrouted++;
        } else if (room.refuses()) {
            refuse(offer, "the message cannot be stored: the store has its " + (room.bytes() >> 20) + " MB");
            return;
        } else {
            try {
                expiry.stored(store.append(message, targets, expiry.stamp()));
            } catch (IOException e) {
                // others of this round may have gone with it
                failure = Optional.of(String.valueOf(e.getMessage()));
                offers.add(offer);
                return;
            }
            routed += targets.size();
            uncommitted = true;
            targets.forEach(target -> grown.add(target.queue()));
        }
        offers.add(offer);
    }

    private void refuse(Offer offer, String reason) {
        Message message = offer.message();
        ledger.refused++;
        metrics.count(
                "messages_unack",
                "reason",
                "storage_failure",
                "from",
                message.sender().toString(),
                "from_route_output",
                message.output().orElse(""));
        say(reason);
        offer.refuse(reason);
    }

    private void fail(String reason) {
        List<Offer> all = List.copyOf(offers);
        offers.clear();
        all.forEach(offer -> refuse(offer, "messages cannot be stored: " + reason));
        // some of them may be on the disk all the same
        long waiting = 0;
        for (String queue : store.queues()) {
            waiting += store.depth(queue).messages();
        }
        ledger.routed += waiting - ledger.waiting();
    }

    /** A disk that fails, fails for each message. */
    private void say(String reason) {
        long now = runtime.nanos();
        if (!said || now - saidAt > SAY_AGAIN) {
            said = true;
            saidAt = now;
            LOG.error("event=messages_not_stored refused={} reason=\"{}\"", ledger.refused, reason);
        }
    }

    /** What has left a queue is noted on the disk soon, together with others: until then a power cut would send it again. */
    void settled() {
        if (!savingSettled) {
            savingSettled = true;
            runtime.after(SETTLED_DELAY, () -> {
                savingSettled = false;
                uncommitted = true;
            });
        }
    }

    void endOfRound() {
        if (uncommitted) {
            uncommitted = false;
            try {
                store.commit();
            } catch (IOException e) {
                failure = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        ledger.routed += routed;
        routed = 0;
        failure.ifPresent(this::fail);
        failure = Optional.empty();
        // one of them may add more, for the next round
        List<Offer> tell = List.copyOf(offers);
        List<String> queues = List.copyOf(grown);
        offers.clear();
        grown.clear();
        tell.forEach(offer -> offer.taking().taken());
        queues.forEach(wake);
        room.make();
    }
}
